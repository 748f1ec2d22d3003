using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Errors;

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
    readonly StateWriter writer;

    public CheckDirectoryGrain([PersistentState("checks")] IPersistentState<CheckDirectoryState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<string[]> List(string tenant) => Task.FromResult<string[]>([.. stored.State.Checks.Where(check => EntityKeys.TenantOf(check) == tenant)]);

    public Task Add(string check)
    {
        if (stored.State.Checks.Contains(check))
            return writer.Pending;
        if (stored.State.Checks.Count >= ChecksMax)
            throw new LimitReachedException($"There are {ChecksMax} checks, which is the most. Delete one that nobody needs.");
        stored.State.Checks.Add(check);
        return writer.WriteAsync();
    }

    public Task Remove(string check) => stored.State.Checks.Remove(check) ? writer.WriteAsync() : writer.Pending;
}
