using Orrery.Interfaces.Audit;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Audit;

/// <summary>Who changed what.</summary>
internal static class AuditEndpoints
{
    const int UserLengthMax = 200;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/audit", OfAll).RequireAuthorization(Policies.VendorChange).WithSummary("Who changed what through the API, the newest first.");
        api.MapGet("/tenants/{tenant}/audit", OfTenant).RequireAuthorization(Policies.TenantChange).WithSummary("Who changed something of a tenant, the newest first.");
    }

    static Task<Page<AuditRecord>> OfAll(Caller caller, [AsParameters] PageQuery page, string? user, DateTimeOffset? from, DateTimeOffset? to) => caller.OfFleet<IAuditGrain>().List(Query(page, user, from, to));

    static async Task<Page<AuditRecord>> OfTenant(Caller caller, string tenant, [AsParameters] PageQuery page, string? user, DateTimeOffset? from, DateTimeOffset? to)
    {
        AuditQuery query = Query(page, user, from, to);
        return await (await caller.OfKnownTenantAsync<IAuditGrain>(tenant)).List(query);
    }

    static AuditQuery Query(PageQuery page, string? user, DateTimeOffset? from, DateTimeOffset? to)
    {
        if (user?.Length > UserLengthMax)
            throw new InvalidInputException("user", $"The user's name has {user.Length} characters; at most {UserLengthMax}.");
        return from >= to
            ? throw new InvalidInputException("to", $"'to' ({to:u}) is not after 'from' ({from:u}).")
            : new AuditQuery(page.Check(), string.IsNullOrWhiteSpace(user) ? null : user.Trim(), from, to);
    }
}
