using Orrery.Jobs.Plans;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Running;

/// <summary>What a migration did.</summary>
/// <param name="Plan">What was to be done.</param>
/// <param name="Rows">Rows that the target has of the job, this run's and those before.</param>
/// <param name="Rejects">Rows that were put aside.</param>
/// <param name="Elapsed">Of this run.</param>
/// <param name="RowsOfRun">Rows that this run copied.</param>
/// <param name="Undone">Indexes and keys that the target refused.</param>
public sealed record MigrationReport(MigrationPlan Plan, long Rows, long Rejects, TimeSpan Elapsed, long RowsOfRun, IReadOnlyList<HandWork> Undone)
{
    /// <summary>Whether an earlier run had done all already.</summary>
    public bool WasDone { get; init; }

    /// <summary>How long this run copied, without assessment and keys.</summary>
    public TimeSpan Copying { get; init; }
}

/// <summary>The assessment found what has to be settled first.</summary>
public sealed class MigrationBlockedException(IReadOnlyList<string> blockers) : Exception($"The migration cannot begin: {string.Join(" ", blockers)}")
{
    public IReadOnlyList<string> Blockers { get; } = blockers;
}
