namespace Orrery.Grains.Health.Series;

/// <summary>Samples of one series that came behind its sealed blocks, by time.</summary>
sealed class LateSamples
{
    /// <summary>So many are sealed into a block of their own.</summary>
    public const int CountLimit = 128;

    readonly long[] times = new long[CountLimit];
    readonly double[] values = new double[CountLimit];

    public int Count { get; private set; }

    public ReadOnlySpan<long> Times => times.AsSpan(0, Count);

    public ReadOnlySpan<double> Values => values.AsSpan(0, Count);

    public bool IsFull => Count == CountLimit;

    public bool TryGet(long time, out double value)
    {
        int index = times.AsSpan(0, Count).BinarySearch(time);
        value = index >= 0 ? values[index] : 0;
        return index >= 0;
    }

    /// <summary>Adds or replaces.</summary>
    public void Set(long time, double value)
    {
        int index = times.AsSpan(0, Count).BinarySearch(time);
        if (index < 0)
        {
            index = ~index;
            times.AsSpan(index, Count - index).CopyTo(times.AsSpan(index + 1));
            values.AsSpan(index, Count - index).CopyTo(values.AsSpan(index + 1));
            times[index] = time;
            Count++;
        }

        values[index] = value;
    }

    public void Clear() => Count = 0;
}
