namespace Orrery.Log;

/// <summary>How a topic is written, flushed and kept.</summary>
public sealed record TopicOptions
{
    /// <summary>How many partitions. 1 to 1024; it may grow later and never shrink. Default 1.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>When an append is durable. Default: after a sync.</summary>
    public FlushPolicy FlushPolicy { get; init; } = FlushPolicy.EachGroup;

    /// <summary>Longest time between syncs under <see cref="FlushPolicy.Interval"/>. Default 1 s.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the first append of a group waits for others. Zero, the default, adds no wait: a group is what arrived while the disk was busy.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.Zero;

    /// <summary>A group this large no longer waits. 4 kB or more; default 1 MiB.</summary>
    public int GroupBytes { get; init; } = 1 << 20;

    /// <summary>Largest batch, headers included. 1 kB to 1 GiB; default 16 MiB.</summary>
    public int BatchBytesLimit { get; init; } = 16 << 20;

    /// <summary>Bytes that may wait for the disk in one partition before appends are refused. Not less than <see cref="BatchBytesLimit"/>; default 64 MiB.</summary>
    public long PendingBytesLimit { get; init; } = 64 << 20;

    /// <summary>A segment this large is sealed and the next one begun. 4 kB or more; default 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Bytes between two entries of a segment's offset index. 1 kB or more; default 64 KiB.</summary>
    public int IndexIntervalBytes { get; init; } = 64 << 10;

    /// <summary>Keep segments for this long after their last append, even below the low water or every hold. Null: no rule.</summary>
    public TimeSpan? RetainAge { get; init; }

    /// <summary>Keep this many bytes of a partition, even below the low water or every hold. Null: no rule.</summary>
    public long? RetainBytes { get; init; }

    /// <summary>Whether age and bytes may delete records that no low water and no hold says to be done with. Holds are kept all the same. Default false.</summary>
    public bool DeletesUnread { get; init; }

    /// <summary>How often age is looked at. Default 1 min.</summary>
    public TimeSpan RetentionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long after the partition was opened rules of age and bytes leave unread records alone, so that consumers can state their holds first. Default 1 min; zero or more.</summary>
    public TimeSpan HoldGrace { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many consumers may hold one partition's records. 1 to 100,000; default 1,000.</summary>
    public int HoldsLimit { get; init; } = 1000;

    /// <summary>How many producers a partition remembers; beyond that those that were idle for longest are forgotten, and a repeat of theirs is not recognised. 1 to 1,000,000; default 100,000.</summary>
    public int ProducersLimit { get; init; } = 100_000;

    /// <summary>A producer that was idle for this long may be forgotten. Default 7 days; more than zero.</summary>
    public TimeSpan ProducerIdleLimit { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Whether sealed segments are rewritten to keep only the last record of each key: those below the low water, below every hold where there are holds, or all where <see cref="DeletesUnread"/>
    /// says so, and never past a hold. Records without key stay; records are then deleted by age and bytes only. Default false.
    /// </summary>
    public bool Compacts { get; init; }

    /// <summary>How long a record that deletes its key (an empty value) is kept by compaction after its append, so that every consumer sees it. Default 1 day; zero or more.</summary>
    public TimeSpan TombstoneAge { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Every error of these options, in words; empty when they are right.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        void Check(bool right, string name, object value, string bound)
        {
            if (!right) errors.Add($"{name} is {value}; it must be {bound}.");
        }

        Check(Partitions is >= 1 and <= 1024, nameof(Partitions), Partitions, "1 to 1024");
        Check(Enum.IsDefined(FlushPolicy), nameof(FlushPolicy), FlushPolicy, "a known policy");
        Check(FlushInterval > TimeSpan.Zero, nameof(FlushInterval), FlushInterval, "more than zero");
        Check(GroupWait >= TimeSpan.Zero && GroupWait <= TimeSpan.FromSeconds(10), nameof(GroupWait), GroupWait, "0 to 10 s");
        Check(GroupBytes >= 4096, nameof(GroupBytes), GroupBytes, "4096 or more");
        Check(BatchBytesLimit is >= 1024 and <= 1 << 30, nameof(BatchBytesLimit), BatchBytesLimit, "1024 to 1 GiB");
        Check(PendingBytesLimit >= BatchBytesLimit, nameof(PendingBytesLimit), PendingBytesLimit, $"at least {nameof(BatchBytesLimit)}, {BatchBytesLimit}");
        Check(SegmentBytes >= 4096, nameof(SegmentBytes), SegmentBytes, "4096 or more");
        Check(IndexIntervalBytes >= 1024, nameof(IndexIntervalBytes), IndexIntervalBytes, "1024 or more");
        Check(RetainAge is null || RetainAge > TimeSpan.Zero, nameof(RetainAge), RetainAge!, "null or more than zero");
        Check(RetainBytes is null or >= 0, nameof(RetainBytes), RetainBytes!, "null, 0 or more");
        Check(RetentionInterval > TimeSpan.Zero, nameof(RetentionInterval), RetentionInterval, "more than zero");
        Check(HoldGrace >= TimeSpan.Zero, nameof(HoldGrace), HoldGrace, "zero or more");
        Check(HoldsLimit is >= 1 and <= 100_000, nameof(HoldsLimit), HoldsLimit, "1 to 100000");
        Check(ProducersLimit is >= 1 and <= 1_000_000, nameof(ProducersLimit), ProducersLimit, "1 to 1000000");
        Check(ProducerIdleLimit > TimeSpan.Zero, nameof(ProducerIdleLimit), ProducerIdleLimit, "more than zero");
        Check(TombstoneAge >= TimeSpan.Zero, nameof(TombstoneAge), TombstoneAge, "zero or more");
        return errors;
    }
}
