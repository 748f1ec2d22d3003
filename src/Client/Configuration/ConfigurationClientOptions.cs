namespace Orrery.Client.Configuration;

/// <summary>Whose configuration, and where its local copy is. Read once, when the client is made.</summary>
public sealed class ConfigurationClientOptions
{
    /// <summary>The cloud's address, as in <see cref="OrreryClientOptions.Url"/>. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>The site's key, <c>ok_ID_SECRET</c>. Sent only in the Authorization header, never logged. Required.</summary>
    public string Key { get; set; } = "";

    /// <summary>The server's id within the site. Required.</summary>
    public string Server { get; set; } = "";

    /// <summary>Documents as <c>namespace/name</c>, 1 to 32. Required.</summary>
    public IReadOnlyList<string> Documents { get; set; } = [];

    /// <summary>The product's version at this server, by which layers <c>version:ID</c> are chosen; empty: none.</summary>
    public string ProductVersion { get; set; } = "";

    /// <summary>A word by which roll-outs choose servers, such as <c>pilot</c>; empty: none.</summary>
    public string Tag { get; set; } = "";

    /// <summary>In which form values come: <c>json</c>, <c>yaml</c>, <c>properties</c>; null: as each document is written.</summary>
    public string? Format { get; set; }

    /// <summary>Folder of the local copy: each value as a file <c>namespace/name.json</c> (or <c>.yaml</c>, <c>.properties</c>), which may hold secrets. Null: in memory only, and nothing is known after a start without the cloud.</summary>
    public string? Directory { get; set; }

    /// <summary>How often it is reported what the local copy holds, also when nothing came. Default 5 min.</summary>
    public TimeSpan ReportPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the stream may say nothing before it is opened anew; the cloud says something every 20 s. Default 60 s.</summary>
    public TimeSpan SilenceMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>First pause after a failure; doubled with each further one. Default 1 s.</summary>
    public TimeSpan BackoffFirst { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause after failures. Default 60 s.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A shared HTTP client without a time-out of its own, or null for one of its own.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Told about trouble and recovery; never holds values.</summary>
    public Action<ClientNotice>? OnNotice { get; set; }

    /// <summary>The clock. Null: the machine's.</summary>
    public IClientClock? Clock { get; set; }

    /// <exception cref="ArgumentException">Something is wrong; the message says all of it.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        if (Url is null || !Url.IsAbsoluteUri || (Url.Scheme != "http" && Url.Scheme != "https"))
            errors.Add("Url must be an absolute http or https address");
        if (string.IsNullOrWhiteSpace(Key) || Key.IndexOfAny(['\r', '\n', ' ']) >= 0)
            errors.Add("Key must be a site's key (ok_ID_SECRET), without blanks");
        if (Server.Length is 0 or > 64)
            errors.Add("Server must be the server's id, 1 to 64 characters");
        if (Documents.Count is 0 or > 32 || Documents.Distinct().Count() < Documents.Count || Documents.Any(static document => !IsDocument(document)))
            errors.Add("Documents must be 1 to 32 different names like erp/pos-terminal");
        if (Format is not (null or "json" or "yaml" or "properties"))
            errors.Add("Format must be json, yaml, properties, or null");
        if (errors.Count > 0)
            throw new ArgumentException("The options of configuration cannot be used: " + string.Join("; ", errors) + ".");
    }

    /// <summary>Names become paths of files.</summary>
    static bool IsDocument(string document)
    {
        string[] parts = document.Split('/');
        return parts.Length == 2 && parts.All(static part => part.Length is > 0 and <= 64 && part[0] is not ('.' or '_' or '-') && part.All(static c => c is >= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-'));
    }
}
