namespace Orrery.Grains.Topics;

/// <summary>Bounds of a <see cref="TopicWriter"/>.</summary>
public sealed record TopicWriterOptions
{
    /// <summary>How often a batch is sent at most before its failure is thrown. Default 12: with the pauses below about 15 s besides the calls' own time.</summary>
    public int AttemptsMax { get; init; } = 12;

    /// <summary>The pause before the second attempt; each further one doubles. Default 50 ms.</summary>
    public TimeSpan PauseFirst { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause. Default 2 s.</summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A partition's batch this large says that it wants to be flushed. Default 1 MiB.</summary>
    public int BatchBytes { get; init; } = 1 << 20;
}
