using System.Globalization;
using Orrery.Interfaces.Alarms;

namespace Orrery.Grains.Alarms.Book;

/// <summary>One sentence that says what is wrong, in English.</summary>
static class AlarmText
{
    /// <summary>Such as <c>CPU is busy: cpu_usage_percent is 93.2, above 85</c>.</summary>
    public static string Of(AlarmRule rule, IReadOnlyDictionary<string, string> labels, double value)
    {
        string metric = rule.Matchers.First(static matcher => matcher.Label == "__name__").Value;
        string about = string.Join(", ", labels.Where(static label => label.Key is not ("__name__" or "server")).OrderBy(static label => label.Key, StringComparer.Ordinal)
            .Take(4).Select(static label => $"{label.Key} {label.Value}"));
        string subject = about.Length == 0 ? metric : $"{metric} ({about})";
        string side = rule.Comparison == Comparison.Above ? "above" : "below";
        return rule.Signal switch
        {
            "anomaly" => $"{rule.Name}: the anomaly score of {subject} is {Number(value)}, {side} {Number(rule.Threshold)}",
            "rate" => $"{rule.Name}: {subject} grows by {Number(value)} a second, {side} {Number(rule.Threshold)}",
            _ => $"{rule.Name}: {subject} is {Number(value)}, {side} {Number(rule.Threshold)}",
        };
    }

    /// <summary>Up to four significant digits, without an exponent where people read it.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
            return "not a number";
        double size = Math.Abs(value);
        return value.ToString(size switch { >= 1e12 => "G4", >= 100 => "0", >= 10 => "0.#", >= 1 => "0.##", _ => "0.####" }, CultureInfo.InvariantCulture);
    }
}
