namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>
/// Samples summed up by periods of one length. A period reaches from after its start to its end, inclusive, and is named by its end, as the
/// points of a query are; NaN samples are left out.
/// </summary>
sealed class RollupColumns
{
    public const int Columns = 5;

    long[] ends = new long[64];
    double[] counts = new double[64], sums = new double[64], minima = new double[64], maxima = new double[64], lasts = new double[64];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Ends => ends.AsSpan(0, Count);

    public ReadOnlyMemory<double>[] Values =>
        [counts.AsMemory(0, Count), sums.AsMemory(0, Count), minima.AsMemory(0, Count), maxima.AsMemory(0, Count), lasts.AsMemory(0, Count)];

    /// <summary>The end of the period that a time lies in.</summary>
    public static long EndOf(long time, long periodMilliseconds) => (time + periodMilliseconds - 1) / periodMilliseconds * periodMilliseconds;

    /// <summary>Begins anew with the samples of one series, by increasing time.</summary>
    public void Fill(ReadOnlySpan<long> times, ReadOnlySpan<double> values, long periodMilliseconds)
    {
        Count = 0;
        for (int number = 0; number < times.Length; number++)
        {
            double value = values[number];
            if (double.IsNaN(value)) continue;
            long end = EndOf(times[number], periodMilliseconds);
            if (Count == 0 || ends[Count - 1] != end) Open(end);
            int at = Count - 1;
            counts[at]++;
            sums[at] += value;
            minima[at] = Math.Min(minima[at], value);
            maxima[at] = Math.Max(maxima[at], value);
            lasts[at] = value;
        }
    }

    void Open(long end)
    {
        if (Count == ends.Length)
        {
            int length = Count * 2;
            Array.Resize(ref ends, length);
            Array.Resize(ref counts, length);
            Array.Resize(ref sums, length);
            Array.Resize(ref minima, length);
            Array.Resize(ref maxima, length);
            Array.Resize(ref lasts, length);
        }

        ends[Count] = end;
        counts[Count] = sums[Count] = 0;
        minima[Count] = double.PositiveInfinity;
        maxima[Count] = double.NegativeInfinity;
        Count++;
    }
}
