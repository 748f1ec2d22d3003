using Microsoft.AspNetCore.Http.HttpResults;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.WebApi.Access;
using Orrery.WebApi.Paging;

namespace Orrery.WebApi.Alarms;

/// <summary>Alarms, silences and webhooks of tenants.</summary>
internal static class AlarmEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/alarms", List).RequireAuthorization(Policies.Person).WithSummary("Alarms of the tenants that the caller sees, newest first.");
        RouteGroupBuilder tenant = api.MapGroup("/tenants/{tenant}");
        tenant.MapGet("/alarms/{alarm}", Get).RequireAuthorization(Policies.Person).WithSummary("One alarm.");
        tenant.MapPost("/alarms/{alarm}/acknowledge", Acknowledge).RequireAuthorization(Policies.TenantChange).WithSummary("Says that somebody has seen the alarm.");
        tenant.MapDelete("/alarms/{alarm}/acknowledge", Unacknowledge).RequireAuthorization(Policies.TenantChange).WithSummary("Takes an acknowledgement back.");
        tenant.MapGet("/silences", ListSilences).RequireAuthorization(Policies.Person).WithSummary("Silences that hold or will hold.");
        tenant.MapPost("/silences", AddSilence).RequireAuthorization(Policies.TenantChange).Produces<Silence>(StatusCodes.Status201Created).WithSummary("Silences alarms for a time.");
        tenant.MapDelete("/silences/{silence}", EndSilence).RequireAuthorization(Policies.TenantChange).WithSummary("Ends a silence.");
        tenant.MapGet("/webhooks", ListWebhooks).RequireAuthorization(Policies.TenantChange).WithSummary("Where alarms are sent.");
        tenant.MapPut("/webhooks", SetWebhooks).RequireAuthorization(Policies.TenantChange).WithSummary("Replaces the webhooks.");
    }

    static Task<Page<Alarm>> List(Caller caller, bool? open, string? tenant, string? server, string? severity, [AsParameters] PageQuery page) =>
        AlarmList.ListAsync(caller, tenant, new AlarmQuery(open, server, ReadSeverity(severity)), page.Check());

    static async Task<Alarm> Get(Caller caller, string tenant, string alarm) =>
        await (await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant)).Get(alarm);

    static async Task<Alarm> Acknowledge(Caller caller, string tenant, string alarm, NoteBody? body) =>
        await (await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant)).Acknowledge(alarm, caller.Identity.Name, body?.Note);

    static async Task<Alarm> Unacknowledge(Caller caller, string tenant, string alarm) =>
        await (await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant)).Unacknowledge(alarm, caller.Identity.Name);

    static async Task<IReadOnlyList<Silence>> ListSilences(Caller caller, string tenant) =>
        await (await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant)).ListSilences();

    static async Task<IResult> AddSilence(Caller caller, string tenant, SilenceBody body)
    {
        IAlarmBookGrain book = await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant);
        if (body.Server is { } scope && EntityKeys.TenantOf(scope) != tenant)
            throw new InvalidInputException("server", $"'{scope}' is no server or site of the tenant '{tenant}'.");
        var draft = new SilenceDraft(body.Server, body.RuleId, body.Reason ?? "", body.StartsAt, body.EndsAt ?? Require.Given<DateTimeOffset>("endsAt"));
        Silence silence = await book.AddSilence(draft, caller.Identity.Name);
        return TypedResults.Created($"{OrreryApi.BasePath}/tenants/{tenant}/silences/{silence.Id}", silence);
    }

    static async Task<NoContent> EndSilence(Caller caller, string tenant, string silence)
    {
        IAlarmBookGrain book = await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant);
        await book.EndSilence(silence, caller.Identity.Name);
        return TypedResults.NoContent();
    }

    static async Task<IReadOnlyList<Webhook>> ListWebhooks(Caller caller, string tenant) =>
        await (await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant)).ListWebhooks();

    static async Task<IReadOnlyList<Webhook>> SetWebhooks(Caller caller, string tenant, IReadOnlyList<WebhookBody> body) =>
        await (await caller.OfKnownTenantAsync<IAlarmBookGrain>(tenant)).SetWebhooks(
            [.. body.Select(hook => new WebhookDraft(hook.Url ?? "", hook.SeverityMin ?? Severity.Information, hook.Secret))]);

    static Severity ReadSeverity(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return Severity.Information;
        foreach (Severity severity in Enum.GetValues<Severity>())
            if (JsonText.CamelCase(severity.ToString()) == text)
                return severity;
        throw new InvalidInputException("severity", "Choose one of information, warning and critical.");
    }
}

internal sealed record NoteBody(string? Note);

internal sealed record SilenceBody(string? Server, string? RuleId, string? Reason, DateTimeOffset? StartsAt, DateTimeOffset? EndsAt);

internal sealed record WebhookBody(string? Url, Severity? SeverityMin, string? Secret);
