using Orrery.Interfaces.Health;
using Orrery.WebApi.Access;

namespace Orrery.WebApi.Fleet;

/// <summary>The health of everything that the caller sees.</summary>
internal static class FleetEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/fleet", Get).RequireAuthorization(Policies.Person).WithSummary("Score and counts of all tenants that the caller sees, and the worst servers.");
        api.MapGet("/tenants/{tenant}/health", GetTenant).RequireAuthorization(Policies.Person).WithSummary("Score and counts of a tenant's sites, and its worst servers.");
    }

    /// <summary>The fleet as far as the caller sees it: people of a tenant see a fleet of that one tenant.</summary>
    public static async Task<FleetHealth> Get(Caller caller)
    {
        if (caller.Tenant is not { } tenant)
            return await caller.OfFleet<IFleetHealthGrain>().Get();
        TenantHealth own = await caller.OfTenant<ITenantHealthGrain>(tenant).Get();
        return new(own.Score, [own with { Worst = [] }], own.Worst, own.Counts, own.ComputedAt);
    }

    static async Task<TenantHealth> GetTenant(Caller caller, string tenant)
    {
        ITenantHealthGrain grain = await caller.OfKnownTenantAsync<ITenantHealthGrain>(tenant);
        return await grain.Get();
    }
}
