using Orrery.Jobs.Plans;

namespace Orrery.Jobs.DataX;

/// <summary>What a job file does not say.</summary>
public sealed record DataXOptions
{
    /// <summary>Names the job in its target, 1 to 80 letters, digits, '.', '-' and '_'. The same name goes on where it was.</summary>
    public required string Job { get; init; }

    /// <summary>Rows of a chunk, which is one transaction of the target. 1 to 10,000,000.</summary>
    public int ChunkRows { get; init; } = 100_000;

    /// <summary>Where dirty rows are written, as JSON lines with the reason.</summary>
    public required string RejectFile { get; init; }

    /// <summary>Which files the job may open.</summary>
    public FileBounds Files { get; init; } = FileBounds.None;

    /// <summary>How long a database may be away before the job gives up.</summary>
    public TimeSpan AwayMax { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long copying may last.</summary>
    public TimeSpan CopyMax { get; init; } = TimeSpan.FromDays(7);
}

/// <summary>What a job would do.</summary>
/// <param name="Parts">What is read, and into what, with rows by the source's statistics; 0 where it does not say.</param>
/// <param name="Problems">What is left out, and what is wrong.</param>
public sealed record DataXPlan(IReadOnlyList<(string From, string To, long RowsEstimate, bool IsSplit)> Parts, IReadOnlyList<DataXProblem> Problems);

/// <summary>What a job did.</summary>
/// <param name="Rows">Rows that the target has of it, this run's and those before.</param>
/// <param name="RowsOfRun">Rows that this run wrote.</param>
/// <param name="Dirty">Rows put aside.</param>
/// <param name="Bytes">Of this run, as rows are carried.</param>
/// <param name="Elapsed">Of this run.</param>
/// <param name="Problems">What was left out.</param>
public sealed record DataXReport(long Rows, long RowsOfRun, long Dirty, long Bytes, TimeSpan Elapsed, IReadOnlyList<DataXProblem> Problems);
