using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Jobs.Rollouts;

/// <summary>An agent says that it is there.</summary>
/// <param name="Agent">Its key, <c>tenant/site/server</c>.</param>
/// <param name="Version">Of its program.</param>
/// <param name="Tag">A word by which roll-outs choose agents, such as <c>pilot</c>; empty: none.</param>
/// <param name="Task">What it is at, or has just ended; null: nothing.</param>
public sealed record AgentBeat(string Agent, string Version, string Tag, AgentTaskReport? Task);

/// <param name="Rollout">Which roll-out's task.</param>
/// <param name="Token">As it was given with the task.</param>
/// <param name="State">How it is.</param>
public sealed record AgentTaskReport(string Rollout, uint Token, AgentTaskState State);

/// <summary>What an agent's part in a roll-out is at. All but the ends have a deadline.</summary>
public enum AgentTaskState
{
    /// <summary>It has none.</summary>
    None,

    /// <summary>The agent is to have it with its next word. Ends as failed with its wave.</summary>
    Offered,

    /// <summary>The agent is at it. Where it falls silent it is offered again, a few times.</summary>
    Running,

    /// <summary>It came to its end.</summary>
    Done,

    /// <summary>It failed, or its agent did not take it in time.</summary>
    Failed,
}

/// <summary>What an agent is to do.</summary>
/// <param name="Rollout">The roll-out; null: nothing.</param>
/// <param name="Token">To be said with every word about it.</param>
/// <param name="Version">The version that it is to have; null: it is a job.</param>
/// <param name="Definition">The job; null: it is a version.</param>
/// <param name="SecondsToNext">When it is to be heard of again.</param>
public sealed record AgentOrder(string? Rollout, uint Token, string? Version, [property: JsonConverter(typeof(JsonTextConverter))] string? Definition, int SecondsToNext);

/// <summary>Agents by what they are, for people.</summary>
/// <param name="Known">All.</param>
/// <param name="Alive">Heard of lately.</param>
/// <param name="Silent">Not so.</param>
/// <param name="Offered">Are to take a task.</param>
/// <param name="Running">Are at one.</param>
/// <param name="Done">Have done their newest.</param>
/// <param name="Failed">Have failed at their newest.</param>
/// <param name="Stuck">Are beyond a deadline that should have moved them: 0 unless there is a fault.</param>
/// <param name="Versions">How many have which version.</param>
public sealed record AgentCounts(long Known, long Alive, long Silent, long Offered, long Running, long Done, long Failed, long Stuck, IReadOnlyDictionary<string, long> Versions);
