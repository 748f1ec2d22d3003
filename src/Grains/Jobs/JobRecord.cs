using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

/// <summary>What is stored of a job.</summary>
sealed class JobRecord
{
    /// <summary>Its definition shows addresses without their passwords.</summary>
    public JobSpec Spec { get; set; } = new();

    public string Kind { get; set; } = "";

    /// <summary>Secret fields of the definition, sealed.</summary>
    public Dictionary<string, byte[]> Sealed { get; set; } = [];

    public DateTimeOffset ChangedAt { get; set; }

    public string ChangedBy { get; set; } = "";

    /// <summary>0: there is no such job.</summary>
    public long Version { get; set; }

    public JobState State { get; set; }

    public DateTimeOffset Since { get; set; }

    public DateTimeOffset? Deadline { get; set; }

    public string? Reason { get; set; }

    /// <summary>Whether who waits or works is to assess only.</summary>
    public bool IsAssessment { get; set; }

    /// <summary>Rises with each job that is begun anew: part of its name in the target.</summary>
    public long Epoch { get; set; } = 1;

    /// <summary>The newest that came to its end, so that the next start begins anew.</summary>
    public long EpochDone { get; set; }

    public long Token { get; set; }

    /// <summary>Null: nobody has it.</summary>
    public string? Worker { get; set; }

    /// <summary>Leases of the run.</summary>
    public int Attempt { get; set; }

    /// <summary>Attempts in a row that got no further.</summary>
    public int Vain { get; set; }

    public long RowsBest { get; set; }

    public DateTimeOffset? NextTryAt { get; set; }

    /// <summary>Runs that began.</summary>
    public long Runs { get; set; }

    public string StartedBy { get; set; } = "";

    /// <summary>Null: no run is under way.</summary>
    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>When the run ends by force; put off by its pauses.</summary>
    public DateTimeOffset? RunDeadline { get; set; }

    /// <summary>As of the last write: a worker's next word says it anew.</summary>
    public JobProgressInfo? Progress { get; set; }

    /// <summary>The step that was asked for last.</summary>
    public JobStepInfo? Step { get; set; }

    /// <summary>The newest lease that was given for a step and not for following.</summary>
    public long StepToken { get; set; }

    public JobAssessmentInfo? Assessment { get; set; }

    /// <summary>The newest last.</summary>
    public List<JobRunInfo> Ended { get; set; } = [];
}

/// <summary>What runs left, apart from the rest, which is written more often.</summary>
sealed class JobResults
{
    public List<KeptReport> Reports { get; set; } = [];

    public List<string> Rejects { get; set; } = [];

    public long RejectsTotal { get; set; }
}

/// <param name="Number">Of the run.</param>
/// <param name="Result">JSON without the certificate; null: it failed.</param>
/// <param name="Certificate">JSON.</param>
sealed record KeptReport(long Number, string? Result, string? Certificate);
