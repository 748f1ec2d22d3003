using System.Globalization;
using System.Text;
using Orrery.Interfaces.Licences;

namespace Orrery.Grains.Licences;

/// <summary>What is signed: lines <c>name: value</c>, which people can read and programs need no parser for. Values hold no line breaks, since what they are made of was checked.</summary>
static class LicenceText
{
    public static string Of(string key, string customer, LicenceRevision revision)
    {
        LicenceTerms terms = revision.Terms;
        var text = new StringBuilder("orrery-licence: 1\n");
        Line("id", key);
        Line("revision", Number(revision.Revision));
        Line("customer", customer);
        Line("product", terms.Product);
        if (terms.Versions is { } versions)
            Line("versions", versions);
        Line("issued", Moment(revision.At));
        Line("valid-from", Moment(terms.ValidFrom));
        Line("expires", terms.Expires is { } end ? Moment(end) : "never");
        Line("grace-days", Number(terms.GraceDays));
        Line("users", terms.Users is { } users ? Number(users) : "any");
        foreach (LicenceModule module in terms.Modules)
            Line("module", module.Users is { } ofModule ? $"{module.Name} {Number(ofModule)}" : module.Name);
        foreach (string site in terms.Sites)
            Line("site", site);
        return text.ToString();

        void Line(string name, string value) => text.Append(name).Append(": ").Append(value).Append('\n');
    }

    /// <summary>The moment, and what is taken back: each by its key and the newest revision that does not hold any more.</summary>
    public static string Statement(string tenant, DateTimeOffset now, string nonce, IEnumerable<(string Key, int Revision)> revoked)
    {
        var text = new StringBuilder($"orrery-licences: 1\ntenant: {tenant}\nat: {Moment(now)}\n");
        if (nonce.Length > 0)
            text.Append("nonce: ").Append(nonce).Append('\n');
        foreach ((string key, int revision) in revoked)
            text.Append(CultureInfo.InvariantCulture, $"revoked: {key} {revision}\n");
        return text.ToString();
    }

    static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
