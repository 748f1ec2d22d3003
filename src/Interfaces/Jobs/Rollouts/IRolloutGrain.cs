using System.Text.Json.Serialization;
using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Jobs.Rollouts;

/// <summary>A version of the agent, or a job, brought to agents in waves. Key: the roll-out's id.</summary>
public interface IRolloutGrain : IGrainWithStringKey
{
    /// <summary>Begins it.</summary>
    /// <exception cref="ConflictException">There is one of this id already.</exception>
    /// <exception cref="InvalidInputException">The spec cannot be used.</exception>
    Task<RolloutInfo> Start(RolloutSpec spec, string user);

    /// <summary>Offers it to no further agent; those at it come to their end.</summary>
    Task<RolloutInfo> Stop(string user);

    /// <exception cref="NotFoundException">There is none of this id.</exception>
    [AlwaysInterleave]
    Task<RolloutInfo> Get();
}

/// <summary>The names of all roll-outs. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface IRolloutDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Their ids.</summary>
    [ReadOnly]
    Task<string[]> List();

    /// <summary>Called by one that begins. At most 1,000.</summary>
    /// <exception cref="LimitReachedException">There are as many as there may be.</exception>
    Task Add(string rollout);
}

/// <summary>What is brought, to whom, in which steps.</summary>
public sealed record RolloutSpec
{
    /// <summary>The version that agents are to have; null: a job.</summary>
    public string? Version { get; init; }

    /// <summary>The job's definition; null: a version.</summary>
    [JsonConverter(typeof(JsonTextConverter))]
    public string? Definition { get; init; }

    /// <summary>Keys of agents begin with this, such as <c>acme/</c>; empty: all.</summary>
    public string Scope { get; init; } = "";

    /// <summary>1 to 20 steps, each over more agents than the one before.</summary>
    public RolloutStep[] Waves { get; init; } = [];

    /// <summary>Percent of the agents so far that may fail before all is stopped, 0 to 100. Default 2.</summary>
    public double FailedPercentMax { get; init; } = 2;
}

/// <param name="Percent">Of all agents in the scope, 0 to 100.</param>
/// <param name="Tag">Agents with this tag besides; empty: none.</param>
/// <param name="Hours">How long the wave may take, more than 0 to 2,160; what is not done then has failed.</param>
public sealed record RolloutStep(double Percent, string Tag, double Hours);

/// <summary>A roll-out and how far it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Spec">What it is.</param>
/// <param name="State"><c>running</c>, <c>done</c>, <c>stopped</c>.</param>
/// <param name="Wave">The one that is under way, or was; 1 for the first.</param>
/// <param name="Deadline">When the wave ends by itself; null: it has ended.</param>
/// <param name="Counts">Over all waves so far.</param>
/// <param name="Reason">Why it was stopped.</param>
/// <param name="StartedBy">Who began it.</param>
/// <param name="StartedAt">When.</param>
public sealed record RolloutInfo(string Id, RolloutSpec Spec, string State, int Wave, DateTimeOffset? Deadline, RolloutCounts Counts, string? Reason, string StartedBy, DateTimeOffset StartedAt);
