namespace Orrery.Interfaces.Topics;

/// <summary>How a topic is cut, written and kept.</summary>
public sealed record TopicSettings
{
    /// <summary>How many partitions, 1 to 1024. It may grow and never shrink; when it grows, keys move to other partitions from then on. Default 1.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>When an append is acknowledged. Default: once it is on the disk.</summary>
    public TopicFlush Flush { get; init; } = TopicFlush.EachGroup;

    /// <summary>Records are deleted once they are older than this. Null, the default: no rule by age.</summary>
    public TimeSpan? RetainAge { get; init; }

    /// <summary>Bytes that a partition keeps; the oldest records beyond it are deleted. Null, the default: no rule by size.</summary>
    public long? RetainBytes { get; init; }

    /// <summary>Whether age and size may delete records that no consumer has passed. Records that are held are never deleted. Default true: topics without consumers do not grow without end.</summary>
    public bool DeletesUnread { get; init; } = true;

    /// <summary>Whether only the newest record of each key is kept. Default false.</summary>
    public bool Compacts { get; init; }

    /// <summary>How long compaction keeps records with an empty value, which say that their key is gone. More than zero; default one day.</summary>
    public TimeSpan TombstoneAge { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>When an append is acknowledged.</summary>
public enum TopicFlush
{
    /// <summary>After a sync that it shares with what arrived beside it: survives a power cut.</summary>
    EachGroup,

    /// <summary>After the write; synced every second: survives the end of the process.</summary>
    Interval,

    /// <summary>After the write; synced when a segment is full: survives the end of the process.</summary>
    OnSeal,
}
