using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Catalog;

/// <summary>Topics, tables, views and files: what they are, hold, are made of.</summary>
internal static class CatalogEndpoints
{
    const int DistanceDefault = 2;

    public static void Map(RouteGroupBuilder api)
    {
        RouteGroupBuilder catalog = api.MapGroup("/catalog");
        catalog.MapGet("", Search).RequireAuthorization(Policies.Person).WithSummary("Searches the entities of the tenants that the caller sees.");
        RouteGroupBuilder tenant = catalog.MapGroup("/{tenant}");
        tenant.MapGet("/schemas/{fingerprint}", FindSchema).RequireAuthorization(Policies.Person).WithSummary("The schema of a fingerprint.");
        tenant.MapGet("/{entity}", Get).RequireAuthorization(Policies.Person).WithSummary("One entity: schemas, neighbours, receipts.");
        tenant.MapPut("/{entity}", Describe).RequireAuthorization(Policies.TenantChange).WithSummary("Changes layer, owner and description of an entity.");
        tenant.MapDelete("/{entity}", Delete).RequireAuthorization(Policies.TenantChange).WithSummary("Forgets an entity; it comes back when it is registered again.");
        tenant.MapGet("/{entity}/neighbourhood", GetNeighbourhood).RequireAuthorization(Policies.Person).WithSummary("What an entity is made of, and what is made of it.");
    }

    static Task<Page<EntityInfo>> Search(Caller caller, string? tenant, string? kind, string? layer, string? owner, [AsParameters] PageQuery page) => EntityList.ListAsync(
        caller, tenant, new EntityQuery(Read<EntityKind>("kind", kind), Read<EntityLayer>("layer", layer), string.IsNullOrWhiteSpace(owner) ? null : owner.Trim()), page.Check());

    static async Task<EntityView> Get(Caller caller, string tenant, string entity) => await (await caller.OfKnownEntityAsync(tenant, entity)).Get();

    static async Task<Entity<EntityInfo>> Describe(Caller caller, string tenant, string entity, EntityBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        IEntityGrain grain = await caller.OfKnownEntityAsync(tenant, entity);
        EntityInfo info = await grain.Describe(new EntityDescription(body.Layer ?? Require.Given<EntityLayer>("layer"), body.Owner, body.Description), IfMatch.Read(ifMatch));
        return new(info, info.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string entity)
    {
        await (await caller.OfKnownEntityAsync(tenant, entity)).Delete();
        return TypedResults.NoContent();
    }

    static async Task<Neighbourhood> GetNeighbourhood(Caller caller, string tenant, string entity, int? distance) =>
        await (await caller.OfKnownTenantAsync<ICatalogGrain>(tenant)).GetNeighbourhood(entity, distance ?? DistanceDefault);

    static async Task<FoundSchema> FindSchema(Caller caller, string tenant, string fingerprint)
    {
        ICatalogGrain catalog = await caller.OfKnownTenantAsync<ICatalogGrain>(tenant);
        if (!ulong.TryParse(fingerprint, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong number))
            throw new InvalidInputException("fingerprint", "A fingerprint is written as up to 16 hexadecimal digits.");
        return await catalog.FindSchema(number) ?? throw new NotFoundException($"'{tenant}' has no schema of the fingerprint {number:x16}.");
    }

    static T? Read<T>(string field, string? text)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (T value in Enum.GetValues<T>())
            if (JsonText.CamelCase(value.ToString()) == text)
                return value;
        throw new InvalidInputException(field, $"Choose one of {string.Join(", ", Enum.GetValues<T>().Select(value => JsonText.CamelCase(value.ToString())))}.");
    }
}

internal sealed record EntityBody(EntityLayer? Layer, string? Owner, string? Description);
