using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Checks;

namespace Orrery.Grains.Checks;

sealed class CheckDirectoryState
{
    public SortedSet<string> Checks { get; set; } = new(StringComparer.Ordinal);
}

[Reentrant]
sealed class CheckDirectoryGrain : Grain, ICheckDirectoryGrain
{
    const int ChecksMax = 10_000;

    readonly IPersistentState<CheckDirectoryState> stored;
    readonly StoredKeys keys;

    public CheckDirectoryGrain([PersistentState("checks")] IPersistentState<CheckDirectoryState> stored)
    {
        this.stored = stored;
        keys = new StoredKeys(() => stored.State.Checks, new StateWriter(stored, DeactivateOnIdle), _ => stored.State.Checks.Count >= ChecksMax ? $"There are {ChecksMax} checks, which is the most. Delete one that nobody needs." : null);
    }

    public Task<string[]> List(string tenant) => Task.FromResult<string[]>([.. stored.State.Checks.Where(check => EntityKeys.TenantOf(check) == tenant)]);

    public Task Add(string check) => keys.AddAsync(check);

    public Task Remove(string check) => keys.RemoveAsync(check);
}
