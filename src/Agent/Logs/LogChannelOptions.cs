namespace Orrery.Agent.Logs;

/// <summary>How log files are followed and shipped.</summary>
public sealed record LogChannelOptions
{
    const int ChannelBatchBytesMax = 8 << 20, ChannelRecordBytesMax = 1 << 20;

    /// <summary>What to follow, at most 64; empty: nothing.</summary>
    public IReadOnlyList<LogSource> Sources { get; init; } = [];

    /// <summary>Folder for what waits and how far files were read; one agent's own. Required with sources.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Where batches go. Default: only through the door for the newest lines.</summary>
    public LogDestination Destination { get; init; } = new();

    /// <summary>
    /// As whom batches are shipped into an object store, 1 to 120 characters; empty, the default: the server's id. Where several sites share a prefix their servers' ids must differ, or this
    /// tells them apart (<c>berlin/erp-1</c>). A channel knows the site by its key. Fixed for the folder's life.
    /// </summary>
    public string Origin { get; init; } = "";

    /// <summary>How often files are looked at. Default 1 s.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often patterns are looked up for new and renamed files. Default 5 s.</summary>
    public TimeSpan ScanInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Oldest that a record may become before its batch is closed. Default 5 s.</summary>
    public TimeSpan BatchAge { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Records in a batch at most. Default 50,000.</summary>
    public int BatchRecordsMax { get; init; } = 50_000;

    /// <summary>Bytes of lines at which a batch is closed. Default 8 MiB.</summary>
    public int BatchBytesMax { get; init; } = 8 << 20;

    /// <summary>Bytes in the outbox at which reading stops until something was shipped. Default 1 GiB.</summary>
    public long OutboxBytesMax { get; init; } = 1 << 30;

    /// <summary>After so long without records one empty batch says that the last window is complete. Default 90 s.</summary>
    public TimeSpan QuietAfter { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>First and longest wait before a batch that could not be shipped is tried again. Defaults 1 s, 1 min.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc cref="RetryFirst"/>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Adds what is wrong to a list.</summary>
    public void Validate(List<string> errors)
    {
        if (Sources.Count > 64)
            errors.Add($"{Sources.Count} log sources, at most 64 can be");
        if (Sources.Count > 0 && Folder.Length == 0)
            errors.Add("log sources need a folder for what waits");
        Destination.Validate(errors);
        if (Origin.Length > 120 || Origin.Any(char.IsControl))
            errors.Add($"the log channel's origin has {Origin.Length} characters, at most 120 can be, and none that controls");
        if (Destination.Channel is not null && Origin.Length > 0)
            errors.Add("the log channel's origin is for object stores; a channel knows site and server by themselves");
        if (Destination.Channel is not null && (BatchBytesMax > ChannelBatchBytesMax || Sources.Any(static source => source.RecordBytesMax > ChannelRecordBytesMax)))
            errors.Add($"a channel takes batches of at most {ChannelBatchBytesMax} bytes (batchBytesMax) and records of at most {ChannelRecordBytesMax} (recordBytesMax)");
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (LogSource source in Sources)
        {
            source.Validate(errors);
            if (!names.Add(source.Name))
                errors.Add($"two log sources are named '{source.Name}'");
        }

        foreach ((string name, TimeSpan value) in new[] { ("pollInterval", PollInterval), ("scanInterval", ScanInterval), ("batchAge", BatchAge), ("quietAfter", QuietAfter), ("retryFirst", RetryFirst), ("retryMax", RetryMax) })
            if (value < TimeSpan.FromMilliseconds(10) || value > TimeSpan.FromHours(1))
                errors.Add($"{name} of the log channel is {value.TotalSeconds} s, must be 0.01 s to 1 h");
        if (BatchRecordsMax is < 1 or > 1_000_000 || BatchBytesMax is < 1 << 10 or > 64 << 20 || OutboxBytesMax < BatchBytesMax)
            errors.Add("batchRecordsMax must be 1 to 1,000,000, batchBytesMax 1 KiB to 64 MiB, outboxBytesMax at least batchBytesMax");
    }
}
