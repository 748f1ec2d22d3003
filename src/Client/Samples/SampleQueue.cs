namespace Orrery.Client.Samples;

internal struct PendingSample
{
    public MetricSeries Series;
    public long UnixMilliseconds;
    public double Value;
    /// <summary>The next sample of the same series in this batch; -1 at the end. Set by the encoder.</summary>
    public int Next;
}

/// <summary>Samples on their way from callers to the pump: an array that grows to its bound and is swapped out whole, so callers hold the lock for a few instructions.</summary>
internal sealed class SampleQueue(int samplesMax)
{
    readonly object gate = new();
    PendingSample[] items = new PendingSample[Math.Min(256, samplesMax)];
    PendingSample[] spare = new PendingSample[Math.Min(256, samplesMax)];

    /// <summary>Approximate outside the lock, which is enough to decide whether to wake.</summary>
    public int Count { get; private set; }

    /// <returns>How many wait now, or 0 when the bound is reached.</returns>
    public int TryAdd(MetricSeries series, long unixMilliseconds, double value)
    {
        lock (gate)
        {
            if (Count == items.Length)
            {
                if (Count >= samplesMax)
                    return 0;
                Array.Resize(ref items, Math.Min(items.Length * 2, samplesMax));
            }
            ref PendingSample item = ref items[Count];
            item.Series = series;
            item.UnixMilliseconds = unixMilliseconds;
            item.Value = value;
            return ++Count;
        }
    }

    /// <summary>All that waits; the array is valid until the next call. One reader only.</summary>
    public PendingSample[] Take(out int count)
    {
        lock (gate)
        {
            (items, spare) = (spare, items);
            count = Count;
            Count = 0;
        }
        return spare;
    }
}
