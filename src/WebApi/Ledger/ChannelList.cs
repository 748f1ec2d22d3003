using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Servers;

namespace Orrery.WebApi.Ledger;

/// <summary>The channels of one tenant, or of all that the caller sees, in order of their keys.</summary>
internal static class ChannelList
{
    const int AskedAtOnceMax = 16;

    public static async Task<Page<ChannelView>> ListAsync(Caller caller, string? tenant, PageRequest page)
    {
        var keys = new List<(string Tenant, string Channel)>();
        foreach (string[] some in (await TenantsAsync(caller, tenant)).Chunk(AskedAtOnceMax))
            foreach (IEnumerable<(string, string)> found in await Task.WhenAll(some.Select(id => ChannelsAsync(caller, id))))
                keys.AddRange(found);
        string[] all = [.. keys.Select(key => LedgerKeys.Channel(key.Tenant, key.Channel))
            .Where(key => page.Search is null || key.Contains(page.Search, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        string[] shown = [.. all.Where(key => page.After is null || string.CompareOrdinal(key, page.After) > 0).Take(page.Limit + 1)];
        bool more = shown.Length > page.Limit;
        var views = new List<ChannelView>();
        foreach (string[] some in shown.Take(page.Limit).Chunk(AskedAtOnceMax))
            foreach (ChannelView? view in await Task.WhenAll(some.Select(key => FindAsync(caller, key))))
                if (view is not null)
                    views.Add(view);
        return new Page<ChannelView>(views, more ? shown[page.Limit - 1] : null, all.Length);
    }

    static async Task<IReadOnlyList<string>> TenantsAsync(Caller caller, string? tenant)
    {
        tenant ??= caller.Tenant;
        if (tenant is null)
            return [.. (await ServerScope.TenantsAsync(caller)).Select(info => info.Id)];
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        return [tenant];
    }

    static async Task<IEnumerable<(string, string)>> ChannelsAsync(Caller caller, string tenant) =>
        (await caller.OfTenant<ILedgerDirectoryGrain>(tenant).List()).Select(channel => (tenant, channel));

    static async Task<ChannelView?> FindAsync(Caller caller, string key)
    {
        try
        {
            return key.Split('/') is [var tenant, var channel] ? await caller.OfChannel<ILedgerGrain>(tenant, channel).Get(1) : null;
        }
        catch (NotFoundException)
        {
            // Deleted while the page was made.
            return null;
        }
    }
}
