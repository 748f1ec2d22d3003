using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Sites;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Keys;

/// <summary>A site's API keys.</summary>
internal static class KeyEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tenants/{tenant}/sites/{site}/keys", List).RequireAuthorization(Policies.TenantChange).WithSummary("A site's keys, without their secrets.");
        api.MapPost("/tenants/{tenant}/sites/{site}/keys", Create).RequireAuthorization(Policies.TenantChange).Produces<CreatedApiKey>(StatusCodes.Status201Created)
            .WithSummary("Creates a key; its text is shown this once.");
        api.MapDelete("/tenants/{tenant}/sites/{site}/keys/{key}", Revoke).RequireAuthorization(Policies.TenantChange).WithSummary("Revokes a key; it opens nothing after ten seconds at most.");
    }

    static async Task<IReadOnlyList<ApiKeyInfo>> List(Caller caller, string tenant, string site)
    {
        await caller.OfSite<ISiteGrain>(tenant, site).Get();
        return await caller.OfSite<IApiKeyDirectoryGrain>(tenant, site).List();
    }

    static async Task<IResult> Create(Caller caller, string tenant, string site, KeyBody body)
    {
        await caller.OfSite<ISiteGrain>(tenant, site).Get();
        CreatedApiKey created = await caller.NewKey().Create(EntityKeys.Site(tenant, site), body.Name ?? "", null, caller.Identity.Name);
        return TypedResults.Created($"{OrreryApi.BasePath}/tenants/{tenant}/sites/{site}/keys/{created.Info.Id}", created);
    }

    static async Task<NoContent> Revoke(Caller caller, string tenant, string site, string key)
    {
        IApiKeyGrain grain = await caller.KeyAsync(tenant, site, key);
        await grain.Revoke();
        return TypedResults.NoContent();
    }
}

internal sealed record KeyBody(string? Name);
