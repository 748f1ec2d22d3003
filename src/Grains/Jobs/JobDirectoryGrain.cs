using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

sealed class JobDirectoryState
{
    public SortedSet<string> Jobs { get; set; } = new(StringComparer.Ordinal);
}

[Reentrant]
sealed class JobDirectoryGrain : Grain, IJobDirectoryGrain
{
    const int JobsOfTenantMax = 1_000;

    readonly IPersistentState<JobDirectoryState> stored;
    readonly StoredKeys keys;

    public JobDirectoryGrain([PersistentState("jobs")] IPersistentState<JobDirectoryState> stored)
    {
        this.stored = stored;
        keys = new StoredKeys(() => stored.State.Jobs, new StateWriter(stored, DeactivateOnIdle), Refusal);
    }

    public Task<string[]> List(string tenant) => Task.FromResult<string[]>([.. stored.State.Jobs.Where(job => EntityKeys.TenantOf(job) == tenant)]);

    public Task Add(string job) => keys.AddAsync(job);

    public Task Remove(string job) => keys.RemoveAsync(job);

    string? Refusal(string job)
    {
        string tenant = EntityKeys.TenantOf(job);
        return stored.State.Jobs.Count(known => EntityKeys.TenantOf(known) == tenant) >= JobsOfTenantMax
            ? $"Tenant '{tenant}' has {JobsOfTenantMax} jobs, which is the most. Delete one that nobody needs."
            : null;
    }
}
