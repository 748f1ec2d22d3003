using System.Text.Json;

namespace Orrery.Grains.Streams;

/// <summary>How streams are kept in the log and delivered.</summary>
public sealed class LogStreamOptions
{
    /// <summary>Partitions of a namespace's topic when it is made. Default 4.</summary>
    public int Partitions { get; set; } = 4;

    /// <summary>How long items are kept, for consumers that rewind. What is not delivered yet is kept longer. Default 7 days.</summary>
    public TimeSpan RetainAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often the place is stored up to which everything is delivered. After a crash what came since is delivered again. Default 5 s.</summary>
    public TimeSpan CommitPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes read from a partition at a time. Default 256 KiB.</summary>
    public int ReadBytes { get; set; } = 256 << 10;

    /// <summary>Items given to a consumer in one call. Default 100.</summary>
    public int ItemsInCallMax { get; set; } = 100;

    /// <summary>How often an item is given to a consumer that throws, before its observer's OnErrorAsync is called and the stream goes on. Default 5.</summary>
    public int AttemptsMax { get; set; } = 5;

    /// <summary>The pause after a failed delivery; it doubles up to <see cref="PauseMax"/>. Default 50 ms.</summary>
    public TimeSpan PauseFirst { get; set; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause. Default 2 s.</summary>
    public TimeSpan PauseMax { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a consumer is waited for that cannot be reached, because its silo is lost or it is overloaded. Default 10 min; then it counts as one that throws.</summary>
    public TimeSpan UnreachableMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Subscriptions of one partition's streams. Default 20,000.</summary>
    public int SubscriptionsMax { get; set; } = 20_000;

    /// <summary>How items are written and read.</summary>
    public JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web) { IncludeFields = true };
}
