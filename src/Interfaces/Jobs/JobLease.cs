using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Jobs;

/// <summary>A job in a worker's hands. It holds secrets.</summary>
/// <param name="Job">Its id within the tenant.</param>
/// <param name="Name">Under which it leaves marks in its target; the same in each attempt.</param>
/// <param name="Definition">With secrets.</param>
/// <param name="IsAssessment">Whether it is only to be found out what would be done.</param>
/// <param name="Token">Rises with each lease; an earlier one is answered <see cref="JobOrder.Lost"/>.</param>
/// <param name="LeaseSeconds">How long the lease lasts after each word of the worker.</param>
public sealed record JobLease(string Job, string Name, [property: JsonConverter(typeof(JsonTextConverter))] string Definition, bool IsAssessment, long Token, double LeaseSeconds)
{
    /// <summary>Whether a silo holds the target's connections (<see cref="IJobTargetGrain"/>); the definition names the target without its secrets.</summary>
    public bool IsSplit { get; init; }

    /// <summary>Of a job that follows changes: what is to be done instead of following; null: follow.</summary>
    public JobStepLease? Step { get; init; }
}

/// <summary>What a worker is answered.</summary>
/// <param name="Order">What it is to do.</param>
/// <param name="Limits">What the run may take from now on; null: nothing is said.</param>
public sealed record JobWord(JobOrder Order, JobLimitsInfo? Limits);

/// <summary>What a run may take of both sides, over all channels.</summary>
/// <param name="RowsPerSecond">0: no bound.</param>
/// <param name="BytesPerSecond">0: no bound.</param>
/// <param name="Channels">1 to 64.</param>
public sealed record JobLimitsInfo(long RowsPerSecond, long BytesPerSecond, int Channels);

/// <summary>A change of what a run may take; null stays as it is.</summary>
/// <param name="RowsPerSecond">0 or more; 0: no bound.</param>
/// <param name="BytesPerSecond">0 or more; 0: no bound.</param>
/// <param name="Parallel">Channels, 1 to 64.</param>
public sealed record JobThrottle(long? RowsPerSecond, long? BytesPerSecond, int? Parallel);

/// <summary>What a worker is to do.</summary>
public enum JobOrder
{
    GoOn,

    /// <summary>Put it down; it will be gone on with.</summary>
    Pause,

    /// <summary>Leave it.</summary>
    Cancel,

    /// <summary>It is in another's hands, or nobody's: end without a word.</summary>
    Lost,
}

/// <summary>How a worker's lease ended.</summary>
/// <param name="IsReleased">It was put down as ordered, or because the worker ends.</param>
/// <param name="Error">Why it failed; null: it did not.</param>
/// <param name="IsPassing">Whether another attempt may get further without a person's doing.</param>
/// <param name="Result">JSON of what the kind made, an assessment or a result; null where it failed or was released.</param>
public sealed record JobEnding(bool IsReleased, string? Error, bool IsPassing, [property: JsonConverter(typeof(JsonTextConverter))] string? Result);
