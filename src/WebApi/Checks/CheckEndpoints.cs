using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Checks;

/// <summary>Checks of views against the same SQL over the database that they follow.</summary>
internal static class CheckEndpoints
{
    const int RunsDefault = 100;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/tenants/{tenant}/checks", List).RequireAuthorization(Policies.Person).WithSummary("A tenant's checks with their newest runs.");
        RouteGroupBuilder one = api.MapGroup("/tenants/{tenant}/checks/{check}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One check and how it does.");
        one.MapPut("", Put).RequireAuthorization(Policies.VendorChange).WithSummary("Makes a check or changes it; a connection that is left out stays.");
        one.MapDelete("", Delete).RequireAuthorization(Policies.VendorChange).WithSummary("Ends a check and forgets its history.");
        one.MapPost("/runs", Run).RequireAuthorization(Policies.VendorChange).WithSummary("Begins a run now, or names the one that is under way.");
        one.MapGet("/runs", Runs).RequireAuthorization(Policies.Person).WithSummary("Runs that ended, newest first.");
        one.MapGet("/runs/{run}", Result).RequireAuthorization(Policies.Person).WithSummary("A run with what it found, differing rows side by side.");
    }

    static async Task<IReadOnlyList<CheckInfo>> List(Caller caller, string tenant)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        return await caller.ChecksAsync(tenant);
    }

    static async Task<Entity<CheckInfo>> Get(Caller caller, string tenant, string check) => Answer(await Of(caller, tenant, check).Get());

    static async Task<Entity<CheckInfo>> Put(Caller caller, string tenant, string check, CheckSpec spec, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfTenant<ITenantGrain>(tenant).Get();
        EntityKeys.CheckPart("check", check);
        return Answer(await Of(caller, tenant, check).Put(spec, caller.Identity.Name, IfMatch.Read(ifMatch)));
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string check, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await Of(caller, tenant, check).Delete(IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task<Accepted<BegunAnswer>> Run(Caller caller, string tenant, string check) => TypedResults.Accepted((string?)null, new BegunAnswer(await Of(caller, tenant, check).Run(caller.Identity.Name)));

    static Task<IReadOnlyList<CheckSummary>> Runs(Caller caller, string tenant, string check, int? limit) => Of(caller, tenant, check).Runs(limit ?? RunsDefault);

    static Task<CheckRun> Result(Caller caller, string tenant, string check, string run) =>
        // No run has the number 0.
        Of(caller, tenant, check).Result(long.TryParse(run, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0);

    static ICheckGrain Of(Caller caller, string tenant, string check) => caller.OfCheck(tenant, check);

    static Entity<CheckInfo> Answer(CheckInfo info) => new(info, info.Version);
}

/// <param name="Number">Of the run.</param>
internal sealed record BegunAnswer(long Number);
