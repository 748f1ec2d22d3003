using Microsoft.Extensions.Options;
using Orrery.Grains.Paging;
using Orrery.Grains.Storing;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tenants;

[Reentrant]
sealed class TenantDirectoryGrain : Grain, ITenantDirectoryGrain
{
    readonly IPersistentState<TenantDirectoryState> stored;
    readonly StateWriter writer;
    readonly TenantOptions options;

    public TenantDirectoryGrain([PersistentState("tenants")] IPersistentState<TenantDirectoryState> stored, IOptions<TenantOptions> options)
    {
        this.stored = stored;
        this.options = options.Value;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    public Task<Page<TenantInfo>> List(PageRequest request) =>
        Task.FromResult(Pages.Cut(stored.State.Tenants.Values, tenant => tenant.Id, (tenant, text) => Pages.AnyContains(text, tenant.Id, tenant.Name), request));

    public Task Set(string tenant, TenantInfo? info)
    {
        var tenants = stored.State.Tenants;
        if (info is null)
            return tenants.Remove(tenant) ? writer.WriteAsync() : writer.Pending;
        if (tenants.TryGetValue(tenant, out var known) && known == info)
            return writer.Pending;
        if (known is null && tenants.Count >= options.TenantsMax)
            throw new LimitReachedException($"The fleet has {tenants.Count} tenants, the most it may have. Raise TenantOptions.TenantsMax or delete one.");
        tenants[tenant] = info;
        return writer.WriteAsync();
    }
}
