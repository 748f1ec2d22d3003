using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Ledger;

/// <summary>A hop's gaps as an alarm in the tenant's book: one a hop, which ends when its last gap does.</summary>
static class LedgerAlarms
{
    /// <summary>The rule that these alarms name. It is not stored and cannot be changed.</summary>
    public const string RuleId = "ledger-gap";

    public static AlarmReport Report(string channelKey, string hop, IReadOnlyList<Gap> open)
    {
        long records = open.Sum(gap => gap.Counts is { } counts ? counts.Missing + counts.Doubled + counts.Altered : Math.Max(1, Math.Abs(gap.Records)));
        bool lateOnly = open.All(gap => gap.Kind == GapKind.Late);
        return Make(channelKey, hop, holds: true, records, open.Min(gap => gap.OpenedAt), lateOnly ? Severity.Warning : Severity.Critical);
    }

    public static AlarmReport Ended(string channelKey, string hop, DateTimeOffset now) => Make(channelKey, hop, holds: false, 0, now, Severity.Critical);

    static AlarmReport Make(string channelKey, string hop, bool holds, long records, DateTimeOffset since, Severity severity)
    {
        var rule = new AlarmRule(
            RuleId, "Records do not add up between hops", [new LabelMatcher("__name__", MatchKind.Equal, "ledger_gap_records")], "value", Comparison.Above, 0, Recovery: null, ForSeconds: 0,
            severity, Penalty: 0, Enabled: true, "A hop did not take what the hops before it gave, or gave other than it took. The flows page names the windows and can send the missing again.", Version: 1);
        var labels = new Dictionary<string, string> { ["__name__"] = "ledger_gap_records", ["channel"] = EntityKeys.Leaf(channelKey), ["hop"] = hop };
        return new AlarmReport($"ledger/{EntityKeys.Leaf(channelKey)}/{hop}", EntityKeys.Channel(EntityKeys.TenantOf(channelKey), EntityKeys.Leaf(channelKey)), rule, labels, holds, records, since);
    }
}
