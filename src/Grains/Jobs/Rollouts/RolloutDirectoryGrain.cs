using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Jobs.Rollouts;

namespace Orrery.Grains.Jobs.Rollouts;

sealed class RolloutDirectoryState
{
    public SortedSet<string> Rollouts { get; set; } = new(StringComparer.Ordinal);
}

[Reentrant]
sealed class RolloutDirectoryGrain : Grain, IRolloutDirectoryGrain
{
    const int RolloutsMax = 1_000;

    readonly IPersistentState<RolloutDirectoryState> stored;
    readonly StateWriter writer;

    public RolloutDirectoryGrain([PersistentState("rollouts")] IPersistentState<RolloutDirectoryState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<string[]> List() => Task.FromResult<string[]>([.. stored.State.Rollouts]);

    public Task Add(string rollout)
    {
        if (stored.State.Rollouts.Count >= RolloutsMax && !stored.State.Rollouts.Contains(rollout))
            throw new LimitReachedException($"There are {RolloutsMax} roll-outs, which is the most.");
        return stored.State.Rollouts.Add(rollout) ? writer.WriteAsync() : writer.Pending;
    }
}
