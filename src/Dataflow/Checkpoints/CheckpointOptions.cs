namespace Orrery.Dataflow.Checkpoints;

/// <summary>Bounds of checkpoints.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Whoever writes with a higher one has taken over: what it wrote is newer whatever its number, and a lower one deletes nothing of it.</summary>
    public long Term { get; init; }

    /// <summary>Bytes of one segment, at most, and held in memory while it is written. Default 16 MiB.</summary>
    public int SegmentBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of changed state that are copied while the graph rests and written afterwards; what is beyond is written while it rests. Default 64 MiB.</summary>
    public long HeldBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>All segments together may be so many times the state before what is needed of the emptiest is written once more; at twice that everything is. Default 2.</summary>
    public double SegmentsToStateMax { get; init; } = 2;

    /// <summary>Segments that one checkpoint may be made of before the same. Default 512 beyond those of the state itself.</summary>
    public int SegmentsMax { get; init; } = 512;

    /// <summary>Checkpoints that stay readable. Default 2.</summary>
    public int Kept { get; init; } = 2;
}
