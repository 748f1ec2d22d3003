namespace Orrery.Grains.Tags;

/// <summary>Bounds of tags. In a host's settings: <c>Orrery:Tags</c>.</summary>
public sealed class TagOptions
{
    /// <summary>Objects of one type; those beyond are left out and the index says so. Default 10 million.</summary>
    public int ObjectsMax { get; set; } = 10_000_000;

    /// <summary>Bytes of changes after which an index is written as a checkpoint. Default 64 MiB.</summary>
    public long CheckpointBytes { get; set; } = 64L << 20;

    /// <summary>How long changes go on before a checkpoint is written, whatever their bytes. Default 10 minutes.</summary>
    public TimeSpan CheckpointPeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How old changes and events are at least when they are deleted, once no checkpoint needs them. Default 7 days: as long, who hears a segment's events may be away.</summary>
    public TimeSpan EventAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Pause before work that failed is tried again; it doubles up to <see cref="RetryPauseMax"/>. Default 1 s.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default 5 minutes.</summary>
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromMinutes(5);
}
