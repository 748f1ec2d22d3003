using Orrery.Runtime.Hosting;

namespace Orrery.WebApi.Cluster;

/// <summary>Adds up the readings of methods: over silos, over methods, and over what happened in the interval.</summary>
internal sealed class MethodFigures
{
    double meanWeight;
    double longest;

    public long Calls { get; private set; }

    public long Failed { get; private set; }

    public long TimedOut { get; private set; }

    public double CallsPerSecond { get; private set; }

    public double FailedPerSecond { get; private set; }

    public double TimedOutPerSecond { get; private set; }

    /// <summary>Of the interval.</summary>
    public LatencyHistogram Histogram { get; private set; } = LatencyHistogram.Empty;

    public double MeanMicroseconds => Calls == 0 ? 0 : Round(meanWeight / Calls);

    public double LongestMicroseconds => Round(longest);

    public LatencyView? Latency => ViewOf(Histogram);

    /// <param name="now">A method now.</param>
    /// <param name="before">The same when the interval began; null where it had not been called, or the interval is the silo's whole life.</param>
    /// <param name="interval">Above zero.</param>
    public void Add(MethodSnapshot now, MethodSnapshot? before, TimeSpan interval)
    {
        Calls += now.Calls;
        Failed += now.CallsFailed;
        TimedOut += now.CallsTimedOut;
        CallsPerSecond = Math.Round(CallsPerSecond + Rate(now.Calls, before?.Calls, interval), 2);
        FailedPerSecond = Math.Round(FailedPerSecond + Rate(now.CallsFailed, before?.CallsFailed, interval), 2);
        TimedOutPerSecond = Math.Round(TimedOutPerSecond + Rate(now.CallsTimedOut, before?.CallsTimedOut, interval), 2);
        Histogram = Histogram.Plus(before is null ? now.Latency : now.Latency.Since(before.Latency));
        meanWeight += now.MeanDuration.TotalMicroseconds * now.Calls;
        longest = Math.Max(longest, now.LongestDuration.TotalMicroseconds);
    }

    public static double Rate(long now, long? before, TimeSpan interval) => Math.Round(Math.Max(0, now - (before ?? 0)) / interval.TotalSeconds, 2);

    public static LatencyView? ViewOf(LatencyHistogram histogram) =>
        histogram.Total == 0 ? null : new LatencyView(Percentile(histogram, 0.5), Percentile(histogram, 0.95), Percentile(histogram, 0.99));

    /// <summary>The histogram by doublings of time, without empty ends.</summary>
    public IReadOnlyList<LatencyBar> Bars()
    {
        var bars = new SortedDictionary<int, long>();
        for (int bucket = 0; bucket < Histogram.Counts.Count; bucket++)
            if (Histogram.Counts[bucket] > 0)
                bars[PowerOf(bucket)] = bars.GetValueOrDefault(PowerOf(bucket)) + Histogram.Counts[bucket];
        if (bars.Count == 0)
            return [];
        int first = bars.Keys.First();
        return [.. Enumerable.Range(first, bars.Keys.Last() - first + 1).Select(power => new LatencyBar(Math.Pow(2, power) / 1_000, bars.GetValueOrDefault(power)))];
    }

    static int PowerOf(int bucket) => bucket == 0 ? 6 : (int)Math.Log2(LatencyBuckets.LowerNanoseconds(bucket));

    static double Percentile(LatencyHistogram histogram, double share) => Round(histogram.Percentile(share).TotalMicroseconds);

    static double Round(double microseconds) => Math.Round(microseconds, 1);
}
