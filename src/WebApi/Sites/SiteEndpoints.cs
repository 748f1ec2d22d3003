using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Sites;

/// <summary>The places where a tenant runs ERP servers.</summary>
internal static class SiteEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tenants/{tenant}/sites", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's sites.");
        api.MapPost("/tenants/{tenant}/sites", Create).RequireAuthorization(Policies.TenantChange).WithSummary("Creates a site.");
        api.MapGet("/tenants/{tenant}/sites/{site}", Get).RequireAuthorization(Policies.Person).WithSummary("One site.");
        api.MapPut("/tenants/{tenant}/sites/{site}", Update).RequireAuthorization(Policies.TenantChange).WithSummary("Changes a site.");
        api.MapDelete("/tenants/{tenant}/sites/{site}", Delete).RequireAuthorization(Policies.TenantChange).WithSummary("Deletes a site with its servers, their samples and its keys.");
    }

    static Task<Page<SiteInfo>> List(Caller caller, string tenant, [AsParameters] PageQuery page) =>
        caller.OfTenant<ITenantGrain>(tenant).ListSites(page.Check());

    static async Task<Entity<SiteInfo>> Create(Caller caller, string tenant, SiteBody body)
    {
        // The tenant first: a body with faults must not tell whether another's tenant exists.
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        string id = EntityKeys.CheckPart("id", body.Id);
        SiteInfo site = await caller.OfSite<ISiteGrain>(tenant, id).Create(body.ToDraft());
        return new(site, site.Version, StatusCodes.Status201Created, $"{OrreryApi.BasePath}/tenants/{tenant}/sites/{id}");
    }

    static async Task<Entity<SiteInfo>> Get(Caller caller, string tenant, string site)
    {
        SiteInfo info = await caller.OfSite<ISiteGrain>(tenant, site).Get();
        return new(info, info.Version);
    }

    static async Task<Entity<SiteInfo>> Update(Caller caller, string tenant, string site, SiteBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        SiteInfo info = await caller.OfSite<ISiteGrain>(tenant, site).Update(body.ToDraft(), IfMatch.Read(ifMatch));
        return new(info, info.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string site, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfSite<ISiteGrain>(tenant, site).Delete(IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }
}

/// <param name="Id">Read when a site is created.</param>
internal sealed record SiteBody(string? Id, string? Name, string? Location, string? TimeZone)
{
    public SiteDraft ToDraft() => new(Name ?? "", Location, TimeZone);
}
