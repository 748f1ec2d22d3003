using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Jobs.Rollouts;

/// <summary>A share of all agents in compact rows: who they are, when they were heard of, what they are at. Key: <see cref="AgentShards.KeyOf(string)"/>.</summary>
public interface IAgentShardGrain : IGrainWithStringKey
{
    /// <summary>An agent's word, and what it is to do.</summary>
    /// <exception cref="LimitReachedException">The shard holds as many agents as it may.</exception>
    [AlwaysInterleave]
    Task<AgentOrder> Beat(AgentBeat beat);

    /// <summary>Begins a wave here: agents that it chooses and that no wave of the roll-out had are offered the task. Asked again it changes nothing.</summary>
    Task Begin(RolloutWave wave);

    /// <summary>Ends a roll-out here: what is not yet taken is withdrawn.</summary>
    Task End(string rollout);

    /// <summary>How far a roll-out is here: over all its waves so far.</summary>
    [AlwaysInterleave]
    Task<RolloutCounts> Progress(string rollout);

    [AlwaysInterleave]
    Task<AgentCounts> Counts();
}

/// <summary>A wave as shards are told of it.</summary>
/// <param name="Rollout">Its roll-out.</param>
/// <param name="Number">1 for the first.</param>
/// <param name="Percent">Of all agents, by a hash that stays: each wave's agents are among the next one's. 0 to 100.</param>
/// <param name="Tag">Agents with this tag are chosen too; empty: none.</param>
/// <param name="Scope">Keys of agents begin with this; empty: all.</param>
/// <param name="Version">See <see cref="AgentOrder.Version"/>.</param>
/// <param name="Definition">See <see cref="AgentOrder.Definition"/>.</param>
/// <param name="EndsAt">When what is not done counts as failed.</param>
public sealed record RolloutWave(string Rollout, int Number, double Percent, string Tag, string Scope, string? Version, string? Definition, DateTimeOffset EndsAt);

/// <param name="Offered">Agents that are to take it.</param>
/// <param name="Running">Are at it.</param>
/// <param name="Done">Have done it.</param>
/// <param name="Failed">Have failed.</param>
public sealed record RolloutCounts(long Offered, long Running, long Done, long Failed)
{
    /// <summary>All that waves have chosen.</summary>
    public long All => Offered + Running + Done + Failed;

    /// <summary>Both together.</summary>
    public static RolloutCounts operator +(RolloutCounts one, RolloutCounts other) => new(one.Offered + other.Offered, one.Running + other.Running, one.Done + other.Done, one.Failed + other.Failed);
}

/// <summary>Which shard an agent is in.</summary>
public static class AgentShards
{
    /// <summary>How many there are; fixed for an installation.</summary>
    public const int Count = 64;

    /// <summary>The key of the agent's shard.</summary>
    public static string KeyOf(string agent) => KeyOf((int)(Hash(agent) % Count));

    /// <summary>The key of a shard by its number.</summary>
    public static string KeyOf(int shard) => shard.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>FNV-1a: the same at each start.</summary>
    public static uint Hash(string key)
    {
        uint hash = 2166136261;
        foreach (char c in key)
            hash = (hash ^ c) * 16777619;
        return hash;
    }
}
