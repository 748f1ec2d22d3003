using Orrery.Grains.Health.Series.Blocks;

namespace Orrery.Grains.Health.Series;

/// <summary>Samples of one series while they are gathered: increasing times, one value each. Grows and is used again.</summary>
sealed class SampleBuffer
{
    long[] times = new long[256], otherTimes = new long[256];
    double[] values = new double[256], otherValues = new double[256];
    int start, end;

    public int Count => end - start;

    public ReadOnlySpan<long> Times => times.AsSpan(start, Count);

    public ReadOnlySpan<double> Values => values.AsSpan(start, Count);

    public void Clear() => start = end = 0;

    /// <summary>Adds a block; where times meet, what was added later holds.</summary>
    public void Add(TimeColumn column, ReadOnlySpan<byte> encodedValues)
    {
        int count = column.Count;
        Reserve(count);
        if (end == 0 || column.FirstMilliseconds > times[end - 1])
        {
            column.CopyTo(times.AsSpan(end));
            ValueBlock.Decode(encodedValues, values.AsSpan(end, count));
            end += count;
            return;
        }

        long[] blockTimes = new long[count];
        double[] blockValues = new double[count];
        column.CopyTo(blockTimes);
        ValueBlock.Decode(encodedValues, blockValues);
        Merge(blockTimes, blockValues);
    }

    /// <summary>Adds samples in increasing order of times; where times meet, what was added later holds.</summary>
    public void Add(ReadOnlySpan<long> addedTimes, ReadOnlySpan<double> addedValues)
    {
        if (addedTimes.IsEmpty) return;
        Reserve(addedTimes.Length);
        if (end > 0 && addedTimes[0] <= times[end - 1])
        {
            Merge(addedTimes, addedValues);
            return;
        }

        addedTimes.CopyTo(times.AsSpan(end));
        addedValues.CopyTo(values.AsSpan(end));
        end += addedTimes.Length;
    }

    /// <summary>Leaves only samples within both times, inclusive.</summary>
    public void Clip(long fromMilliseconds, long toMilliseconds)
    {
        start += LowerBound(Times, fromMilliseconds);
        end = start + LowerBound(Times, toMilliseconds == long.MaxValue ? toMilliseconds : toMilliseconds + 1);
    }

    /// <summary>Index of the first time that is not before a given one.</summary>
    public static int LowerBound(ReadOnlySpan<long> times, long time)
    {
        int low = 0, high = times.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (times[middle] < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    void Merge(ReadOnlySpan<long> addedTimes, ReadOnlySpan<double> addedValues)
    {
        if (otherTimes.Length < times.Length)
        {
            otherTimes = new long[times.Length];
            otherValues = new double[times.Length];
        }

        int left = start, right = 0, count = 0;
        while (left < end || right < addedTimes.Length)
        {
            if (right == addedTimes.Length || (left < end && times[left] < addedTimes[right]))
            {
                otherTimes[count] = times[left];
                otherValues[count++] = values[left++];
                continue;
            }

            if (left < end && times[left] == addedTimes[right]) left++;
            otherTimes[count] = addedTimes[right];
            otherValues[count++] = addedValues[right++];
        }

        (times, otherTimes) = (otherTimes, times);
        (values, otherValues) = (otherValues, values);
        start = 0;
        end = count;
    }

    void Reserve(int count)
    {
        if (times.Length - end >= count) return;
        int length = Math.Max(times.Length * 2, end + count);
        Array.Resize(ref times, length);
        Array.Resize(ref values, length);
    }
}
