using System.Globalization;

namespace Orrery.Client.Licences;

/// <summary>What a verified licence grants.</summary>
public sealed class Licence
{
    readonly Dictionary<string, int?> modules = new(StringComparer.Ordinal);
    readonly List<string> sites = [];

    Licence(string text) => Text = text;

    /// <summary><c>tenant/licence</c>.</summary>
    public string Id { get; private set; } = "";

    /// <summary>Counts its renewals, from 1.</summary>
    public int Revision { get; private set; }

    /// <summary>Whose it is.</summary>
    public string Customer { get; private set; } = "";

    /// <summary>The product's id.</summary>
    public string Product { get; private set; } = "";

    /// <summary>Which versions of the product; null: all.</summary>
    public string? Versions { get; private set; }

    /// <summary>When it was signed, UTC.</summary>
    public DateTimeOffset Issued { get; private set; }

    /// <summary>From when on it holds, UTC.</summary>
    public DateTimeOffset ValidFrom { get; private set; }

    /// <summary>When it ends, UTC; null: never.</summary>
    public DateTimeOffset? Expires { get; private set; }

    /// <summary>Days for which it still holds once it has expired.</summary>
    public int GraceDays { get; private set; }

    /// <summary>How many people at once; null: any number.</summary>
    public int? Users { get; private set; }

    /// <summary>Granted modules with their users at once; null: as many as <see cref="Users"/>.</summary>
    public IReadOnlyDictionary<string, int?> Modules => modules;

    /// <summary>Ids of the sites it is for; none: all.</summary>
    public IReadOnlyList<string> Sites => sites;

    /// <summary>As it was read.</summary>
    public string Text { get; }

    /// <summary>Reads and verifies a licence.</summary>
    /// <exception cref="LicenceException">It is no licence, not signed by one of the keys, altered, or of a form that this program does not know.</exception>
    public static Licence Read(string text, LicenceKeys keys)
    {
        var read = new Licence(text ?? throw new ArgumentNullException(nameof(text)));
        SignedLines lines = SignedLines.Read("orrery-licence", keys.Verify(text));
        foreach (KeyValuePair<string, string> line in lines.Pairs)
            read.Take(line.Key, line.Value);
        if (read.Id.Length == 0 || read.Product.Length == 0 || read.Revision == 0 || read.modules.Count == 0)
            throw new LicenceException("It is signed and lacks its id, revision, product or modules.");
        return read;
    }

    void Take(string name, string value)
    {
        switch (name)
        {
            case "id": Id = value; break;
            case "revision": Revision = SignedLines.Number(name, value); break;
            case "customer": Customer = value; break;
            case "product": Product = value; break;
            case "versions": Versions = value; break;
            case "issued": Issued = SignedLines.Moment(name, value); break;
            case "valid-from": ValidFrom = SignedLines.Moment(name, value); break;
            case "expires": Expires = value == "never" ? null : SignedLines.Moment(name, value); break;
            case "grace-days": GraceDays = SignedLines.Number(name, value); break;
            case "users": Users = value == "any" ? null : SignedLines.Number(name, value); break;
            case "module":
                string[] parts = value.Split(' ');
                modules[parts[0]] = parts.Length > 1 ? SignedLines.Number(name, parts[1]) : null;
                break;
            case "site": sites.Add(value); break;
            // What a later version adds may bound the licence further: to pass over it would grant too much.
            default: throw new LicenceException($"It says '{name}', which this version of the program does not know. Update the program.");
        }
    }
}

/// <summary>Lines <c>name: value</c> of a signed text behind its first, which says what it is.</summary>
internal sealed class SignedLines
{
    public List<KeyValuePair<string, string>> Pairs { get; } = [];

    /// <exception cref="LicenceException">It is something else, or of another form.</exception>
    public static SignedLines Read(string kind, string[] lines)
    {
        if (lines[0] != kind + ": 1")
            throw new LicenceException($"It begins with '{(lines[0].Length > 60 ? lines[0].Substring(0, 60) : lines[0])}' and not with '{kind}: 1', which this version of the program knows.");
        var read = new SignedLines();
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 1)
                throw new LicenceException($"The line '{line}' is no 'name: value'.");
            read.Pairs.Add(new KeyValuePair<string, string>(line.Substring(0, colon), line.Substring(colon + 2)));
        }

        return read;
    }

    public static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new LicenceException($"Its {name} is '{value}', no number.");

    public static DateTimeOffset Moment(string name, string value) =>
        DateTimeOffset.TryParseExact(value, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset at) ? at : throw new LicenceException($"Its {name} is '{value}', no moment.");
}
