using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Alarms;

/// <summary>Reports as servers send them.</summary>
static class Reports
{
    public static AlarmReport Of(string metric, bool holds = true, double value = 99, string server = "acme/berlin/erp-01", Severity severity = Severity.Warning) => new(
        $"{server}/{metric}", server, Rule(metric, severity), new Dictionary<string, string> { ["__name__"] = metric }, holds, value, new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static AlarmRule Rule(string metric, Severity severity = Severity.Warning, string? id = null) =>
        new(id ?? metric, $"{metric} is high", [new LabelMatcher("__name__", MatchKind.Equal, metric)], "value", Comparison.Above, 85, 75, 0, severity, null, true, null, 1);
}
