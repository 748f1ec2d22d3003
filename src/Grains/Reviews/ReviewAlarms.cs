using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Reviews;

namespace Orrery.Grains.Reviews;

/// <summary>A review that nobody has answered in time, as an alarm in the tenant's book.</summary>
static class ReviewAlarms
{
    const string RuleId = "review-overdue", Metric = "review_overdue";

    public static AlarmReport Overdue(string tenant, Review review, bool holds)
    {
        var rule = new AlarmRule(
            RuleId, "A review is not answered in time", [new LabelMatcher("__name__", MatchKind.Equal, Metric)], "value", Comparison.Above, 0, Recovery: null, ForSeconds: 0, Severity.Warning, Penalty: 0, Enabled: true,
            "Answer the review, give it to somebody else, or hide it.", Version: 1);
        var labels = new Dictionary<string, string> { ["__name__"] = Metric, ["review"] = review.Number.ToString(System.Globalization.CultureInfo.InvariantCulture), ["form"] = review.Form, ["owner"] = review.Task!.Owner };
        return new AlarmReport($"review/{review.Number}", EntityKeys.Review(tenant, review.Number), rule, labels, holds, holds ? 1 : 0, review.Task.DueAt);
    }
}
