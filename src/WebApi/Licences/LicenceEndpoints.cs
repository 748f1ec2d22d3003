using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Licences;
using Orrery.Interfaces.Paging;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Limits;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Licences;

/// <summary>What tenants may use, in signed texts; and the door by which their sites fetch them and tell what is in use.</summary>
internal static class LicenceEndpoints
{
    const int DaysMax = 3_650;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/licences", OfAll).RequireAuthorization(Policies.Person).WithSummary("The licences of all tenants.");
        api.MapGet("/licences/keys", Keys).RequireAuthorization(Policies.Person).WithSummary("Public keys that verify licences, the one that signs now first.");
        api.MapPost("/licences/keys", Rotate).RequireAuthorization(Policies.VendorChange).WithSummary("Signs with a new key from now on.");
        RouteGroupBuilder licences = api.MapGroup("/tenants/{tenant}/licences");
        licences.MapGet("", OfTenant).RequireAuthorization(Policies.Person).WithSummary("A tenant's licences.");
        RouteGroupBuilder one = licences.MapGroup("/{licence}");
        one.MapGet("", Get).RequireAuthorization(Policies.Person).WithSummary("One licence.");
        one.MapPut("", Put).RequireAuthorization(Policies.VendorChange).WithSummary("Issues a licence, or renews it with other terms.");
        one.MapPost("/revoke", Revoke).RequireAuthorization(Policies.VendorChange).WithSummary("Takes a licence back.");
        one.MapGet("/file", File).RequireAuthorization(Policies.Person).Produces<string>(StatusCodes.Status200OK, "text/plain").WithSummary("The signed text of a licence.");
        one.MapGet("/revisions", Revisions).RequireAuthorization(Policies.Person).WithSummary("All revisions of a licence, the newest first.");
        one.MapGet("/usage", Usage).RequireAuthorization(Policies.Person).WithSummary("What is in use against what is granted.");
        RouteGroupBuilder agent = api.MapGroup("/agent/licences").WithMetadata(new Door());
        agent.MapGet("", Statement).RequireAuthorization(Policies.SiteKey).Produces<string>(StatusCodes.Status200OK, "text/plain").WithSummary("A signed statement of the moment and of what was taken back, then the tenant's licences.");
        agent.MapPost("/use", Use).RequireAuthorization(Policies.SiteKey).WithSummary("How many people use a licence at a server.");
    }

    static Task<Page<LicenceSummary>> OfAll(Caller caller, [AsParameters] PageQuery page, int? endsWithinDays) => caller.OfFleet<ILicenceDirectoryGrain>().List(page.Check(), Days(endsWithinDays));

    static async Task<Page<LicenceSummary>> OfTenant(Caller caller, string tenant, [AsParameters] PageQuery page, int? endsWithinDays)
    {
        PageRequest request = page.Check();
        return await (await caller.OfKnownTenantAsync<ILicenceDirectoryGrain>(tenant)).List(request, Days(endsWithinDays));
    }

    static Task<IReadOnlyList<LicenceKey>> Keys(Caller caller) => caller.LicenceSigner().Keys();

    static Task<IReadOnlyList<LicenceKey>> Rotate(Caller caller) => caller.LicenceSigner().Rotate();

    static async Task<Entity<LicenceInfo>> Get(Caller caller, string tenant, string licence)
    {
        LicenceInfo found = await caller.OfLicence(tenant, licence).Get();
        return new(found, found.Version);
    }

    static async Task<Entity<LicenceInfo>> Put(HttpContext http, Caller caller, TimeProvider time, string tenant, string licence, LicenceBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        LicenceInfo put = await caller.OfLicence(tenant, licence).Put(body.ToTerms(time.GetUtcNow()), caller.Identity.Name, IfMatch.Read(ifMatch));
        http.Features.Set(new AuditNote(Detail: $"revision {put.Revision}: {put.Terms.Product}, {put.Terms.Modules.Count} modules, {(put.Terms.Users is { } users ? $"{users} users" : "any number of users")}, {(put.Terms.Expires is { } end ? $"until {end:u}" : "without an end")}"));
        return new(put, put.Version);
    }

    static async Task<Entity<LicenceInfo>> Revoke(HttpContext http, Caller caller, string tenant, string licence, RevokeBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        LicenceInfo revoked = await caller.OfLicence(tenant, licence).Revoke(body.Reason ?? "", caller.Identity.Name, IfMatch.Read(ifMatch));
        http.Features.Set(new AuditNote(Detail: body.Reason));
        return new(revoked, revoked.Version);
    }

    static async Task<FileContentHttpResult> File(Caller caller, string tenant, string licence, int? revision)
    {
        string text = await caller.OfLicence(tenant, licence).Text(revision);
        return TypedResults.Bytes(System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", $"{tenant}-{licence}.licence");
    }

    static Task<IReadOnlyList<LicenceRevision>> Revisions(Caller caller, string tenant, string licence) => caller.OfLicence(tenant, licence).Revisions();

    static Task<LicenceUsage> Usage(Caller caller, string tenant, string licence) => caller.OfLicence(tenant, licence).Usage();

    static async Task<ContentHttpResult> Statement(Caller caller, string? nonce) => TypedResults.Text(await caller.OwnLicences().Statement(nonce ?? ""), "text/plain");

    static async Task<NoContent> Use(Caller caller, UseBody body)
    {
        await caller.OfOwnLicence(body.Licence ?? "").Use(caller.OwnServer(body.Server), new LicenceUse(body.Users, body.Modules ?? new Dictionary<string, int>()));
        return TypedResults.NoContent();
    }

    static int? Days(int? days) => days is < 0 or > DaysMax ? throw new InvalidInputException("endsWithinDays", $"endsWithinDays is {days}; it can be 0 to {DaysMax:N0}.") : days;
}

/// <param name="ValidFrom">Left out: from now on.</param>
/// <param name="GraceDays">Left out: 14.</param>
internal sealed record LicenceBody(
    string? Product, string? Versions, DateTimeOffset? ValidFrom, DateTimeOffset? Expires, int? GraceDays, int? Users, IReadOnlyList<LicenceModule>? Modules, IReadOnlyList<string>? Sites, string? Note)
{
    const int GraceDaysUsual = 14;

    public LicenceTerms ToTerms(DateTimeOffset now) => new(Product ?? "", Versions, ValidFrom ?? now, Expires, GraceDays ?? GraceDaysUsual, Users, Modules ?? [], Sites ?? [], Note);
}

/// <param name="Reason">Why; the customer will ask.</param>
internal sealed record RevokeBody(string? Reason);

/// <param name="Server">The server's id within the site.</param>
/// <param name="Licence">Its id within the tenant.</param>
/// <param name="Users">People at once.</param>
/// <param name="Modules">People at once by module.</param>
internal sealed record UseBody(string? Server, string? Licence, int Users, IReadOnlyDictionary<string, int>? Modules);
