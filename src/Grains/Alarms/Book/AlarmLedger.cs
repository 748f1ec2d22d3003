using Orrery.Grains.Alarms.Webhooks;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Alarms.Book;

/// <summary>
/// What happens to a tenant's alarms, without time, storage or network of its own. Reports open, change and resolve alarms; people
/// acknowledge them; silences hide them. Whatever webhooks should hear is put into the outbox in the same step.
/// </summary>
sealed class AlarmLedger(AlarmBookState state, string tenant, WebhookOptions options)
{
    public const int OpenMax = 10_000;
    const int NoteLengthMax = 1_000;

    /// <summary>Deliveries that were dropped because the outbox was full, since this object was made.</summary>
    public int Dropped { get; private set; }

    /// <param name="Alarm">The alarm after the report; null where the rule does not hold and none was open, or the book is full.</param>
    /// <param name="Change">What the caller has to do.</param>
    public readonly record struct Outcome(Alarm? Alarm, Change Change);

    public enum Change
    {
        /// <summary>At most the newest value changed, which is stored with the next change.</summary>
        None,

        /// <summary>The state must be stored.</summary>
        Changed,

        /// <summary>The alarm is new. The state must be stored.</summary>
        Fired,

        /// <summary>The alarm was resolved: it goes to the history, then the state is stored.</summary>
        Resolved,

        /// <summary>There is no room for another alarm.</summary>
        Full,
    }

    public Outcome Report(AlarmReport report, DateTimeOffset now)
    {
        if (!state.Open.TryGetValue(report.Key, out var open))
            return report.Holds ? Fire(report, now) : default;
        if (!report.Holds)
            return new Outcome(Resolve(open, now), Change.Resolved);
        var rule = report.Rule;
        var before = open.Alarm;
        var after = before with
        {
            RuleName = rule.Name,
            Severity = rule.Severity,
            Threshold = rule.Threshold,
            Comparison = rule.Comparison,
            Value = report.Value,
            ValueWorst = rule.Comparison == Comparison.Above ? Math.Max(before.ValueWorst, report.Value) : Math.Min(before.ValueWorst, report.Value),
            Text = AlarmText.Of(rule, report.Labels, report.Value),
        };
        state.Open[report.Key] = open with { Alarm = after };
        bool ruleChanged = before.RuleName != after.RuleName || before.Severity != after.Severity || before.Threshold != after.Threshold || before.Comparison != after.Comparison;
        return new Outcome(Shown(after, now), ruleChanged ? Change.Changed : Change.None);
    }

    public Alarm Acknowledge(string id, string user, string? note, DateTimeOffset now)
    {
        var open = FindOpen(id);
        if (note is { Length: > NoteLengthMax })
            throw new InvalidInputException("note", $"The note has {note.Length} characters; at most {NoteLengthMax} are kept.");
        bool first = open.Alarm.State != AlarmState.Acknowledged;
        var after = open.Alarm with { State = AlarmState.Acknowledged, AcknowledgedBy = user, AcknowledgedAt = now, Note = string.IsNullOrWhiteSpace(note) ? open.Alarm.Note : note };
        state.Open[after.Key] = open with { Alarm = after };
        if (first && open.Told)
            Queue("acknowledged", Shown(after, now), now);
        return Shown(after, now);
    }

    public Alarm Unacknowledge(string id, DateTimeOffset now)
    {
        var open = FindOpen(id);
        var after = open.Alarm with { State = AlarmState.Firing, AcknowledgedBy = null, AcknowledgedAt = null };
        state.Open[after.Key] = open with { Alarm = after };
        return Shown(after, now);
    }

    /// <summary>Ends the open alarms of a server that is gone.</summary>
    public IReadOnlyList<Alarm> ResolveServer(string server, DateTimeOffset now) =>
        [.. state.Open.Values.Where(open => open.Alarm.Server == server).ToArray().Select(open => Resolve(open, now))];

    public Silence AddSilence(SilenceDraft draft, string user, DateTimeOffset now)
    {
        state.Silences.RemoveAll(silence => Silences.IsForgotten(silence, now));
        if (state.Silences.Count(silence => silence.EndsAt > now) >= Silences.SilencesMax)
            throw new LimitReachedException($"'{tenant}' has {Silences.SilencesMax} silences, the most it may have. End one first.");
        var silence = Silences.Take(draft, NextId(now), tenant, user, now);
        state.Silences.Add(silence);
        return silence;
    }

