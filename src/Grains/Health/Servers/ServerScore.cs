using Orrery.Grains.Health.Fleet;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Servers;

/// <summary>
/// A server's score: 100 less a penalty for each open alarm. Of several alarms about one series only the worst counts, since they are one
/// trouble; an acknowledged one weighs half; a silenced one nothing. A silent server has 0.
/// </summary>
static class ServerScore
{
    public const int CausesMax = 10;

    /// <summary>Points that a rule takes where it does not say.</summary>
    public static int PenaltyOf(Severity severity) => severity switch
    {
        Severity.Information => 10,
        Severity.Warning => 25,
        _ => 50,
    };

    /// <param name="alarms">The server's open alarms with the rules that raised them; a rule that is gone is null.</param>
    /// <param name="silentSince">Since when it is silent, or null.</param>
    /// <param name="now">UTC.</param>
    public static (int Score, HealthStatus Status, IReadOnlyList<HealthCause> Causes) Compute(
        IEnumerable<(Alarm Alarm, AlarmRule? Rule)> alarms, DateTimeOffset? silentSince, DateTimeOffset now)
    {
        var causes = alarms
            .Where(static pair => !pair.Alarm.Silenced)
            .Select(static pair => CauseOf(pair.Alarm, pair.Rule))
            .GroupBy(static cause => cause.Subject)
            .Select(static causes => causes.MaxBy(static cause => cause.Cause.Penalty).Cause)
            .Where(static cause => cause.Penalty > 0)
            .OrderByDescending(static cause => cause.Penalty).ThenByDescending(static cause => cause.Severity).ThenBy(static cause => cause.Since)
            .ToList();
        if (silentSince is { } since)
        {
            causes.RemoveAll(static cause => cause.Kind == "silent");
            causes.Insert(0, Silent(since, now));
        }

        int score = Math.Max(0, HealthScores.Best - causes.Sum(static cause => cause.Penalty));
        return (score, silentSince is null ? HealthScores.StatusOf(score) : HealthStatus.Silent, Bound(causes));
    }

    static (string Subject, HealthCause Cause) CauseOf(Alarm alarm, AlarmRule? rule)
    {
        int full = rule?.Penalty ?? PenaltyOf(alarm.Severity);
        int penalty = alarm.State == AlarmState.Acknowledged ? full / 2 : full;
        string metric = alarm.Labels.GetValueOrDefault(SeriesKey.NameLabel, "");
        string kind = metric == Alarms.Rules.VendorRules.SilentSeconds ? "silent" : rule?.Signal == "anomaly" ? "anomaly" : "alarm";
        var arguments = new Dictionary<string, string>
        {
            ["name"] = alarm.RuleName,
            ["metric"] = metric,
            ["value"] = Alarms.Book.AlarmText.Number(alarm.Value),
            ["threshold"] = Alarms.Book.AlarmText.Number(alarm.Threshold),
            ["comparison"] = alarm.Comparison == Comparison.Above ? "above" : "below",
        };
        foreach (var (label, value) in alarm.Labels.Where(static label => label.Key != SeriesKey.NameLabel).Take(8))
            arguments.TryAdd("label." + label, value);
        string subject = metric + "\n" + string.Join('\n', alarm.Labels.OrderBy(static label => label.Key, StringComparer.Ordinal).Select(static label => $"{label.Key}={label.Value}"));
        return (subject, new HealthCause(kind, alarm.Text, alarm.RuleId, arguments, penalty, alarm.Since, alarm.Severity, alarm.Id));
    }

    static HealthCause Silent(DateTimeOffset since, DateTimeOffset now)
    {
        long minutes = Math.Max(1, (long)(now - since).TotalMinutes);
        return new HealthCause(
            "silent", $"No sample has come for {minutes} {(minutes == 1 ? "minute" : "minutes")}.", "silent",
            new Dictionary<string, string> { ["minutes"] = minutes.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            HealthScores.Best, since, Severity.Critical, Alarm: null);
    }

    /// <summary>Keeps the worst ones; the last entry stands for the rest, so that the penalties still add up.</summary>
    static List<HealthCause> Bound(List<HealthCause> causes)
    {
        if (causes.Count <= CausesMax)
            return causes;
        var rest = causes[(CausesMax - 1)..];
        var more = new HealthCause(
            "alarm", $"And {rest.Count} more alarms.", "more",
            new Dictionary<string, string> { ["count"] = rest.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            rest.Sum(static cause => cause.Penalty), rest.Min(static cause => cause.Since), rest.Max(static cause => cause.Severity), Alarm: null);
        return [.. causes[..(CausesMax - 1)], more];
    }
}
