using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Servers;

namespace Orrery.Interfaces.Sites;

/// <summary>A place where a tenant runs ERP servers. Key: <c>tenant/site</c>.</summary>
public interface ISiteGrain : IGrainWithStringKey
{
    /// <exception cref="Errors.NotFoundException">There is no such tenant.</exception>
    /// <exception cref="Errors.ConflictException">The site exists.</exception>
    Task<SiteInfo> Create(SiteDraft draft);

    /// <exception cref="Errors.NotFoundException">There is no such site.</exception>
    [ReadOnly] Task<SiteInfo> Get();

    Task<SiteInfo> Update(SiteDraft draft, long? version);

    /// <summary>Deletes the site with its servers, their samples and its keys.</summary>
    Task Delete(long? version);

    [ReadOnly] Task<Page<ServerInfo>> ListServers(PageRequest request);

    /// <summary>Adds the server if the site does not have it yet. At most <c>SiteOptions.ServersMax</c> (default 500).</summary>
    /// <returns>Whether it was new.</returns>
    /// <exception cref="Errors.NotFoundException">There is no such site.</exception>
    /// <exception cref="Errors.LimitReachedException">The site is full; the message names the bound.</exception>
    Task<bool> EnsureServer(string server);

    /// <summary>Ids of all its servers; empty where there is no such site.</summary>
    [ReadOnly] Task<IReadOnlyList<string>> ListServerIds();

    /// <summary>Since when the site has the server, or null where it has none of this id.</summary>
    [ReadOnly] Task<DateTimeOffset?> FindServer(string server);

    /// <summary>Called by a server when its registration changed (info) or it was deleted (null).</summary>
    Task SetServer(string server, ServerInfo? info);
}

/// <param name="Id">The site's id within its tenant.</param>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Name">1 to 120 characters.</param>
/// <param name="Location">Where it stands, at most 200 characters, or null.</param>
/// <param name="TimeZone">IANA name, such as <c>Asia/Shanghai</c>, or null for UTC.</param>
/// <param name="Servers">How many servers it has.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Version">The ETag.</param>
public sealed record SiteInfo(string Id, string Tenant, string Name, string? Location, string? TimeZone, int Servers, DateTimeOffset CreatedAt, long Version);

/// <param name="Name">1 to 120 characters.</param>
/// <param name="Location">At most 200 characters.</param>
/// <param name="TimeZone">IANA name.</param>
public sealed record SiteDraft(string Name, string? Location = null, string? TimeZone = null);