    public void EndSilence(string id, DateTimeOffset now)
    {
        int index = state.Silences.FindIndex(silence => silence.Id == id);
        if (index < 0)
            throw new NotFoundException($"'{tenant}' has no silence '{id}'.");
        var silence = state.Silences[index];
        if (silence.StartsAt > now)
            state.Silences.RemoveAt(index);
        else if (silence.EndsAt > now)
            state.Silences[index] = silence with { EndsAt = now };
    }

    /// <summary>Brings alarms up to date with the silences of now; what comes out of a silence unresolved is told then.</summary>
    /// <returns>Servers with an alarm that was silenced or unsilenced.</returns>
    public IReadOnlyCollection<string> ApplySilences(DateTimeOffset now)
    {
        var servers = new HashSet<string>();
        foreach (var open in state.Open.Values.ToArray())
        {
            bool silenced = IsSilenced(open.Alarm, now);
            bool tells = !silenced && !open.Told;
            if (silenced == open.Alarm.Silenced && !tells)
                continue;
            if (silenced != open.Alarm.Silenced)
                servers.Add(open.Alarm.Server);
            var after = open.Alarm with { Silenced = silenced };
            state.Open[after.Key] = new OpenAlarm(after, open.Told || tells);
            if (tells)
                Queue("fired", after, now);
        }

        return servers;
    }

    /// <summary>The alarm with its silence as of now.</summary>
    public Alarm Shown(Alarm alarm, DateTimeOffset now) => alarm.State == AlarmState.Resolved ? alarm : alarm with { Silenced = IsSilenced(alarm, now) };

    Outcome Fire(AlarmReport report, DateTimeOffset now)
    {
        if (state.Open.Count >= OpenMax)
            return new Outcome(null, Change.Full);
        var rule = report.Rule;
        var alarm = new Alarm(
            NextId(now), report.Key, tenant, report.Server, rule.Id, rule.Name, rule.Severity, AlarmState.Firing, Silenced: false, report.Labels,
            report.Value, report.Value, rule.Threshold, rule.Comparison, AlarmText.Of(rule, report.Labels, report.Value), report.Since, now,
            ResolvedAt: null, AcknowledgedBy: null, AcknowledgedAt: null, Note: null);
        alarm = Shown(alarm, now);
        state.Open[alarm.Key] = new OpenAlarm(alarm, Told: !alarm.Silenced);
        if (!alarm.Silenced)
            Queue("fired", alarm, now);
        return new Outcome(alarm, Change.Fired);
    }

    Alarm Resolve(OpenAlarm open, DateTimeOffset now)
    {
        var resolved = open.Alarm with { State = AlarmState.Resolved, ResolvedAt = now, Silenced = IsSilenced(open.Alarm, now) };
        state.Open.Remove(resolved.Key);
        if (open.Told && !resolved.Silenced)
            Queue("resolved", resolved, now);
        return resolved;
    }

    void Queue(string happened, Alarm alarm, DateTimeOffset now)
    {
        foreach (var webhook in state.Webhooks)
        {
            if (alarm.Severity < webhook.SeverityMin)
                continue;
            string id = NextId(now);
            string body = new WebhookBody(id, happened, now, tenant, alarm).ToJson();
            state.Outbox.Add(new Delivery(id, webhook.Url, happened, body, now, Attempts: 0, now));
        }

        while (state.Outbox.Count > options.OutboxMax)
        {
            Outbox.CountFailed(state, state.Outbox[0], "dropped: too many deliveries waited", now);
            state.Outbox.RemoveAt(0);
            Dropped++;
        }
    }

    bool IsSilenced(Alarm alarm, DateTimeOffset now) => state.Silences.Exists(silence => silence.Covers(alarm, now));

    OpenAlarm FindOpen(string id) => state.Open.Values.FirstOrDefault(open => open.Alarm.Id == id)
        ?? throw new ConflictException($"'{tenant}' has no open alarm '{id}': it was resolved, or never was. Only open alarms can be acknowledged.");

    /// <summary>Ordered by time, unique also within one millisecond and when the clock steps back.</summary>
    string NextId(DateTimeOffset now) => $"{now.ToUnixTimeMilliseconds():x11}-{++state.Sequence:x6}";
}
