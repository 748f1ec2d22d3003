using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>Whoever leased a job out, as its worker talks to it. Calls may fail and are repeated; an order comes as an answer.</summary>
public interface IJobHolder
{
    /// <summary>The worker is there, and so far.</summary>
    /// <param name="progress">Null: nothing to be said yet.</param>
    /// <param name="rejects">Lines of the reject file that were not told yet in this lease.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<WorkWord> BeatAsync(JobProgress? progress, IReadOnlyList<string> rejects, CancellationToken cancellationToken);

    /// <summary>The worker's last word.</summary>
    Task EndAsync(WorkEnding ending, CancellationToken cancellationToken);
}

/// <summary>What a worker is told.</summary>
/// <param name="Order">What it is to do.</param>
/// <param name="Limits">What the run may take from now on; null: nothing is said.</param>
public sealed record WorkWord(WorkOrder Order, JobLimits? Limits);

/// <summary>What a worker is to do.</summary>
public enum WorkOrder
{
    GoOn,

    /// <summary>Put it down; somebody will go on with it.</summary>
    Pause,

    /// <summary>Leave it.</summary>
    Cancel,

    /// <summary>It is in another's hands: end without a word.</summary>
    Lost,
}

/// <summary>How a lease ends.</summary>
/// <param name="IsReleased">Put down as ordered, or because the worker's process ends.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="IsPassing">See <see cref="JobErrors.IsPassing"/>.</param>
/// <param name="Result">A <see cref="JobResult"/> or <see cref="JobAssessment"/> as JSON.</param>
public sealed record WorkEnding(bool IsReleased, string? Error, bool IsPassing, string? Result);
