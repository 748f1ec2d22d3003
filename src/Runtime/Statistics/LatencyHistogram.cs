namespace Orrery.Runtime.Hosting;

/// <summary>How many calls took how long, by <see cref="LatencyBuckets"/>. Counted since a silo's start; the difference of two is what happened between.</summary>
/// <param name="Counts">By bucket; buckets beyond the end are empty. At most <see cref="LatencyBuckets.Count"/>.</param>
public sealed record LatencyHistogram(IReadOnlyList<long> Counts)
{
    public static LatencyHistogram Empty { get; } = new([]);

    public long Total => Counts.Sum();

    public LatencyHistogram Plus(LatencyHistogram other) => Combine(other, static (left, right) => left + right);

    /// <summary>What came after the earlier reading. A count that went back (the silo was started anew) counts as none.</summary>
    public LatencyHistogram Since(LatencyHistogram earlier) => Combine(earlier, static (now, before) => Math.Max(0, now - before));

    /// <summary>The duration that this share of the calls stayed under, read off in its bucket in proportion; zero where nothing was timed.</summary>
    /// <param name="share">0 to 1: 0.99 for the 99th percentile.</param>
    public TimeSpan Percentile(double share)
    {
        long total = Total;
        if (total == 0) return TimeSpan.Zero;
        double rank = Math.Clamp(share, 0, 1) * total;
        long below = 0;
        for (int bucket = 0; bucket < Counts.Count; bucket++)
        {
            if (Counts[bucket] > 0 && below + Counts[bucket] >= rank)
            {
                double lower = LatencyBuckets.LowerNanoseconds(bucket), upper = LatencyBuckets.LowerNanoseconds(bucket + 1);
                return ToTime(lower + (upper - lower) * Math.Max(0, rank - below) / Counts[bucket]);
            }

            below += Counts[bucket];
        }

        return ToTime(LatencyBuckets.LowerNanoseconds(Counts.Count));
    }

    private LatencyHistogram Combine(LatencyHistogram other, Func<long, long, long> combine)
    {
        long[] counts = new long[Math.Max(Counts.Count, other.Counts.Count)];
        for (int bucket = 0; bucket < counts.Length; bucket++)
            counts[bucket] = combine(bucket < Counts.Count ? Counts[bucket] : 0, bucket < other.Counts.Count ? other.Counts[bucket] : 0);
        return new LatencyHistogram(counts);
    }

    private static TimeSpan ToTime(double nanoseconds) => TimeSpan.FromTicks((long)(nanoseconds / TimeSpan.NanosecondsPerTick));
}
