using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
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
    readonly StateWriter writer;

    public JobDirectoryGrain([PersistentState("jobs")] IPersistentState<JobDirectoryState> stored)
    {
        this.stored = stored;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<string[]> List(string tenant) => Task.FromResult<string[]>([.. stored.State.Jobs.Where(job => EntityKeys.TenantOf(job) == tenant)]);

    public Task Add(string job)
    {
        if (stored.State.Jobs.Contains(job))
            return writer.Pending;
        string tenant = EntityKeys.TenantOf(job);
        if (stored.State.Jobs.Count(known => EntityKeys.TenantOf(known) == tenant) >= JobsOfTenantMax)
            throw new LimitReachedException($"Tenant '{tenant}' has {JobsOfTenantMax} jobs, which is the most. Delete one that nobody needs.");
        stored.State.Jobs.Add(job);
        return writer.WriteAsync();
    }

    public Task Remove(string job) => stored.State.Jobs.Remove(job) ? writer.WriteAsync() : writer.Pending;
}
