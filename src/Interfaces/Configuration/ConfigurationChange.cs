namespace Orrery.Interfaces.Configuration;

/// <summary>What a change is at. All but the ends have a deadline.</summary>
public enum ConfigurationChangeState
{
    /// <summary>Written, and not to be rolled out yet. Ends as rejected after 30 days.</summary>
    Draft,

    /// <summary>Waits for another user's approval. Ends as rejected after 30 days.</summary>
    Waiting,

    /// <summary>Reaches servers wave by wave.</summary>
    Rolling,

    /// <summary>Is, or was, what all servers of its layer are to have.</summary>
    Live,

    /// <summary>Was rolled out and taken back.</summary>
    Returned,

    /// <summary>Reached no server.</summary>
    Rejected,
}

/// <summary>What somebody writes into a layer.</summary>
public sealed record ConfigurationEdit
{
    /// <summary>The layer as a whole, in the document's format, at most 64 KiB. A secret that is sent as it is shown stays.</summary>
    public string Text { get; init; } = "";

    /// <summary>Why, at most 500 characters.</summary>
    public string? Comment { get; init; }

    /// <summary>How it reaches servers; null: all at once.</summary>
    public ConfigurationRollout? Rollout { get; init; }

    /// <summary>Kept as a draft until somebody starts it.</summary>
    public bool IsDraft { get; init; }
}

/// <summary>In which waves a change reaches servers, and what stops it.</summary>
public sealed record ConfigurationRollout
{
    /// <summary>1 to 20, each over more servers than the one before; behind the last one all have it.</summary>
    public ConfigurationWave[] Waves { get; init; } = [];

    /// <summary>By how many points the mean health score of a wave's servers may fall, 0 to 100. Default 10.</summary>
    public double ScoreFallMax { get; init; } = 10;

    /// <summary>How many percent of a wave's servers may become critical or silent, 0 to 100. Default 5.</summary>
    public double UnwellPercentMax { get; init; } = 5;

    /// <summary>How many percent of a wave's servers may say that they cannot take the value, 0 to 100. Default 0.</summary>
    public double FailedPercentMax { get; init; }
}

/// <param name="Percent">Of all servers, by a hash that stays: each wave's servers are among the next one's. 0 to 100.</param>
/// <param name="Minutes">How long health is watched before the next wave, more than 0 to 10,080.</param>
/// <param name="Tag">Servers with this tag besides; empty or null: none.</param>
/// <param name="Servers">Keys of servers besides, at most 1,000.</param>
public sealed record ConfigurationWave(double Percent, double Minutes, string? Tag = null, string[]? Servers = null);

/// <summary>One version of a layer: who wrote it, why, and what became of it.</summary>
/// <param name="Version">Rises by one with each change of the owner's layers of the document.</param>
/// <param name="Layer">See <see cref="ConfigurationKeys"/>.</param>
/// <param name="Before">The layer's version that it replaces; 0: none.</param>
/// <param name="RollbackOf">The version whose content it has again; null: it is no rollback.</param>
/// <param name="State">What it is at.</param>
/// <param name="Comment">Why.</param>
/// <param name="User">Who wrote it.</param>
/// <param name="At">When.</param>
/// <param name="ApprovedBy">Who approved it; null: nobody needed to.</param>
/// <param name="Rollout">How it reaches servers; null: at once.</param>
/// <param name="Wave">The one that is under way, or was; 1 for the first, 0: none.</param>
/// <param name="EndsAt">When the wave, or the waiting, ends by itself.</param>
/// <param name="Baseline">The wave's servers just before it.</param>
/// <param name="Measured">The same servers as they were seen last.</param>
/// <param name="Reason">Why it was taken back or rejected.</param>
public sealed record ConfigurationChange(
    long Version, string Layer, long Before, long? RollbackOf, ConfigurationChangeState State, string? Comment, string User, DateTimeOffset At, string? ApprovedBy, ConfigurationRollout? Rollout, int Wave,
    DateTimeOffset? EndsAt, ConfigurationMeasure? Baseline, ConfigurationMeasure? Measured, string? Reason);

/// <summary>Servers of a wave in numbers.</summary>
/// <param name="Servers">That are known by their reports.</param>
/// <param name="ScoreSum">Of their health scores, as far as they have one.</param>
/// <param name="Scored">How many have one.</param>
/// <param name="Unwell">Critical or silent.</param>
/// <param name="Applied">Report the value that they are to have.</param>
/// <param name="Failed">Say that they cannot take it.</param>
public sealed record ConfigurationMeasure(int Servers, long ScoreSum, int Scored, int Unwell, int Applied, int Failed)
{
    /// <summary>The mean score; 100 where none is known.</summary>
    public double Score => Scored == 0 ? 100 : (double)ScoreSum / Scored;

    /// <summary>Both together.</summary>
    public static ConfigurationMeasure operator +(ConfigurationMeasure one, ConfigurationMeasure other) => new(
        one.Servers + other.Servers, one.ScoreSum + other.ScoreSum, one.Scored + other.Scored, one.Unwell + other.Unwell, one.Applied + other.Applied, one.Failed + other.Failed);
}

/// <summary>One value that differs.</summary>
/// <param name="Path">A JSON pointer.</param>
/// <param name="From">As JSON; null: it is not there.</param>
/// <param name="To">As JSON; null: it is not there.</param>
public sealed record ConfigurationDifference(string Path, string? From, string? To);
