namespace Orrery.Client;

/// <summary>Where to send, as whom, and within which bounds. Read once, when the client is made.</summary>
public sealed class OrreryClientOptions
{
    /// <summary>The cloud's address, such as <c>https://orrery.example.com/</c>. A path in front of <c>/api/v1</c> is kept. Required.</summary>
    public Uri? Url { get; set; }

    /// <summary>The site's key, <c>ok_ID_SECRET</c>. Sent only in the Authorization header, never logged. Required.</summary>
    public string Key { get; set; } = "";

    /// <summary>The server's id within the site: <c>a-z 0-9 . _ -</c>, beginning with a letter or digit; at most 64. Required.</summary>
    public string Server { get; set; } = "";

    /// <summary>Tells several senders of one server apart: becomes the label <c>sender</c> of the client's own metrics. Empty: no label, as the agent does.</summary>
    public string Sender { get; set; } = "";

    /// <summary>
    /// Folder that keeps batches until the cloud has taken them. One process at a time uses it; a second one buffers in memory until the first is gone.
    /// Null: in memory only, and what was not acknowledged is lost with the process.
    /// </summary>
    public string? BufferDirectory { get; set; }

    /// <summary>Bytes of batches kept on disk, at least 1 MiB. Beyond it the oldest segment is dropped, counted and reported. Default 64 MiB.</summary>
    public long BufferBytesMax { get; set; } = 64L << 20;

    /// <summary>Bytes of batches kept in memory, where there is no folder or the disk refuses. Default 8 MiB.</summary>
    public long MemoryBytesMax { get; set; } = 8L << 20;

    /// <summary>Samples waiting to be batched; a further one is dropped and counted, the caller never waits. Default 50,000.</summary>
    public int QueueSamplesMax { get; set; } = 50_000;

    /// <summary>Log lines waiting to be batched; a further one is dropped and counted. Default 5,000.</summary>
    public int QueueLinesMax { get; set; } = 5_000;

    /// <summary>Different series that this client sends; samples of further ones are dropped and counted. Default 20,000.</summary>
    public int SeriesMax { get; set; } = 20_000;

    /// <summary>Samples in one batch, 1 to 100,000. Default 10,000.</summary>
    public int BatchSamplesMax { get; set; } = 10_000;

    /// <summary>Log lines in one batch, 1 to 5,000. Default 500.</summary>
    public int BatchLinesMax { get; set; } = 500;

    /// <summary>How long a sample waits for others before its batch is closed. Default 1 s.</summary>
    public TimeSpan BatchAge { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The same while the cloud is away: larger batches take less disk and fewer requests afterwards. Default 5 s.</summary>
    public TimeSpan BatchAgeAway { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for one request, its answer included. Default 30 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>First pause after a failure; doubled with each further one, shortened by up to half at random. Default 1 s.</summary>
    public TimeSpan BackoffFirst { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause after failures. Default 60 s. A longer <c>Retry-After</c> is honoured up to ten minutes.</summary>
    public TimeSpan BackoffMax { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long <see cref="OrreryClient.Dispose"/> waits for the last batch to reach the disk. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A shared HTTP client, or null for one of its own. The client sends its own headers and time-outs and never disposes a shared one.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>Told about trouble and recovery, on a background thread; never holds secrets. What it throws is counted and otherwise ignored.</summary>
    public Action<ClientNotice>? OnNotice { get; set; }

    /// <summary>The clock. Null: the machine's.</summary>
    public IClientClock? Clock { get; set; }

    /// <summary>Seed of the jitter. 0: taken from a new GUID.</summary>
    public int JitterSeed { get; set; }

    /// <summary>Everything that is wrong, in one message.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    internal void Validate()
    {
        var errors = new List<string>();
        if (Url is null || !Url.IsAbsoluteUri || (Url.Scheme != "http" && Url.Scheme != "https"))
            errors.Add("Url must be an absolute http or https address");
        else if (Url.UserInfo.Length > 0)
            errors.Add("Url must not carry a user or password; use Key");
        if (string.IsNullOrWhiteSpace(Key) || Key.IndexOfAny(['\r', '\n', ' ']) >= 0)
            errors.Add("Key must be a site's key (ok_ID_SECRET), without blanks");
        if (!IsServerId(Server))
            errors.Add($"Server '{Server}' must be 1 to 64 characters of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
        Bound(nameof(BufferBytesMax), BufferBytesMax, 1L << 20, 1L << 40);
        Bound(nameof(MemoryBytesMax), MemoryBytesMax, 64L << 10, 1L << 32);
        Bound(nameof(QueueSamplesMax), QueueSamplesMax, 1, 10_000_000);
        Bound(nameof(QueueLinesMax), QueueLinesMax, 1, 1_000_000);
        Bound(nameof(SeriesMax), SeriesMax, 1, 1_000_000);
        Bound(nameof(BatchSamplesMax), BatchSamplesMax, 1, 100_000);
        Bound(nameof(BatchLinesMax), BatchLinesMax, 1, 5_000);
        Bound(nameof(BatchAge) + " milliseconds", (long)BatchAge.TotalMilliseconds, 1, 600_000);
        Bound(nameof(BatchAgeAway) + " milliseconds", (long)BatchAgeAway.TotalMilliseconds, 1, 600_000);
        Bound(nameof(RequestTimeout) + " milliseconds", (long)RequestTimeout.TotalMilliseconds, 1, 600_000);
        Bound(nameof(BackoffFirst) + " milliseconds", (long)BackoffFirst.TotalMilliseconds, 1, 600_000);
        Bound(nameof(BackoffMax) + " milliseconds", (long)BackoffMax.TotalMilliseconds, 1, 3_600_000);
        if (errors.Count > 0)
            throw new ArgumentException("The client's options cannot be used: " + string.Join("; ", errors) + ".");

        void Bound(string name, long value, long min, long max)
        {
            if (value < min || value > max)
                errors.Add($"{name} is {value}, must be {min} to {max}");
        }
    }

    static bool IsServerId(string? text)
    {
        if (text is null || text.Length is 0 or > 64 || text[0] is '.' or '_' or '-')
            return false;
        foreach (char c in text)
            if (c is not (>= 'a' and <= 'z' or >= '0' and <= '9' or '.' or '_' or '-'))
                return false;
        return true;
    }
}
