using Orrery.Jobs.Certificates;

namespace Orrery.Jobs.Following;

/// <summary>How changes are followed and how a cut-over is guarded.</summary>
public sealed record FollowOptions
{
    /// <summary>Following ends when it has reached the position that the source had at the copy's end, and once more at the run's end; false: when it is ended from outside.</summary>
    public bool EndsWhenReached { get; init; }

    /// <summary>A cut-over begins only where the position of its begin is reached within this. Default 60 s.</summary>
    public TimeSpan LagMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long what is left may take once the leading database stands still. Default 5 min.</summary>
    public TimeSpan DrainMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the certificate may take. Default 1 d.</summary>
    public TimeSpan CertificateMax { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The caller has seen to it that nothing writes to the leading database any more. Else the database itself has to say that it is read-only.</summary>
    public bool SourceIsStopped { get; init; }

    /// <summary>How often the leading database is asked for its position.</summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromSeconds(1);
}

/// <summary>How far a follower is.</summary>
/// <param name="IsBack">From the target to the source.</param>
/// <param name="Changes">Applied since the way was taken.</param>
/// <param name="LagRecords">Changes read and not yet applied.</param>
/// <param name="Lag">Age of the last change applied, or zero where the leading database's position of its last question is reached.</param>
/// <param name="IsReached">Whether that position is reached.</param>
public sealed record FollowProgress(bool IsBack, long Changes, long LagRecords, TimeSpan Lag, bool IsReached)
{
    /// <summary>What it waits for; null where it works.</summary>
    public string? Waiting { get; init; }

    /// <summary>What a guarded step is at; null while changes are followed.</summary>
    public string? Step { get; init; }
}

/// <summary>What following did.</summary>
/// <param name="Changes">Applied since the way was taken.</param>
/// <param name="Rejects">Rows that the follower refused and that were put aside in this run.</param>
public sealed record FollowReport(bool IsBack, long Changes, long Rejects);

/// <summary>A cut-over that was done.</summary>
/// <param name="IsBack">Whether the source leads again.</param>
/// <param name="Certificate">Equal.</param>
/// <param name="CanReturn">Whether the other way is followed from here on.</param>
public sealed record CutOverReport(bool IsBack, Certificate Certificate, bool CanReturn);
