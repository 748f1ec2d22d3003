using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces;

/// <summary>
/// The keys by which grains are addressed: tenant <c>acme</c>, site <c>acme/berlin</c>, server <c>acme/berlin/erp-01</c>.
/// </summary>
/// <remarks>A part is 1 to 64 characters of <c>a-z 0-9 . _ -</c> and starts with a letter or digit, so a key can stand in a URL and a file name.</remarks>
public static class EntityKeys
{
    /// <summary>The longest allowed part, in characters.</summary>
    public const int PartLengthMax = 64;

    /// <summary>The key of the grains of which there is one for the whole fleet.</summary>
    public const string Fleet = "fleet";

    /// <summary>Joins a tenant and a site to the site's key.</summary>
    public static string Site(string tenant, string site) => $"{tenant}/{site}";

    /// <summary>Joins tenant, site and server to the server's key.</summary>
    public static string Server(string tenant, string site, string server) => $"{tenant}/{site}/{server}";

    /// <summary>What an alarm about a channel of a tenant names in the place of a server; no site or server can be called so.</summary>
    public static string Channel(string tenant, string channel) => $"{tenant}/~{channel}";

    /// <summary>What an alarm of a check names in the place of a server: as <see cref="Channel"/>, with a mark that no channel has.</summary>
    public static string Check(string tenant, string check) => $"{tenant}/~~{check}";

    /// <summary>What an alarm about a pipeline names in the place of a server: as <see cref="Channel"/>, with another mark.</summary>
    public static string Pipeline(string tenant, string pipeline) => $"{tenant}/~:{pipeline}";

    /// <summary>What an alarm about a review of a tenant names in the place of a server: as <see cref="Channel"/>, with another mark.</summary>
    public static string Review(string tenant, long number) => $"{tenant}/~!{number.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>Whether a key is one of <see cref="Pipeline"/>.</summary>
    public static bool IsPipeline(string key) => key.Contains("/~:", StringComparison.Ordinal);

    /// <summary>Whether a key is one of <see cref="Channel"/>, <see cref="Check"/>, <see cref="Pipeline"/> or <see cref="Review"/>: no server's.</summary>
    public static bool IsChannel(string key) => key.Contains("/~", StringComparison.Ordinal);

    /// <summary>The tenant in a site's or server's key (or the whole key, if it is a tenant's).</summary>
    public static string TenantOf(string key)
    {
        int slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? key : key[..slash];
    }

    /// <summary>The key of the site in a server's key.</summary>
    public static string SiteOf(string serverKey) => serverKey[..serverKey.LastIndexOf('/')];

    /// <summary>The last part of a key: the site's id within its tenant, or the server's within its site.</summary>
    public static string Leaf(string key) => key[(key.LastIndexOf('/') + 1)..];

    /// <summary>Whether <paramref name="part"/> may be one part of a key.</summary>
    public static bool IsPart(string? part)
    {
        if (part is null || part.Length is 0 or > PartLengthMax || !char.IsAsciiLetterOrDigit(part[0]))
            return false;
        foreach (char c in part)
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-'))
                return false;
        return true;
    }

    /// <summary>Returns <paramref name="part"/>, or refuses it with a message that names the rule.</summary>
    /// <exception cref="InvalidInputException">The part is empty, too long, or has other characters than <c>a-z 0-9 . _ -</c>.</exception>
    public static string CheckPart(string field, string? part) => IsPart(part)
        ? part!
        : throw new InvalidInputException(field, $"'{Shorten(part)}' cannot be an id: use 1 to {PartLengthMax} characters of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit.");

    /// <summary>Makes the nearest allowed part of any text: lower case, other characters become '-'. Host names and Prometheus instances pass through this.</summary>
    public static string ToPart(string text)
    {
        var part = new char[Math.Min(text.Length, PartLengthMax)];
        int length = 0;
        foreach (char original in text)
        {
            if (length == part.Length)
                break;
            char c = char.ToLowerInvariant(original);
            bool plain = char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
            if (plain || (length > 0 && c is '.' or '_' or '-'))
                part[length++] = c;
            else if (length > 0 && part[length - 1] != '-')
                part[length++] = '-';
        }
        string result = new string(part, 0, length).TrimEnd('-');
        return IsPart(result) ? result : "unnamed";
    }

    static string Shorten(string? text) => text is null ? "" : text.Length <= 80 ? text : text[..77] + "...";
}
