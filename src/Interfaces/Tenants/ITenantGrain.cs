using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sites;

namespace Orrery.Interfaces.Tenants;

/// <summary>A customer of the vendor. Key: the tenant's id.</summary>
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Creates the tenant.</summary>
    /// <exception cref="Errors.ConflictException">It exists.</exception>
    Task<TenantInfo> Create(TenantDraft draft);

    /// <exception cref="Errors.NotFoundException">There is no such tenant.</exception>
    [ReadOnly] Task<TenantInfo> Get();

    /// <summary>Changes name or note. <paramref name="version"/> is the version the caller saw; null overwrites whatever is there.</summary>
    /// <exception cref="Errors.VersionMismatchException">Somebody else changed the tenant since.</exception>
    Task<TenantInfo> Update(TenantDraft draft, long? version);

    /// <summary>Deletes a tenant that has no sites.</summary>
    /// <exception cref="Errors.ConflictException">It still has sites.</exception>
    Task Delete(long? version);

    [ReadOnly] Task<Page<SiteInfo>> ListSites(PageRequest request);

    /// <summary>Called by a site when it is created, changed (info) or deleted (null). Keeps the tenant's list of sites; at most 2,000 sites.</summary>
    Task SetSite(string site, SiteInfo? info);
}

/// <summary>All tenants. One grain, key <see cref="EntityKeys.Fleet"/>.</summary>
public interface ITenantDirectoryGrain : IGrainWithStringKey
{
    [ReadOnly] Task<Page<TenantInfo>> List(PageRequest request);

    /// <summary>Called by a tenant when it is created, changed (info) or deleted (null).</summary>
    Task Set(string tenant, TenantInfo? info);
}

/// <param name="Id">The tenant's id, see <see cref="EntityKeys"/>.</param>
/// <param name="Name">What people call it, 1 to 120 characters.</param>
/// <param name="Note">Free text for the vendor's operators, at most 2,000 characters.</param>
/// <param name="Sites">How many sites it has.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Version">Rises by one with each change: the ETag.</param>
public sealed record TenantInfo(string Id, string Name, string? Note, int Sites, DateTimeOffset CreatedAt, long Version);

/// <param name="Name">1 to 120 characters.</param>
/// <param name="Note">At most 2,000 characters, or null.</param>
public sealed record TenantDraft(string Name, string? Note = null);
