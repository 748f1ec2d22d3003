using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Checks;

/// <summary>What a check found, as alarms in the tenant's book: one that results differ, one that nothing could be compared.</summary>
static class CheckAlarms
{
    /// <summary>The rules that these alarms name. They are not stored and cannot be changed.</summary>
    public const string Differs = "check-differs", Fails = "check-failed";

    /// <summary>Which alarm is open behind a run; null: none.</summary>
    public static string? RuleOf(CheckSummary run) => run.Outcome switch { "different" => Differs, "failed" => Fails, _ => null };

    public static AlarmReport Report(string check, CheckRun run) => RuleOf(run.Summary) == Differs
        ? Make(check, Differs, holds: true, run.Summary.Missing + run.Summary.Surplus + run.Summary.Different, run.Summary.StartedAt, string.Join(", ", run.Results.Where(static result => result.State == "different").Take(3).Select(static result => result.Name)))
        : Make(check, Fails, holds: true, 1, run.Summary.StartedAt, "");

    public static AlarmReport Ended(string check, string rule, DateTimeOffset now) => Make(check, rule, holds: false, 0, now, "");

    static AlarmReport Make(string check, string ruleId, bool holds, double value, DateTimeOffset since, string views)
    {
        bool differs = ruleId == Differs;
        string metric = differs ? "check_differing_rows" : "check_failures";
        var rule = new AlarmRule(
            ruleId, differs ? "Views differ from the same SQL over their source" : "A check could not compare anything", [new LabelMatcher("__name__", MatchKind.Equal, metric)], "value", Comparison.Above, 0, Recovery: null,
            ForSeconds: 0, differs ? Severity.Critical : Severity.Warning, Penalty: 0, Enabled: true,
            differs ? "Rows of a view are missing, too many or other than the database has them. The page of checks shows them side by side." : "The page of checks says why: the database is away, or refuses the account.", Version: 1);
        var labels = new Dictionary<string, string> { ["__name__"] = metric, ["check"] = EntityKeys.Leaf(check) };
        if (views.Length > 0)
            labels["views"] = views;
        return new AlarmReport($"check/{EntityKeys.Leaf(check)}/{ruleId}", EntityKeys.Check(EntityKeys.TenantOf(check), EntityKeys.Leaf(check)), rule, labels, holds, value, since);
    }
}
