using Orrery.Grains.Health.Series.Blocks;

namespace Orrery.Grains.Health.Series;

public sealed partial class SeriesStore
{
    const int OpenSamplesAtFirst = 8;

    readonly byte[] encoded;
    long[] lastTimes = [];
    TimeColumn? lastColumn;
    SealedBlock? decoded; // whose samples the next two hold
    long[] decodedTimes = [];
    double[] decodedValues = [];
    long sealSequence;

    /// <summary>Appends samples that lie behind everything the series has, in increasing order.</summary>
    void Append(SeriesEntry entry, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        while (times.Length > 0)
        {
            if (entry.OpenCount == 0) entry.OpenDayEnd = SampleTimes.DayStart(times[0]) + SampleTimes.Day;
            int open = entry.OpenCount, take = Math.Min(times.Length, options.BlockSamples - open);
            if (times[take - 1] >= entry.OpenDayEnd) take = SampleBuffer.LowerBound(times[..take], entry.OpenDayEnd);
            if (take == 0)
            {
                SealOpen(entry);
                continue;
            }

            ReserveOpen(entry, open + take);
            times[..take].CopyTo(entry.OpenTimes.AsSpan(open));
            values[..take].CopyTo(entry.OpenValues.AsSpan(open));
            entry.OpenCount = open + take;
            entry.Newest = times[take - 1];
            entry.NewestValue = values[take - 1];
            if (entry.OpenCount == options.BlockSamples) SealOpen(entry);
            times = times[take..];
            values = values[take..];
        }
    }

    void AddOne(SeriesEntry entry, long time, double value, ref Round round)
    {
        if (time > round.Newest)
        {
            round.TooNew++;
            return;
        }

        if (time < round.Oldest || time < entry.Newest - outOfOrderMilliseconds)
        {
            round.TooOld++;
            return;
        }

        if (time > entry.Newest)
        {
            AppendOne(entry, time, value);
            round.Accepted++;
            round.Added++;
            return;
        }

        bool inOpen = entry.OpenCount > 0 && time > entry.SealedThrough && time >= entry.OpenDayEnd - SampleTimes.Day;
        if (inOpen) InsertOpen(entry, time, value, ref round);
        else AddLate(entry, time, value, ref round);
    }

    void AppendOne(SeriesEntry entry, long time, double value)
    {
        int open = entry.OpenCount;
        if (open > 0 && time >= entry.OpenDayEnd)
        {
            SealOpen(entry);
            open = 0;
        }

        if (open == 0) entry.OpenDayEnd = SampleTimes.DayStart(time) + SampleTimes.Day;
        if (open == entry.OpenTimes.Length) ReserveOpen(entry, open + 1);
        entry.OpenTimes[open] = time;
        entry.OpenValues[open] = value;
        entry.OpenCount = open + 1;
        entry.Newest = time;
        entry.NewestValue = value;
        if (open + 1 == options.BlockSamples) SealOpen(entry);
    }

    void InsertOpen(SeriesEntry entry, long time, double value, ref Round round)
    {
        int open = entry.OpenCount, index = SampleBuffer.LowerBound(entry.OpenTimes.AsSpan(0, open), time);
        if (entry.OpenTimes[index] == time)
        {
            if (SameBits(entry.OpenValues[index], value))
            {
                round.Duplicate++;
                return;
            }

            entry.OpenValues[index] = value;
            if (time == entry.Newest) entry.NewestValue = value;
            round.Accepted++;
            return;
        }

        ReserveOpen(entry, open + 1);
        entry.OpenTimes.AsSpan(index, open - index).CopyTo(entry.OpenTimes.AsSpan(index + 1));
        entry.OpenValues.AsSpan(index, open - index).CopyTo(entry.OpenValues.AsSpan(index + 1));
        entry.OpenTimes[index] = time;
        entry.OpenValues[index] = value;
        entry.OpenCount = open + 1;
        round.Accepted++;
        round.Added++;
        if (open + 1 == options.BlockSamples) SealOpen(entry);
    }

