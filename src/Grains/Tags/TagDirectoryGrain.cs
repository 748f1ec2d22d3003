using Microsoft.Extensions.Logging;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tags;

[Reentrant]
sealed class TagDirectoryGrain : Grain, ITagDirectoryGrain
{
    const int TenantsMax = 10_000;

    readonly WokenKeys tenants;

    public TagDirectoryGrain([PersistentState("tag-tenants")] IPersistentState<TagDirectoryState> stored, ILogger<TagDirectoryGrain> logger) => tenants = new WokenKeys(
        () => stored.State.Tenants, new StateWriter(stored, DeactivateOnIdle), TenantsMax, $"{TenantsMax} tenants have object types, which is the most.",
        tenant => GrainFactory.GetGrain<ITagBookGrain>(tenant).Wake(), (tenant, failure) => TagMessages.NotWoken(logger, tenant, failure));

    public Task Add(string tenant) => tenants.AddAsync(tenant);

    public Task Remove(string tenant) => tenants.RemoveAsync(tenant);

    public Task WakeAll() => tenants.WakeAllAsync();
}
