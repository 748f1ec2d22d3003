using Orrery.Jobs.Plans;

namespace Orrery.Jobs.Running;

/// <summary>What is done between a migration's steps, by the same run and under its token.</summary>
interface IMigrationSteps
{
    /// <summary>Before tables are made and rows copied.</summary>
    /// <param name="isResumed">Whether an earlier run has begun to copy.</param>
    void Begin(MigrationPlan plan, ChunkTokens tokens, bool isResumed, CancellationToken cancellationToken);

    /// <summary>All rows are copied and have their primary keys; other indexes and foreign keys are still to be made. May come again where a run was broken off.</summary>
    void BeforeIndexes(MigrationPlan plan, ChunkTokens tokens, CancellationToken cancellationToken);
}
