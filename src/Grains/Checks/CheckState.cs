using Orrery.Interfaces.Checks;

namespace Orrery.Grains.Checks;

sealed class CheckState
{
    /// <summary>Without the connection.</summary>
    public CheckSpec Spec { get; set; } = new();

    /// <summary>See <see cref="Secrets.SecretBox"/>; null: the channel's is used.</summary>
    public byte[]? SealedConnection { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    public string ChangedBy { get; set; } = "";

    /// <summary>0: there is no such check.</summary>
    public long Version { get; set; }

    /// <summary>When it runs next by its schedule.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>Number of the newest run that began.</summary>
    public long Runs { get; set; }

    /// <summary>The run that is under way, stored so that its end by a crash is known.</summary>
    public BegunRun? Begun { get; set; }

    /// <summary>Runs that ended, the newest last.</summary>
    public List<CheckSummary> Ended { get; set; } = [];

    /// <summary>Rules whose alarms are open.</summary>
    public HashSet<string> Alarmed { get; set; } = [];
}

/// <param name="Number">See <see cref="CheckSummary.Number"/>.</param>
/// <param name="Cause">See <see cref="CheckSummary.Cause"/>.</param>
/// <param name="At">UTC.</param>
sealed record BegunRun(long Number, string Cause, DateTimeOffset At);

/// <summary>Results of runs, apart from the rest, which is written more often.</summary>
sealed class CheckResultState
{
    public List<CheckRun> Runs { get; set; } = [];
}
