using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Tenants;

/// <summary>The vendor's customers.</summary>
internal static class TenantEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tenants", List).RequireAuthorization(Policies.Person).WithSummary("The tenants that the caller sees.");
        api.MapPost("/tenants", Create).RequireAuthorization(Policies.VendorChange).WithSummary("Creates a tenant.");
        api.MapGet("/tenants/{tenant}", Get).RequireAuthorization(Policies.Person).WithSummary("One tenant.");
        api.MapPut("/tenants/{tenant}", Update).RequireAuthorization(Policies.VendorChange).WithSummary("Changes a tenant's name or note.");
        api.MapDelete("/tenants/{tenant}", Delete).RequireAuthorization(Policies.VendorChange).WithSummary("Deletes a tenant without sites.");
    }

    static Task<Page<TenantInfo>> List(Caller caller, [AsParameters] PageQuery page) => caller.TenantsAsync(page.Check());

    static async Task<Entity<TenantInfo>> Create(Caller caller, TenantBody body)
    {
        string id = EntityKeys.CheckPart("id", body.Id);
        if (id == EntityKeys.Fleet)
            throw new InvalidInputException("id", $"'{EntityKeys.Fleet}' is the word for all tenants together; choose another id.");
        TenantInfo tenant = await caller.OfTenant<ITenantGrain>(id).Create(new TenantDraft(body.Name ?? "", body.Note));
        return new(tenant, tenant.Version, StatusCodes.Status201Created, $"{OrreryApi.BasePath}/tenants/{id}");
    }

    static async Task<Entity<TenantInfo>> Get(Caller caller, string tenant)
    {
        TenantInfo info = await caller.OfTenant<ITenantGrain>(tenant).Get();
        return new(info, info.Version);
    }

    static async Task<Entity<TenantInfo>> Update(Caller caller, string tenant, TenantBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        TenantInfo info = await caller.OfTenant<ITenantGrain>(tenant).Update(new TenantDraft(body.Name ?? "", body.Note), IfMatch.Read(ifMatch));
        return new(info, info.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Delete(IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }
}

/// <param name="Id">Read when a tenant is created.</param>
internal sealed record TenantBody(string? Id, string? Name, string? Note);
