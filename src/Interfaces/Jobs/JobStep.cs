namespace Orrery.Interfaces.Jobs;

/// <summary>A guarded step of a job that follows changes: done whole, or refused and nothing changed.</summary>
public enum JobStepKind
{
    /// <summary>The target leads from then on.</summary>
    CutOver,

    /// <summary>The source leads again.</summary>
    Back,

    /// <summary>Changes are followed no more, and no log is kept for it.</summary>
    End,
}

/// <summary>The step that was asked for last.</summary>
/// <param name="Kind">Which.</param>
/// <param name="SourceIsStopped">Whoever asked has seen to it that nothing writes to the leading database any more; else it has to be read-only.</param>
/// <param name="By">Who asked.</param>
/// <param name="At">When.</param>
/// <param name="Deadline">When it is given up.</param>
/// <param name="EndedAt">Null: it is waited for, or under way.</param>
/// <param name="IsDone">Whether it was done; where it was not, nothing has changed.</param>
/// <param name="Outcome">Why it was refused, or what came of it; null: it has not ended.</param>
public sealed record JobStepInfo(JobStepKind Kind, bool SourceIsStopped, string By, DateTimeOffset At, DateTimeOffset Deadline, DateTimeOffset? EndedAt, bool IsDone, string? Outcome);

/// <summary>A step in a worker's hands.</summary>
/// <param name="Kind">Which.</param>
/// <param name="SourceIsStopped">See <see cref="JobStepInfo"/>.</param>
/// <param name="Deadline">When it is given up.</param>
public sealed record JobStepLease(JobStepKind Kind, bool SourceIsStopped, DateTimeOffset Deadline);

/// <summary>How a job follows changes.</summary>
/// <param name="IsBack">From the target to the source.</param>
/// <param name="Changes">Applied since this side leads.</param>
/// <param name="LagChanges">Read and not yet applied.</param>
/// <param name="LagSeconds">Age of the last change applied; 0 where the leading database's position is reached.</param>
/// <param name="IsReached">Whether the position is reached that the leading database had when it was asked last.</param>
public sealed record JobFollowInfo(bool IsBack, long Changes, long LagChanges, double LagSeconds, bool IsReached);
