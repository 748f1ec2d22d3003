namespace Orrery.Log.Embedded;

/// <summary>Where the embedded log lives and who does its disk work.</summary>
public sealed record EmbeddedLogOptions
{
    /// <summary>The directory that holds it. Made where missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Bytes of the disk that must stay free: below, appends are refused with <see cref="LogFullException"/>. Null, the default: 1 GiB, or 5 % of the disk where that is less. 0: never refused.</summary>
    public long? FreeBytesMin { get; init; }

    /// <summary>How long to wait for a process that is just taking a partition over, which takes it a few file operations. Default: 10 s. Zero or more.</summary>
    public TimeSpan LockWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who this process is, in the message that others get: "silo erp-2". Default: nothing besides its process id.</summary>
    public string? Owner { get; init; }

    /// <summary>Runs writes and syncs. Null, the default: a thread for each topic, there while it has work. A simulation gives its own.</summary>
    public TaskScheduler? Flusher { get; init; }
}
