using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Servers;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Servers;

/// <summary>Lists the servers that a request is about: one, a site's, a tenant's, or all that the caller sees.</summary>
internal static class ServerScope
{
    /// <summary>Servers that one request may ask, at most.</summary>
    public const int ServersMax = 10_000;
    const int SitesAtOnceMax = 16;

    /// <returns>The servers' keys in order.</returns>
    /// <exception cref="NotFoundException">What was named does not exist for this caller.</exception>
    /// <exception cref="LimitReachedException">More than <see cref="ServersMax"/> servers.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(Caller caller, string? server, string? site, string? tenant)
    {
        if (server is not null)
        {
            await caller.OfServerKey<IServerGrain>(server).Get();
            return [server];
        }
        if (site is not null)
            return await OfSiteAsync(caller.OfSiteKey<ISiteGrain>(site), site);
        IReadOnlyList<SiteInfo> sites = tenant is not null
            ? await SitesAsync(caller, tenant)
            : await EverySiteAsync(caller);
        var keys = new List<string>();
        foreach (SiteInfo[] some in sites.Where(info => info.Servers > 0).Chunk(SitesAtOnceMax))
        {
            string[] siteKeys = [.. some.Select(info => EntityKeys.Site(info.Tenant, info.Id))];
            foreach (IReadOnlyList<string> found in await Task.WhenAll(siteKeys.Select(key => OfSiteAsync(caller.OfSiteKey<ISiteGrain>(key), key))))
                keys.AddRange(found);
            if (keys.Count > ServersMax)
                throw new LimitReachedException($"More than {ServersMax} servers are meant. Name a tenant or a site.");
        }
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }

    /// <summary>All sites of a tenant.</summary>
    public static Task<IReadOnlyList<SiteInfo>> SitesAsync(Caller caller, string tenant) => AllAsync(caller.OfTenant<ITenantGrain>(tenant).ListSites);

    /// <summary>All tenants that the caller sees.</summary>
    public static Task<IReadOnlyList<TenantInfo>> TenantsAsync(Caller caller) => AllAsync(caller.TenantsAsync);

    static async Task<IReadOnlyList<SiteInfo>> EverySiteAsync(Caller caller)
    {
        var sites = new List<SiteInfo>();
        foreach (TenantInfo[] some in (await TenantsAsync(caller)).Where(info => info.Sites > 0).Chunk(SitesAtOnceMax))
            foreach (IReadOnlyList<SiteInfo> found in await Task.WhenAll(some.Select(info => SitesAsync(caller, info.Id))))
                sites.AddRange(found);
        return sites;
    }

    static async Task<IReadOnlyList<string>> OfSiteAsync(ISiteGrain site, string siteKey) =>
        [.. (await AllAsync(site.ListServers)).Select(server => $"{siteKey}/{server.Id}").Order(StringComparer.Ordinal)];

    static async Task<IReadOnlyList<T>> AllAsync<T>(Func<PageRequest, Task<Page<T>>> list)
    {
        Page<T> page = await list(new PageRequest(PageLimit));
        if (page.Next is null)
            return page.Items;
        var all = new List<T>(page.Items);
        while (page.Next is not null && all.Count <= ServersMax)
        {
            page = await list(new PageRequest(PageLimit, page.Next));
            all.AddRange(page.Items);
        }
        return all;
    }

    const int PageLimit = 500;
}
