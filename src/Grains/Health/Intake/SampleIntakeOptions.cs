namespace Orrery.Grains.Health.Intake;

/// <summary>Bounds of one intake grain.</summary>
public sealed class SampleIntakeOptions
{
    /// <summary>Bytes that may be on their way to the disk or to servers before further calls are refused as overloaded. Default 64 MiB. One call alone is always taken.</summary>
    public long BytesInFlightMax { get; set; } = 64L << 20;

    /// <summary>Bytes of one call's batches together. Default 80 MiB.</summary>
    public int CallBytesMax { get; set; } = 80 << 20;

    /// <summary>A server whose oldest unstored sample is in the log for so long has to store. Default 10 minutes past <see cref="HealthOptions.FlushAge"/>.</summary>
    public TimeSpan HoldAge { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>Bytes that the log may hold for servers that have not stored; beyond it those that hold it longest have to. Default 256 MiB.</summary>
    public long HoldBytes { get; set; } = 256L << 20;

    /// <summary>Servers that are made to store at the same time. Default 8.</summary>
    public int CheckpointsConcurrentMax { get; set; } = 8;

    /// <summary>Bytes read from the log at a time when it is handed on again. Default 4 MiB.</summary>
    public int ReplayReadBytes { get; set; } = 4 << 20;

    /// <summary>How often the offset is stored from which a restart has to hand on again. Default 15 s.</summary>
    public TimeSpan CommitPeriod { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Size at which a segment of the log is sealed; sealed segments that are no longer needed are deleted. Default 32 MiB.</summary>
    public long SegmentBytes { get; set; } = 32L << 20;
}
