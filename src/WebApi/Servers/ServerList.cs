using System.Globalization;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Servers;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Servers;

/// <summary>One row of the list of servers.</summary>
/// <param name="Key">The server's key.</param>
internal sealed record ServerRow(string Key, string Tenant, string TenantName, string Site, string SiteName, string Id, string? OperatingSystem, HealthSummary Health);

/// <summary>The list of servers over tenants and sites, worst first.</summary>
/// <remarks>
/// The order is by score, which moves: a page is cut after the (score, key) of the last row, so a server whose score changes between two pages may be seen
/// twice or not at all, and no other.
/// </remarks>
internal sealed class ServerList
{
    const int TenantsAtOnceMax = 16;

    public async Task<Page<ServerRow>> ListAsync(Caller caller, string? tenant, string? site, HealthStatus? status, PageRequest page)
    {
        IReadOnlyList<TenantInfo> tenants = await TenantsAsync(caller, tenant, site);
        var rows = new List<ServerRow>();
        foreach (TenantInfo[] some in tenants.Chunk(TenantsAtOnceMax))
            foreach (IEnumerable<ServerRow> found in await Task.WhenAll(some.Select(info => OfTenantAsync(caller, info, site))))
                rows.AddRange(found.Where(row => (status is null || row.Health.Status == status) && Matches(row, page.Search)));
        rows.Sort(Compare);
        int from = page.After is null ? 0 : rows.FindIndex(row => IsAfter(row, page.After));
        List<ServerRow> items = from < 0 ? [] : rows.GetRange(from, Math.Min(page.Limit, rows.Count - from));
        bool more = from >= 0 && from + items.Count < rows.Count;
        return new(await Task.WhenAll(items.Select(row => WithSystemAsync(caller, row))), more ? CursorOf(items[^1]) : null, rows.Count);
    }

    static async Task<IReadOnlyList<TenantInfo>> TenantsAsync(Caller caller, string? tenant, string? site)
    {
        if (site is null && tenant is null)
            return await ServerScope.TenantsAsync(caller);
        if (site is null)
            return [await caller.OfTenant<ITenantGrain>(tenant!).Get()];
        SiteInfo info = await caller.OfSiteKey<ISiteGrain>(site).Get();
        return tenant is null || tenant == info.Tenant
            ? [await caller.OfTenant<ITenantGrain>(info.Tenant).Get()]
            : throw new InvalidInputException("site", $"The site '{site}' is not the tenant '{tenant}''s.");
    }

    static async Task<IEnumerable<ServerRow>> OfTenantAsync(Caller caller, TenantInfo tenant, string? site)
    {
        Task<IReadOnlyList<SiteInfo>> sites = ServerScope.SitesAsync(caller, tenant.Id);
        IReadOnlyList<HealthSummary> servers = await caller.OfTenant<ITenantHealthGrain>(tenant.Id).ListServers(site);
        Dictionary<string, string> names = (await sites).ToDictionary(info => info.Id, info => info.Name);
        return servers.Select(health =>
        {
            string siteId = EntityKeys.Leaf(EntityKeys.SiteOf(health.Server));
            return new ServerRow(health.Server, tenant.Id, tenant.Name, siteId, names.GetValueOrDefault(siteId, siteId), EntityKeys.Leaf(health.Server), null, health);
        });
    }

    static async Task<ServerRow> WithSystemAsync(Caller caller, ServerRow row)
    {
        try
        {
            return row with { OperatingSystem = (await caller.OfServerKey<IServerGrain>(row.Key).Get()).Registration?.OperatingSystem };
        }
        catch (NotFoundException)
        {
            // Deleted since the list was made; the row goes with the next one.
            return row;
        }
    }

    static bool Matches(ServerRow row, string? search) => search is null
        || row.Key.Contains(search, StringComparison.OrdinalIgnoreCase)
        || row.TenantName.Contains(search, StringComparison.OrdinalIgnoreCase)
        || row.SiteName.Contains(search, StringComparison.OrdinalIgnoreCase);

    static int Compare(ServerRow a, ServerRow b) => a.Health.Score != b.Health.Score ? a.Health.Score.CompareTo(b.Health.Score) : string.CompareOrdinal(a.Key, b.Key);

    static string CursorOf(ServerRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Health.Score}~{row.Key}");

    static bool IsAfter(ServerRow row, string cursor)
    {
        int cut = cursor.IndexOf('~', StringComparison.Ordinal);
        if (cut < 0 || !int.TryParse(cursor.AsSpan(0, cut), NumberStyles.None, CultureInfo.InvariantCulture, out int score))
            throw new InvalidInputException("cursor", "This is no cursor of this list; send back what 'next' gave.");
        return row.Health.Score > score || (row.Health.Score == score && string.CompareOrdinal(row.Key, cursor[(cut + 1)..]) > 0);
    }
}
