using Orrery.Runtime.Hosting;

namespace Orrery.Runtime.Tests.Statistics;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Every_duration_lies_within_the_bounds_of_its_bucket()
    {
        for (long nanoseconds = 0; nanoseconds < 400L * 1_000_000_000; nanoseconds = nanoseconds * 21 / 20 + 1)
        {
            int bucket = LatencyBuckets.Of(nanoseconds);
            bucket.ShouldBeInRange(0, LatencyBuckets.Count - 1);
            nanoseconds.ShouldBeGreaterThanOrEqualTo(LatencyBuckets.LowerNanoseconds(bucket));
            if (bucket < LatencyBuckets.Count - 1) nanoseconds.ShouldBeLessThan(LatencyBuckets.LowerNanoseconds(bucket + 1));
        }

        LatencyBuckets.Of(-1).ShouldBe(0);
        LatencyBuckets.Of(long.MaxValue).ShouldBe(LatencyBuckets.Count - 1);
    }

    [Fact]
    public void Buckets_follow_each_other_without_gaps_and_none_is_wider_than_a_quarter_of_its_bound()
    {
        for (int bucket = 1; bucket < LatencyBuckets.Count; bucket++)
        {
            long lower = LatencyBuckets.LowerNanoseconds(bucket), upper = LatencyBuckets.LowerNanoseconds(bucket + 1);
            LatencyBuckets.Of(lower).ShouldBe(bucket);
            (upper - lower).ShouldBeInRange(1, lower / 4);
        }
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    [InlineData(0.999)]
    public void Percentiles_of_any_spread_are_right_within_a_quarter(double share)
    {
        var random = new Random(7);
        double[] durations = [.. Enumerable.Range(0, 20_000).Select(_ => 200 * Math.Exp(random.NextDouble() * 14)).Order()];
        var histogram = Of(durations);
        double exact = durations[(int)(durations.Length * share)];
        histogram.Percentile(share).TotalNanoseconds.ShouldBeInRange(exact * 0.8 - 100, exact * 1.25 + 100);
    }

    [Fact]
    public void Parts_that_are_added_up_tell_what_the_whole_tells_and_a_difference_tells_what_came_between()
    {
        double[] quick = [.. Enumerable.Repeat(1_000.0, 300)], slow = [.. Enumerable.Repeat(5_000_000.0, 100)];
        var sum = Of(quick).Plus(Of(slow));
        sum.Counts.ShouldBe(Of([.. quick, .. slow]).Counts);
        sum.Since(Of(quick)).Percentile(0.01).TotalMilliseconds.ShouldBeInRange(4, 6);
        sum.Since(sum).Total.ShouldBe(0);
        Of(quick).Since(sum).Total.ShouldBe(0, "a silo that was started anew has counted less than before");
    }

    [Fact]
    public void Nothing_timed_has_no_percentile() => LatencyHistogram.Empty.Percentile(0.99).ShouldBe(TimeSpan.Zero);

    private static LatencyHistogram Of(IEnumerable<double> nanoseconds)
    {
        long[] counts = new long[LatencyBuckets.Count];
        foreach (double duration in nanoseconds) counts[LatencyBuckets.Of((long)duration)]++;
        return new LatencyHistogram(counts);
    }
}
