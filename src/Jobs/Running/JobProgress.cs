namespace Orrery.Jobs.Running;

/// <summary>The states of a job, in their order.</summary>
public enum JobPhase
{
    Assessing,
    MakingTables,
    Copying,
    MakingKeys,
    Certifying,

    /// <summary>The source's changes are applied to the target.</summary>
    Following,

    /// <summary>The lead goes to the target, if it may.</summary>
    CuttingOver,

    /// <summary>The target leads, and its changes are applied to the source.</summary>
    FollowingBack,

    /// <summary>The lead goes back to the source, if it may.</summary>
    Returning,
    Done,
}

/// <summary>How far a job is.</summary>
/// <param name="Phase">Its state.</param>
/// <param name="Rows">Rows that are written and those under way.</param>
/// <param name="RowsTotal">By the source's statistics, never less than <paramref name="Rows"/>.</param>
/// <param name="Bytes">As rows are carried.</param>
/// <param name="RowsPerSecond">Over the time that this run copies.</param>
/// <param name="Left">At that rate; null where nothing can be said.</param>
/// <param name="Table">What is worked on.</param>
/// <param name="Rejects">Rows put aside.</param>
/// <param name="Deadline">When the state ends by force.</param>
public sealed record JobProgress(JobPhase Phase, long Rows, long RowsTotal, long Bytes, double RowsPerSecond, TimeSpan? Left, string Table, long Rejects, DateTimeOffset Deadline)
{
    /// <summary>What it waits for, such as a database that is away; null where it works.</summary>
    public string? Waiting { get; init; }

    public IReadOnlyList<TableProgress> Tables { get; init; } = [];

    /// <summary>Of a job that follows changes, once it does.</summary>
    public Following.FollowProgress? Follow { get; init; }
}

/// <summary>How far a table is.</summary>
public sealed record TableProgress(string Table, long Rows, long RowsEstimate, bool IsDone)
{
    public long ChunksDone { get; init; }

    /// <summary>By the estimate of rows.</summary>
    public long ChunksWaiting { get; init; }

    /// <summary>Of a table that is worked on: the newest that are done, and those under way; at most <see cref="ChunkProgress.NewestMax"/> and one a channel.</summary>
    public IReadOnlyList<ChunkProgress> Chunks { get; init; } = [];
}

/// <summary>How far a chunk is.</summary>
/// <param name="Number">In its table, from 0.</param>
/// <param name="Rows">Written, or under way.</param>
/// <param name="IsDone">Whether it is committed.</param>
public sealed record ChunkProgress(long Number, long Rows, bool IsDone)
{
    /// <summary>Chunks of a table that are remembered behind their end.</summary>
    public const int NewestMax = 24;
}
