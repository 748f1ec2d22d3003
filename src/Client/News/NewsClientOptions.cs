namespace Orrery.Client.News;

/// <summary>Whose inbox. Read once, when the client is made.</summary>
public sealed class NewsClientOptions
{
    /// <summary>The cloud's address, as in <see cref="OrreryClientOptions.Url"/>. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>The site's key, <c>ok_ID_SECRET</c>. Sent only in the Authorization header, never logged. Required.</summary>
    public string Key { get; set; } = "";

    /// <summary>The object type, such as <c>customer</c>. Required.</summary>
    public string Type { get; set; } = "";

    /// <summary>The object's id, as tags know it. Required.</summary>
    public string Object { get; set; } = "";

    /// <summary>In which language news are wanted, such as <c>zh</c>; empty: the article's first.</summary>
    public string Language { get; set; } = "";

    /// <summary>How long a question waits at the cloud for other news, 1 to 20 s. Default 20 s.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>First pause after a failure; doubled with each further one. Default 1 s.</summary>
    public TimeSpan BackoffFirst { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause after failures. Default 60 s.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>A shared HTTP client without a time-out of its own, or null for one of its own.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Told about trouble and recovery; never holds texts.</summary>
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
        if (Type.Length is 0 or > 20)
            errors.Add("Type must be an object type, 1 to 20 characters");
        if (Object.Length is 0 or > 200)
            errors.Add("Object must be an object's id, 1 to 200 characters");
        if (Wait < TimeSpan.FromSeconds(1) || Wait > TimeSpan.FromSeconds(20))
            errors.Add("Wait must be 1 to 20 s");
        if (errors.Count > 0)
            throw new ArgumentException("The options of news cannot be used: " + string.Join("; ", errors) + ".");
    }
}
