using Orrery.Interfaces.Operations;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Operations;

/// <summary>Operations at sites for people: asked by one, approved by another, and what became of them.</summary>
internal static class OperationEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/operations", Open).RequireAuthorization(Policies.Person).WithSummary("Operations under way at all sites that one sees.");
        api.MapGet("/operations/settings", Settings).RequireAuthorization(Policies.Person).WithSummary("Which kinds of operations need another user's approval.");
        api.MapPut("/operations/settings", PutSettings).RequireAuthorization(Policies.VendorChange).WithSummary("Changes which kinds of operations need approval.");
        RouteGroupBuilder site = api.MapGroup("/tenants/{tenant}/sites/{site}");
        site.MapGet("/agents", Agents).RequireAuthorization(Policies.Person).WithSummary("A site's agents that take operations, with their versions and the names that their settings allow.");
        site.MapGet("/operations", List).RequireAuthorization(Policies.Person).WithSummary("A site's operations, the newest first.");
        site.MapPost("/operations", Ask).RequireAuthorization(Policies.TenantChange).WithSummary("Asks for an operation.");
        site.MapGet("/operations/{operation}", Get).RequireAuthorization(Policies.Person).WithSummary("One operation.");
        site.MapPost("/operations/{operation}/approve", Approve).RequireAuthorization(Policies.TenantChange).WithSummary("Approves another user's operation.");
        site.MapPost("/operations/{operation}/cancel", Cancel).RequireAuthorization(Policies.TenantChange).WithSummary("Takes an operation back that has not begun.");
        // Logs may hold more than people of a tenant show to whoever reads.
        site.MapGet("/operations/{operation}/archive", Archive).RequireAuthorization(Policies.TenantChange).Produces<byte[]>(StatusCodes.Status200OK, "application/zip").WithSummary("The logs that an operation collected, as a zip file.");
    }

    static async Task<Page<OperationInfo>> Open(Caller caller, [AsParameters] PageQuery page, string? tenant)
    {
        PageRequest request = page.Check();
        if (tenant is not null)
            await caller.OfTenant<ITenantGrain>(tenant).Get();
        return await caller.Operations.Open(request, tenant ?? caller.Tenant);
    }

    static Task<OperationSettings> Settings(Caller caller) => caller.Operations.Settings();

    static async Task<OperationSettings> PutSettings(HttpContext http, Caller caller, OperationSettings settings)
    {
        await caller.Operations.SetSettings(settings with { NeedApproval = settings.NeedApproval ?? [] });
        OperationSettings put = await caller.Operations.Settings();
        http.Features.Set(new AuditNote(Detail: put.NeedApproval.Count == 0 ? "nothing needs approval" : $"approval for {string.Join(", ", put.NeedApproval.Select(static kind => JsonText.CamelCase(kind.ToString())))}"));
        return put;
    }

    static async Task<IReadOnlyList<OperationAgent>> Agents(Caller caller, string tenant, string site) => await (await caller.OfKnownSiteAsync<IOperationsGrain>(tenant, site)).Agents();

    static async Task<IReadOnlyList<OperationInfo>> List(Caller caller, string tenant, string site) => await (await caller.OfKnownSiteAsync<IOperationsGrain>(tenant, site)).List();

    static async Task<OperationInfo> Get(Caller caller, string tenant, string site, string operation) => await (await caller.OfKnownSiteAsync<IOperationsGrain>(tenant, site)).Get(operation);

    static async Task<OperationInfo> Ask(HttpContext http, Caller caller, string tenant, string site, OperationBody body) =>
        Noted(http, await (await caller.OfKnownSiteAsync<IOperationsGrain>(tenant, site)).Ask(new OperationRequest(body.Id, body.Server ?? "", body.Kind ?? Require.Given<OperationKind>("kind"), body.Target ?? "", body.Reason ?? ""), caller.Identity.Name));

    static async Task<OperationInfo> Approve(HttpContext http, Caller caller, string tenant, string site, string operation) =>
        Noted(http, await (await caller.OfKnownSiteAsync<IOperationsGrain>(tenant, site)).Approve(operation, caller.Identity.Name));

    static async Task<OperationInfo> Cancel(HttpContext http, Caller caller, string tenant, string site, string operation, CancelBody? body) =>
        Noted(http, await (await caller.OfKnownSiteAsync<IOperationsGrain>(tenant, site)).Cancel(operation, caller.Identity.Name, body?.Reason));

    static async Task Archive(HttpContext http, Caller caller, string tenant, string site, string operation)
    {
        IOperationsGrain grain = await caller.OfKnownSiteAsync<IOperationsGrain>(tenant, site);
        OperationInfo info = await grain.Get(operation);
        if (info.ArchiveBytes == 0 || info.State != OperationState.Done)
            throw new Interfaces.Errors.NotFoundException($"The operation '{operation}' has no archive: it collected none, or it is not kept any more.");
        http.Response.ContentType = "application/zip";
        http.Response.ContentLength = info.ArchiveBytes;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"{tenant}-{site}-{operation}.zip\"";
        for (int part = 0; await grain.ReadArchive(operation, part) is { } bytes; part++)
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    static OperationInfo Noted(HttpContext http, OperationInfo info)
    {
        OperationRequest asked = info.Request;
        http.Features.Set(new AuditNote(Detail: $"{asked.Id}: {JsonText.CamelCase(asked.Kind.ToString())} {asked.Target} at {asked.Server}, {JsonText.CamelCase(info.State.ToString())}: {asked.Reason}"));
        return info;
    }
}

/// <param name="Id">So that asking twice is asking once; left out: one is made.</param>
/// <param name="Server">The agent's server within the site.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">The service's or log folder's name in the agent's settings, or the agent's version.</param>
/// <param name="Reason">Why, 1 to 500 characters.</param>
internal sealed record OperationBody(string? Id, string? Server, OperationKind? Kind, string? Target, string? Reason);

/// <param name="Reason">Why, at most 500 characters.</param>
internal sealed record CancelBody(string? Reason);
