using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Paging;
using Orrery.WebApi.Access;
using Orrery.WebApi.Servers;

namespace Orrery.WebApi.Catalog;

/// <summary>Entities of one tenant, or of all that the caller sees: tenant by tenant, in order of their ids. The cursor over several tenants is the last one's key.</summary>
internal static class EntityList
{
    public static async Task<Page<EntityInfo>> ListAsync(Caller caller, string? tenant, EntityQuery query, PageRequest page)
    {
        tenant ??= caller.Tenant;
        if (tenant is not null)
            return await (await caller.OfKnownTenantAsync<ICatalogGrain>(tenant)).Search(query, page);
        int slash = page.After?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        string? first = slash > 0 ? page.After![..slash] : null;
        var found = new List<EntityInfo>();
        foreach (string id in (await ServerScope.TenantsAsync(caller)).Select(info => info.Id).Order(StringComparer.Ordinal))
        {
            if (first is not null && string.CompareOrdinal(id, first) < 0)
                continue;
            string? after = id == first ? page.After![(slash + 1)..] : null;
            Page<EntityInfo> some = await caller.OfTenant<ICatalogGrain>(id).Search(query, new PageRequest(page.Limit + 1 - found.Count, after, page.Search));
            found.AddRange(some.Items);
            if (found.Count > page.Limit)
                break;
        }

        if (found.Count <= page.Limit)
            return new Page<EntityInfo>(found, null);
        EntityInfo last = found[page.Limit - 1];
        return new Page<EntityInfo>(found[..page.Limit], CatalogKeys.Entity(last.Tenant, last.Id));
    }
}
