using Orrery.Interfaces.Paging;

namespace Orrery.Interfaces.Alarms;

public enum AlarmState
{
    Firing,
    Acknowledged,
    Resolved,
}

/// <summary>All alarms of a tenant: open ones, and the newest 5,000 resolved ones. Key: the tenant's id.</summary>
public interface IAlarmBookGrain : IGrainWithStringKey
{
    /// <summary>A server says that a rule began to hold, still holds with a new value, or no longer holds. Repeats are harmless.</summary>
    /// <returns>The alarm as the book has it, or null when the rule no longer holds and no alarm was open.</returns>
    Task<Alarm?> Report(AlarmReport report);

    [ReadOnly] Task<Page<Alarm>> List(AlarmQuery query, PageRequest page);

    /// <exception cref="Errors.NotFoundException">The tenant has no such alarm.</exception>
    [ReadOnly] Task<Alarm> Get(string alarm);

    /// <summary>Somebody has seen it and says so. An acknowledged alarm weighs half in the score.</summary>
    Task<Alarm> Acknowledge(string alarm, string user, string? note);

    /// <summary>Takes an acknowledgement back.</summary>
    Task<Alarm> Unacknowledge(string alarm, string user);

    [ReadOnly] Task<IReadOnlyList<Silence>> ListSilences();

    /// <summary>Alarms that match are not sent to webhooks and do not lower the score while the window lasts. At most 200 silences.</summary>
    Task<Silence> AddSilence(SilenceDraft draft, string user);

    Task EndSilence(string silence, string user);

    [ReadOnly] Task<IReadOnlyList<Webhook>> ListWebhooks();

    /// <summary>Replaces the tenant's webhooks, at most 10. Deliveries are retried with growing pauses for an hour, then counted as failed.</summary>
    Task<IReadOnlyList<Webhook>> SetWebhooks(IReadOnlyList<WebhookDraft> webhooks);

    /// <summary>Called by a server that was deleted: its open alarms are resolved.</summary>
    Task ServerDeleted(string server);

    /// <summary>Called by a tenant that is deleted: alarms, silences and webhooks are forgotten.</summary>
    Task TenantDeleted();
}

/// <param name="Key">What is wrong, unique for server, rule and series: the same key while open is the same alarm.</param>
/// <param name="Server">The server's key.</param>
/// <param name="Rule">The rule as it is now.</param>
/// <param name="Labels">Labels of the series.</param>
/// <param name="Holds">Whether the rule holds.</param>
/// <param name="Value">The newest value.</param>
/// <param name="Since">When it began to hold, UTC.</param>
public sealed record AlarmReport(string Key, string Server, AlarmRule Rule, IReadOnlyDictionary<string, string> Labels, bool Holds, double Value, DateTimeOffset Since);

/// <param name="Id">Unique within the tenant, ordered by time.</param>
/// <param name="Silenced">A silence covers it now.</param>
public sealed record Alarm(
    string Id, string Key, string Tenant, string Server, string RuleId, string RuleName, Severity Severity, AlarmState State, bool Silenced,
    IReadOnlyDictionary<string, string> Labels, double Value, double ValueWorst, double Threshold, Comparison Comparison, string Text,
    DateTimeOffset Since, DateTimeOffset FiredAt, DateTimeOffset? ResolvedAt, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt, string? Note);

/// <param name="Open">True: firing and acknowledged ones; false: resolved ones; null: all.</param>
/// <param name="Server">Only of this server, or of servers whose key begins with this and a slash; null: all.</param>
/// <param name="SeverityMin">This severity and worse.</param>
public sealed record AlarmQuery(bool? Open = null, string? Server = null, Severity SeverityMin = Severity.Information);

/// <param name="Server">A server's or site's key it covers; null: the whole tenant.</param>
/// <param name="RuleId">Only alarms of this rule; null: all.</param>
public sealed record Silence(string Id, string? Server, string? RuleId, string Reason, DateTimeOffset StartsAt, DateTimeOffset EndsAt, string CreatedBy);

/// <param name="StartsAt">UTC; null: now.</param>
/// <param name="EndsAt">UTC; at most 90 days after the start.</param>
public sealed record SilenceDraft(string? Server, string? RuleId, string Reason, DateTimeOffset? StartsAt, DateTimeOffset EndsAt);

/// <param name="Url">http or https; internal addresses are refused unless the process allows them.</param>
/// <param name="SeverityMin">Only alarms this bad or worse are sent.</param>
/// <param name="Secret">When set, requests carry an HMAC-SHA256 of the body in <c>X-Orrery-Signature</c>. Null keeps the secret that this URL had; empty removes it. At most 256 characters.</param>
public sealed record WebhookDraft(string Url, Severity SeverityMin, string? Secret);

/// <param name="Signed">Whether a secret is set; it is never shown.</param>
/// <param name="LastStatus">What the last delivery came to, for people.</param>
public sealed record Webhook(string Url, Severity SeverityMin, bool Signed, long Delivered, long Failed, string? LastStatus, DateTimeOffset? LastAt);
