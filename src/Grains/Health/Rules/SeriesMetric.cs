using System.Text;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Rules;

/// <summary>The metric of rules and series, by which rules find the few series that they need look at.</summary>
static class SeriesMetric
{
    /// <summary>The metric that a rule is about.</summary>
    public static string Of(IReadOnlyList<LabelMatcher> matchers) =>
        matchers.First(static matcher => matcher is { Label: SeriesKey.NameLabel, Kind: MatchKind.Equal }).Value;

    /// <summary>The metric in a series' key: the first label's value.</summary>
    public static string Of(ReadOnlySpan<byte> key)
    {
        foreach (var (_, value) in SeriesKey.Labels(key))
            return Encoding.UTF8.GetString(value);
        return "";
    }
}
