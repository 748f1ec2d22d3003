using Orrery.Client;

namespace Orrery.Agent.Collection;

/// <summary>Series of one metric by the value of one label, so that a round of collecting allocates only for labels that are new.</summary>
internal sealed class SeriesSet(OrreryClient client, string metric, string label)
{
    readonly Dictionary<string, MetricSeries> byLabel = new(StringComparer.Ordinal);

    public void Set(string value, double number, long now)
    {
        if (double.IsNaN(number))
            return;
        if (!byLabel.TryGetValue(value, out MetricSeries? series))
            byLabel[value] = series = client.Series(metric, label, value);
        series.Set(number, now);
    }
}
