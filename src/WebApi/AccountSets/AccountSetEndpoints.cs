using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces;
using Orrery.Interfaces.AccountSets;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Products;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Limits;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.AccountSets;

/// <summary>Account sets of sites with their databases; lists of them over all sites; and the door by which servers report theirs.</summary>
internal static class AccountSetEndpoints
{
    const int DaysMax = 3_650;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/account-sets", OfAll).RequireAuthorization(Policies.Person).WithSummary("Account sets of all sites that one sees.");
        RouteGroupBuilder site = api.MapGroup("/tenants/{tenant}/sites/{site}/account-sets");
        site.MapGet("", OfSite).RequireAuthorization(Policies.Person).WithSummary("A site's account sets: registered beside reported.");
        site.MapGet("/{number}", Get).RequireAuthorization(Policies.Person).WithSummary("One account set.");
        site.MapPut("/{number}", Put).RequireAuthorization(Policies.TenantChange).WithSummary("Registers an account set, or changes what is registered.");
        site.MapDelete("/{number}", Delete).RequireAuthorization(Policies.TenantChange).WithSummary("Forgets what is registered of an account set.");
        api.MapPost("/agent/account-sets", Report).WithMetadata(new Door()).RequireAuthorization(Policies.SiteKey).WithSummary("All account sets that a server has.");
    }

    static async Task<Page<AccountSetSummary>> OfAll(
        Caller caller, TimeProvider time, [AsParameters] PageQuery page, string? tenant, string? site, string? product, string? version, string? standing, string? support, int? backupOlderThanDays)
    {
        PageRequest request = page.Check();
        if (backupOlderThanDays is < 0 or > DaysMax)
            throw new InvalidInputException("backupOlderThanDays", $"backupOlderThanDays is {backupOlderThanDays}; it can be 0 to {DaysMax:N0}.");
        if (site is not null)
            await caller.OfSiteKey<ISiteGrain>(site).Get();
        else if (tenant is not null)
            await caller.OfTenant<ITenantGrain>(tenant).Get();
        string[]? versions = JsonText.Word<SupportState>("support", support) is { } state
            ? [.. (await caller.Products.List()).SelectMany(each => each.Versions.Where(one => one.State == state).Select(one => $"{each.Id} {one.Id}"))]
            : null;
        return await caller.AccountSetsAsync(request, new AccountSetFilter(
            site ?? tenant, product, version, JsonText.Word<AccountSetStanding>("standing", standing), versions, backupOlderThanDays is { } days ? time.GetUtcNow().AddDays(-days) : null));
    }

    static async Task<IReadOnlyList<AccountSetInfo>> OfSite(Caller caller, string tenant, string site) => await (await caller.OfKnownSiteAsync<IAccountSetsGrain>(tenant, site)).List();

    static async Task<Entity<AccountSetInfo>> Get(Caller caller, string tenant, string site, string number)
    {
        AccountSetInfo found = await (await caller.OfKnownSiteAsync<IAccountSetsGrain>(tenant, site)).Get(number);
        return new(found, found.Version);
    }

    static async Task<Entity<AccountSetInfo>> Put(HttpContext http, Caller caller, string tenant, string site, string number, AccountSetBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        AccountSetInfo put = await (await caller.OfKnownSiteAsync<IAccountSetsGrain>(tenant, site)).Put(number, body.ToFacts(), IfMatch.Read(ifMatch));
        AccountSetFacts facts = put.Registered!;
        http.Features.Set(new AuditNote(Detail: $"{facts.Name}: {facts.Product ?? "no product"} {facts.Version}, {facts.Databases.Count} databases, {JsonText.CamelCase(facts.State.ToString())}"));
        return new(put, put.Version);
    }

    static async Task<NoContent> Delete(Caller caller, string tenant, string site, string number, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await (await caller.OfKnownSiteAsync<IAccountSetsGrain>(tenant, site)).Delete(number, IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task<NoContent> Report(Caller caller, AccountSetReportBody body)
    {
        string server = EntityKeys.Leaf(caller.OwnServer(body.Server));
        await caller.OwnSite<IAccountSetsGrain>().Report(server, [.. (body.AccountSets ?? []).Select(static each => new ReportedAccountSet(each.Number ?? "", each.ToFacts()))]);
        return TypedResults.NoContent();
    }
}

/// <param name="State">Left out: active.</param>
/// <param name="Databases">Left out: none.</param>
internal record AccountSetBody(string? Name, string? Product, string? Version, AccountSetState? State, IReadOnlyList<AccountSetDatabase>? Databases, DateTimeOffset? LastBackupAt, int? Users)
{
    public AccountSetFacts ToFacts() => new(Name ?? "", Product, Version, State ?? AccountSetState.Active, Databases ?? [], LastBackupAt, Users);
}

/// <param name="Number">At the site.</param>
internal sealed record NumberedAccountSet(string? Number, string? Name, string? Product, string? Version, AccountSetState? State, IReadOnlyList<AccountSetDatabase>? Databases, DateTimeOffset? LastBackupAt, int? Users)
    : AccountSetBody(Name, Product, Version, State, Databases, LastBackupAt, Users);

/// <param name="Server">The server's id within its site.</param>
/// <param name="AccountSets">All that it has, at most 500.</param>
internal sealed record AccountSetReportBody(string? Server, IReadOnlyList<NumberedAccountSet>? AccountSets);
