namespace Orrery.Agent.Logs;

/// <summary>How far a file was read, as it is kept with the batch that holds its records.</summary>
internal sealed record FileCheckpoint
{
    /// <summary>The file's number in this incarnation of the agent's state: the first half of its records' ids.</summary>
    public required long Number { get; init; }

    public required string Source { get; init; }

    public required string Path { get; init; }

    public required ulong Device { get; init; }

    public required ulong Inode { get; init; }

    /// <summary>The first byte that is in no record yet.</summary>
    public required long Offset { get; init; }

    /// <summary>The encoding found; empty: none yet, the file was empty.</summary>
    public required string Encoding { get; init; }

    /// <summary>The first bytes, up to 1 KiB.</summary>
    public required FilePrint Head { get; init; }

    /// <summary>The last bytes before <see cref="Offset"/>.</summary>
    public required FilePrint Tail { get; init; }

    /// <summary>The file was cut to nothing, or removed: only a copy of it can still hold what comes after <see cref="Offset"/>.</summary>
    public bool Ended { get; init; }

    /// <summary>For a file that ended: its copy was found.</summary>
    public bool HasCopy { get; init; }

    /// <summary>It is the copy of a file that ended, and is read on under its number.</summary>
    public bool IsCopy { get; init; }

    /// <summary>When it was last seen, Unix milliseconds.</summary>
    public required long SeenMilliseconds { get; init; }
}

/// <summary>All that the tailer keeps.</summary>
/// <param name="NextNumber">The number of the next new file; never given twice.</param>
/// <param name="Files">The files.</param>
internal sealed record LogState(long NextNumber, IReadOnlyList<FileCheckpoint> Files);
