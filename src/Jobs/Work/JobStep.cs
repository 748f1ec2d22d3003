namespace Orrery.Jobs.Work;

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

/// <summary>A step that a run is to do.</summary>
/// <param name="Kind">Which.</param>
/// <param name="SourceIsStopped">A person has seen to it that nothing writes to the leading database any more; else it has to be read-only.</param>
/// <param name="Deadline">When it is given up.</param>
public sealed record JobStep(JobStepKind Kind, bool SourceIsStopped, DateTimeOffset Deadline);
