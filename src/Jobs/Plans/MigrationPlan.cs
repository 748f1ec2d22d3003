using Orrery.Connectors.Dialects;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Plans;

/// <summary>What a migration would do.</summary>
public sealed record MigrationPlan(IReadOnlyList<TablePlan> Tables)
{
    /// <summary>What a person has to do or to know.</summary>
    public IReadOnlyList<HandWork> HandWork { get; init; } = [];

    /// <summary>What has to be settled before the job can run.</summary>
    public IReadOnlyList<string> Blockers { get; init; } = [];

    /// <summary>By the source's statistics.</summary>
    public long RowsEstimate => Tables.Sum(table => Math.Max(0, table.RowsEstimate));

    /// <summary>By a sample of the source's largest table; null where nothing could be said.</summary>
    public TimeSpan? TimeEstimate { get; init; }
}

/// <summary>One table's copy.</summary>
/// <param name="Source">As the source has it.</param>
/// <param name="Target">As the target is to have it, or has it.</param>
/// <param name="Columns">Those whose values travel, as they are called here and there.</param>
public sealed record TablePlan(TableDefinition Source, TableDefinition Target, IReadOnlyList<(string Source, string Target)> Columns)
{
    public IReadOnlyList<TargetForeignKey> ForeignKeys { get; init; } = [];

    /// <summary>The next number of a numbered table; null: what follows the greatest.</summary>
    public long? IdentityNext { get; init; }

    /// <summary>A table without a key that can be cut: one chunk into an emptied table, in one transaction, repeated whole where it breaks off.</summary>
    public bool IsWhole { get; init; }

    public long RowsEstimate { get; init; } = -1;
}
