using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.WebApi.Access;
using Orrery.WebApi.Audit;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Configuration;

/// <summary>Documents that servers are configured by. The same endpoints stand twice: for the vendor's layers, and below each tenant for its own.</summary>
internal static class ConfigurationEndpoints
{
    const int HistoryDefault = 100;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/config/documents", List).RequireAuthorization(Policies.Person).WithSummary("Which documents there are.");
        api.MapGet("/config/namespaces", Namespaces).RequireAuthorization(Policies.Person).WithSummary("Namespaces of documents, and what holds for each.");
        api.MapPut("/config/namespaces/{space}", PutNamespace).RequireAuthorization(Policies.VendorChange).WithSummary("Whether changes in a namespace need another user's approval, and whose versions its layers name.");
        RouteGroupBuilder fleet = api.MapGroup("/config/documents/{space}/{name}");
        fleet.MapPut("", Define).RequireAuthorization(Policies.VendorChange).WithSummary("Makes a document, or changes its description and schema.");
        // The vendor's viewers read; a tenant's people find nothing here.
        MapLayers(fleet, Policies.Person, Policies.VendorChange);
        RouteGroupBuilder own = api.MapGroup("/tenants/{tenant}/config/{space}/{name}");
        MapLayers(own, Policies.Person, Policies.TenantChange);
        own.MapGet("/effective", Effective).RequireAuthorization(Policies.Person).WithSummary("What a server is to have, each value with the layer it comes from.");
        own.MapGet("/servers", Servers).RequireAuthorization(Policies.Person).WithSummary("What servers report to have, those first that have another value than they are to have.");
    }

    static void MapLayers(RouteGroupBuilder document, string read, string change)
    {
        document.MapGet("", Get).RequireAuthorization(read).WithSummary("A document and its layers.");
        document.MapGet("/layers/{layer}", Layer).RequireAuthorization(read).WithSummary("One layer with its text.");
        document.MapPut("/layers/{layer}", Write).RequireAuthorization(change).WithSummary("Writes a layer whose version is in If-Match: rolls it out, or keeps it as a draft.");
        document.MapPost("/layers/{layer}/rollback", Rollback).RequireAuthorization(change).WithSummary("Gives a layer the content of an earlier version, as a further version.");
        document.MapGet("/versions", History).RequireAuthorization(read).WithSummary("Versions, the newest first.");
        document.MapGet("/versions/{version}", Version).RequireAuthorization(read).WithSummary("One version, and what it changed.");
        document.MapGet("/differences", Differences).RequireAuthorization(read).WithSummary("What differs between two versions.");
        document.MapPost("/versions/{version}/start", Start).RequireAuthorization(change).WithSummary("Rolls a draft out, or asks for its approval.");
        document.MapPost("/versions/{version}/approve", Approve).RequireAuthorization(change).WithSummary("Approves another user's change, which starts it.");
        document.MapPost("/versions/{version}/stop", Stop).RequireAuthorization(change).WithSummary("Rejects a change that waits, or takes back one that is rolling.");
    }

    static Task<IReadOnlyList<ConfigurationSummary>> List(Caller caller) => caller.Configurations.List();

    static async Task<IReadOnlyList<NamespaceInfo>> Namespaces(Caller caller) => [.. (await caller.Configurations.Namespaces()).OrderBy(static each => each.Key, StringComparer.Ordinal).Select(static each => new NamespaceInfo(each.Key, each.Value.NeedsApproval, each.Value.Product))];

    static async Task<ConfigurationNamespace> PutNamespace(HttpContext http, Caller caller, string space, ConfigurationNamespace settings)
    {
        await caller.Configurations.SetNamespace(space, settings);
        Note(http, (settings.NeedsApproval ? "approval is needed" : "no approval is needed") + (settings.Product is { } product ? $", versions of {product}" : ""));
        return settings;
    }

    static async Task<Entity<ConfigurationSummary>> Define(Caller caller, string space, string name, ConfigurationDefinition definition, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        ConfigurationSummary defined = await caller.OfFleetConfiguration(space, name).Define(definition, caller.Identity.Name, IfMatch.Read(ifMatch));
        return new(defined, defined.Version);
    }

    static async Task<ConfigurationInfo> Get(Caller caller, LayerOwner owner, string space, string name) => await (await caller.OfConfigurationAsync(owner.Tenant, space, name)).Get();

    static async Task<Entity<ConfigurationLayer>> Layer(Caller caller, LayerOwner owner, string space, string name, string layer)
    {
        ConfigurationLayer found = await (await caller.OfConfigurationAsync(owner.Tenant, space, name)).Layer(layer);
        return new(found, found.Version);
    }

    static async Task<ConfigurationChange> Write(
        HttpContext http, Caller caller, LayerOwner owner, string space, string name, string layer, ConfigurationEdit edit, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        IConfigurationDocumentGrain document = await caller.OfConfigurationAsync(owner.Tenant, space, name);
        ConfigurationChange change = await document.Write(layer, edit, caller.Identity.Name, IfMatch.Read(ifMatch));
        return await NoteAsync(http, document, change);
    }

    static async Task<ConfigurationChange> Rollback(
        HttpContext http, Caller caller, LayerOwner owner, string space, string name, string layer, RollbackBody body, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        IConfigurationDocumentGrain document = await caller.OfConfigurationAsync(owner.Tenant, space, name);
        ConfigurationChange change = await document.Rollback(layer, body.Version, body.Rollout, caller.Identity.Name, IfMatch.Read(ifMatch));
        return await NoteAsync(http, document, change);
    }

    static async Task<IReadOnlyList<ConfigurationChange>> History(Caller caller, LayerOwner owner, string space, string name, string? layer, int? limit) =>
        await (await caller.OfConfigurationAsync(owner.Tenant, space, name)).History(string.IsNullOrEmpty(layer) ? null : layer, limit ?? HistoryDefault);

    static async Task<ConfigurationVersion> Version(Caller caller, LayerOwner owner, string space, string name, string version) =>
        await (await caller.OfConfigurationAsync(owner.Tenant, space, name)).Version(Number(version));

    static async Task<IReadOnlyList<ConfigurationDifference>> Differences(Caller caller, LayerOwner owner, string space, string name, long? from, long? to) =>
        await (await caller.OfConfigurationAsync(owner.Tenant, space, name)).Compare(from ?? Require.Given<long>("from"), to ?? Require.Given<long>("to"));

    static async Task<ConfigurationChange> Start(HttpContext http, Caller caller, LayerOwner owner, string space, string name, string version, StartBody? body)
    {
        IConfigurationDocumentGrain document = await caller.OfConfigurationAsync(owner.Tenant, space, name);
        return await NoteAsync(http, document, await document.Start(Number(version), body?.Rollout, caller.Identity.Name));
    }

    static async Task<ConfigurationChange> Approve(HttpContext http, Caller caller, LayerOwner owner, string space, string name, string version)
    {
        IConfigurationDocumentGrain document = await caller.OfConfigurationAsync(owner.Tenant, space, name);
        return await NoteAsync(http, document, await document.Approve(Number(version), caller.Identity.Name));
    }

    static async Task<ConfigurationChange> Stop(HttpContext http, Caller caller, LayerOwner owner, string space, string name, string version, StopBody? body)
    {
        IConfigurationDocumentGrain document = await caller.OfConfigurationAsync(owner.Tenant, space, name);
        return await NoteAsync(http, document, await document.Stop(Number(version), caller.Identity.Name, body?.Reason));
    }

    static async Task<ConfigurationEffective> Effective(Caller caller, string tenant, string space, string name, string? site, string? server, string? version, string? tag) =>
        await (await caller.OfConfigurationAsync(tenant, space, name)).Effective(new ConfigurationReader(
            EntityKeys.Server(tenant, EntityKeys.CheckPart("site", site), EntityKeys.CheckPart("server", server)), AgentConfigurationEndpoints.Part(version), AgentConfigurationEndpoints.Tag(tag)));

    static async Task<IReadOnlyList<ConfigurationServer>> Servers(Caller caller, string tenant, string space, string name, string? site) =>
        await (await caller.OfConfigurationAsync(tenant, space, name)).Servers(string.IsNullOrEmpty(site) ? null : site);

    /// <summary>Places that changed; the version keeps the rest.</summary>
    static async Task<ConfigurationChange> NoteAsync(HttpContext http, IConfigurationDocumentGrain document, ConfigurationChange change)
    {
        IReadOnlyList<ConfigurationDifference> differences = (await document.Version(change.Version)).Differences;
        Note(http, $"{change.Layer}: version {change.Version} {JsonText.CamelCase(change.State.ToString())}, {differences.Count} values differ from version {change.Before}: {string.Join(", ", differences.Take(5).Select(static each => each.Path))}");
        return change;
    }

    static void Note(HttpContext http, string detail) => http.Features.Set(new AuditNote(Detail: detail));

    /// <summary>No version has the number 0.</summary>
    static long Number(string version) => long.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long number) && number > 0
        ? number
        : throw new NotFoundException($"There is no version '{(version.Length <= 40 ? version : version[..40])}'.");
}

/// <param name="Name">Of the namespace.</param>
/// <param name="NeedsApproval">Whether another user must approve a change.</param>
/// <param name="Product">Whose versions its layers name; null: any.</param>
internal sealed record NamespaceInfo(string Name, bool NeedsApproval, string? Product);

/// <param name="Version">That the layer is to be as again.</param>
/// <param name="Rollout">In which waves; left out: at once.</param>
internal sealed record RollbackBody(long Version, ConfigurationRollout? Rollout);

/// <param name="Rollout">In which waves; left out: as the draft says.</param>
internal sealed record StartBody(ConfigurationRollout? Rollout);

/// <param name="Reason">Why, at most 500 characters.</param>
internal sealed record StopBody(string? Reason);

/// <summary>Whose layers an address is about.</summary>
/// <param name="Tenant">Null: the vendor's.</param>
internal readonly record struct LayerOwner(string? Tenant)
{
    public static ValueTask<LayerOwner> BindAsync(HttpContext http) => new(new LayerOwner(http.Request.RouteValues["tenant"] as string));
}