    void AddLate(SeriesEntry entry, long time, double value, ref Round round)
    {
        var late = entry.Late ??= new LateSamples();
        bool pending = late.TryGet(time, out double known);
        if (pending || TryGetSealed(entry, time, out known))
        {
            if (SameBits(known, value))
            {
                round.Duplicate++;
                return;
            }
        }

        late.Set(time, value);
        if (time == entry.Newest) entry.NewestValue = value;
        round.Accepted++;
        if (!pending) round.Added++;
        if (late.IsFull) SealLate(entry);
    }

    /// <summary>The value that sealed blocks hold for a time: what was sealed last counts.</summary>
    bool TryGetSealed(SeriesEntry entry, long time, out double value)
    {
        for (int number = entry.Blocks.Count - 1; number >= 0; number--)
        {
            var block = entry.Blocks[number];
            if (time < block.FirstMilliseconds || time > block.LastMilliseconds) continue;
            if (block != decoded) Decode(block);
            int index = decodedTimes.AsSpan(0, block.Count).BinarySearch(time);
            if (index < 0) continue;
            value = decodedValues[index];
            return true;
        }

        value = 0;
        return false;
    }

    void Decode(SealedBlock block)
    {
        decoded = null;
        if (decodedTimes.Length < block.Count)
        {
            decodedTimes = new long[block.Count];
            decodedValues = new double[block.Count];
        }

        block.Times.CopyTo(decodedTimes);
        ValueBlock.Decode(block.Values, decodedValues.AsSpan(0, block.Count));
        decoded = block;
    }

    void SealOpen(SeriesEntry entry)
    {
        int count = entry.OpenCount;
        Seal(entry, entry.OpenTimes.AsSpan(0, count), entry.OpenValues.AsSpan(0, count), isLate: false);
        entry.SealedThrough = entry.OpenTimes[count - 1];
        entry.OpenCount = 0;
    }

    /// <summary>Seals late samples, each day's into a block of its own.</summary>
    void SealLate(SeriesEntry entry)
    {
        var times = entry.Late!.Times;
        var values = entry.Late.Values;
        while (times.Length > 0)
        {
            int count = SampleBuffer.LowerBound(times, SampleTimes.DayStart(times[0]) + SampleTimes.Day);
            Seal(entry, times[..count], values[..count], isLate: true);
            times = times[count..];
            values = values[count..];
        }

        entry.Late.Clear();
    }

    void Seal(SeriesEntry entry, ReadOnlySpan<long> times, ReadOnlySpan<double> values, bool isLate)
    {
        // Series of one scrape have the same times, and are sealed one after another.
        if (lastColumn is null || !times.SequenceEqual(lastTimes.AsSpan(0, lastColumn.Count)))
        {
            if (lastTimes.Length < times.Length) lastTimes = new long[times.Length];
            times.CopyTo(lastTimes);
            lastColumn = TimeColumn.From(times);
            SealedBytes += lastColumn.Bytes;
        }

        int bytes = ValueBlock.Encode(values, encoded);
        var block = new SealedBlock(lastColumn, encoded.AsSpan(0, bytes).ToArray(), ++sealSequence, isLate);
        entry.Blocks.Add(block);
        SealedBytes += block.Bytes;
    }

    void ReserveOpen(SeriesEntry entry, int count)
    {
        if (entry.OpenTimes.Length >= count) return;
        int length = Math.Min(options.BlockSamples, Math.Max(Math.Max(entry.OpenTimes.Length * 2, OpenSamplesAtFirst), count));
        long[] times = new long[length];
        double[] values = new double[length];
        entry.OpenTimes.AsSpan(0, entry.OpenCount).CopyTo(times);
        entry.OpenValues.AsSpan(0, entry.OpenCount).CopyTo(values);
        entry.OpenTimes = times;
        entry.OpenValues = values;
    }

    static bool SameBits(double left, double right) => BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);
}
