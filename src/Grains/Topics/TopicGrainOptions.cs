namespace Orrery.Grains.Topics;

/// <summary>Bounds of topics and their partitions.</summary>
public sealed class TopicGrainOptions
{
    /// <summary>How many topics there may be. Default 10,000.</summary>
    public int TopicsMax { get; set; } = 10_000;

    /// <summary>How many consumers may hold one partition. Default 1,000.</summary>
    public int HoldsMax { get; set; } = 1_000;

    /// <summary>Bytes of one batch. It has to fit into a frame of the cluster's wire as base64 or plain; default 8 MiB.</summary>
    public int BatchBytesMax { get; set; } = 8 << 20;

    /// <summary>Bytes that wait for the disk in one partition before appends are refused. Default 64 MiB.</summary>
    public long PendingBytesMax { get; set; } = 64L << 20;

    /// <summary>Bytes that one read answers with at most, but for a single larger batch. Default 4 MiB.</summary>
    public int ReadBytesMax { get; set; } = 4 << 20;

    /// <summary>How long a read waits for records at most; who asks for more is answered after this. Default 5 s: a partition that moves to another silo waits for its reads.</summary>
    public TimeSpan ReadWaitMax { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Size at which a segment of the embedded log is sealed. Default 64 MiB.</summary>
    public long SegmentBytes { get; set; } = 64L << 20;

    /// <summary>How long after a partition was opened nothing is deleted that rests on what consumers hold: they have that long to say so. Default 1 min.</summary>
    public TimeSpan HoldGrace { get; set; } = TimeSpan.FromMinutes(1);
}
