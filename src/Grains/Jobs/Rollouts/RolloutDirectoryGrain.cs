using Orrery.Grains.Storing;
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
    readonly StoredKeys keys;

    public RolloutDirectoryGrain([PersistentState("rollouts")] IPersistentState<RolloutDirectoryState> stored)
    {
        this.stored = stored;
        keys = new StoredKeys(() => stored.State.Rollouts, new StateWriter(stored, DeactivateOnIdle), _ => stored.State.Rollouts.Count >= RolloutsMax ? $"There are {RolloutsMax} roll-outs, which is the most." : null);
    }

    public Task<string[]> List() => Task.FromResult<string[]>([.. stored.State.Rollouts]);

    public Task Add(string rollout) => keys.AddAsync(rollout);
}
