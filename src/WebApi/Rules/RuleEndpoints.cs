using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Rules;

/// <summary>Alarm rules: the vendor's, which hold for all tenants, and each tenant's own, which come before them.</summary>
internal static class RuleEndpoints
{
    const string Vendor = "vendor";
    const string Tenant = "tenant";

    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/rules", List).RequireAuthorization(Policies.Person).WithSummary("The rules that hold for a tenant, or the vendor's where no tenant is named.");
        api.MapPut("/rules/{rule}", SetVendor).RequireAuthorization(Policies.VendorChange).WithSummary("Creates or changes one of the vendor's rules.");
        api.MapDelete("/rules/{rule}", DeleteVendor).RequireAuthorization(Policies.VendorChange).WithSummary("Deletes one of the vendor's rules.");
        api.MapPut("/tenants/{tenant}/rules/{rule}", SetTenant).RequireAuthorization(Policies.TenantChange).WithSummary("Creates or changes one of a tenant's rules.");
        api.MapDelete("/tenants/{tenant}/rules/{rule}", DeleteTenant).RequireAuthorization(Policies.TenantChange).WithSummary("Deletes one of a tenant's rules; the vendor's of the same id holds again.");
    }

    static async Task<IEnumerable<RuleView>> List(Caller caller, string? tenant)
    {
        if ((tenant ?? caller.Tenant) is not { } named)
            return (await caller.VendorRulesAsync()).Select(rule => RuleView.Of(rule, Vendor));
        IAlarmRulesGrain grain = await caller.OfKnownTenantAsync<IAlarmRulesGrain>(named);
        HashSet<string> own = [.. (await grain.List()).Select(rule => rule.Id)];
        return (await grain.GetEffective()).Rules.Select(rule => RuleView.Of(rule, own.Contains(rule.Id) ? Tenant : Vendor));
    }

    static Task<Entity<RuleView>> SetVendor(Caller caller, string rule, RuleBody body, [FromHeader(Name = "If-Match")] string? ifMatch) =>
        SetAsync(caller.OfFleet<IAlarmRulesGrain>(), rule, body, ifMatch, Vendor);

    static async Task<Entity<RuleView>> SetTenant(Caller caller, string tenant, string rule, RuleBody body, [FromHeader(Name = "If-Match")] string? ifMatch) =>
        await SetAsync(await caller.OfKnownTenantAsync<IAlarmRulesGrain>(tenant), rule, body, ifMatch, Tenant);

    static async Task<NoContent> DeleteVendor(Caller caller, string rule, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        await caller.OfFleet<IAlarmRulesGrain>().Delete(rule, IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task<NoContent> DeleteTenant(Caller caller, string tenant, string rule, [FromHeader(Name = "If-Match")] string? ifMatch)
    {
        IAlarmRulesGrain grain = await caller.OfKnownTenantAsync<IAlarmRulesGrain>(tenant);
        await grain.Delete(rule, IfMatch.Read(ifMatch));
        return TypedResults.NoContent();
    }

    static async Task<Entity<RuleView>> SetAsync(IAlarmRulesGrain grain, string rule, RuleBody body, string? ifMatch, string origin)
    {
        AlarmRule set = await grain.Set(body.ToRule(rule), IfMatch.Read(ifMatch));
        return new(RuleView.Of(set, origin), set.Version);
    }
}

internal sealed record RuleBody(
    string? Name, IReadOnlyList<LabelMatcher>? Matchers, string? Signal, Comparison? Comparison, double? Threshold, double? Recovery,
    int? ForSeconds, Severity? Severity, int? Penalty, bool? Enabled, string? Description)
{
    public AlarmRule ToRule(string id) => new(
        id, Name ?? "", Matchers ?? [], Signal ?? "value", Comparison ?? Require.Given<Comparison>("comparison"), Threshold ?? Require.Given<double>("threshold"), Recovery,
        ForSeconds ?? 0, Severity ?? Require.Given<Severity>("severity"), Penalty, Enabled ?? true, Description, 0);
}

/// <param name="Origin"><c>vendor</c> or <c>tenant</c>.</param>
internal sealed record RuleView(
    string Id, string Name, IReadOnlyList<LabelMatcher> Matchers, string Signal, Comparison Comparison, double Threshold, double? Recovery,
    int ForSeconds, Severity Severity, int? Penalty, bool Enabled, string? Description, long Version, string Origin)
{
    public static RuleView Of(AlarmRule rule, string origin) => new(
        rule.Id, rule.Name, rule.Matchers, rule.Signal, rule.Comparison, rule.Threshold, rule.Recovery,
        rule.ForSeconds, rule.Severity, rule.Penalty, rule.Enabled, rule.Description, rule.Version, origin);
}
