namespace Orrery.Log.Embedded;

/// <summary>Where the embedded log lives and who does its disk work.</summary>
public sealed record EmbeddedLogOptions
{
    /// <summary>The directory that holds it. Made where missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Runs writes and syncs. Null, the default: a thread for each topic, there while it has work. A simulation gives its own.</summary>
    public TaskScheduler? Flusher { get; init; }
}
