using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Blocks;

/// <summary>
/// The times of a block: strictly increasing. Regular ones are a start and a step; others are deltas of deltas as signed varints.
/// Immutable, and shared by all series that were sampled at the same moments.
/// </summary>
sealed class TimeColumn
{
    /// <summary>Samples that a column may claim to have.</summary>
    public const int CountLimit = 1 << 20;

    readonly byte[] steps;

    TimeColumn(int count, long first, long last, long step, byte[] steps)
    {
        Count = count;
        FirstMilliseconds = first;
        LastMilliseconds = last;
        StepMilliseconds = step;
        this.steps = steps;
    }

    public int Count { get; }

    public long FirstMilliseconds { get; }

    public long LastMilliseconds { get; }

    /// <summary>Distance of regular times; 0 for others and for a single time.</summary>
    public long StepMilliseconds { get; }

    public int Bytes => 64 + steps.Length;

    public static TimeColumn From(ReadOnlySpan<long> times)
    {
        int count = times.Length;
        if (count == 1) return new TimeColumn(1, times[0], times[0], 0, []);
        long step = times[1] - times[0];
        bool regular = true;
        for (int number = 2; regular && number < count; number++) regular = times[number] - times[number - 1] == step;
        if (regular) return new TimeColumn(count, times[0], times[^1], step, []);

        byte[] encoded = new byte[(count - 1) * SampleVarint.BytesLimit];
        int position = 0;
        long before = 0;
        for (int number = 1; number < count; number++)
        {
            long distance = times[number] - times[number - 1];
            position = SampleVarint.WriteSigned(encoded, position, distance - before);
            before = distance;
        }

        return new TimeColumn(count, times[0], times[^1], 0, encoded[..position]);
    }

    public void CopyTo(Span<long> destination)
    {
        long time = FirstMilliseconds;
        destination[0] = time;
        if (StepMilliseconds != 0)
        {
            for (int number = 1; number < Count; number++) destination[number] = time += StepMilliseconds;
            return;
        }

        int position = 0;
        long distance = 0;
        for (int number = 1; number < Count; number++)
        {
            distance += SampleVarint.ReadSigned(steps, ref position);
            destination[number] = time += distance;
        }
    }

    /// <summary>Bytes that <see cref="Write"/> needs at most.</summary>
    public int WrittenBytesAtMost => steps.Length + (4 * SampleVarint.BytesLimit);

    public int Write(Span<byte> destination, int position)
    {
        position = SampleVarint.Write(destination, position, (ulong)Count);
        position = SampleVarint.WriteSigned(destination, position, FirstMilliseconds);
        if (Count == 1) return position;
        position = SampleVarint.Write(destination, position, (ulong)StepMilliseconds);
        steps.CopyTo(destination[position..]);
        return position + steps.Length;
    }

    /// <exception cref="SampleFormatException">The bytes are no column, or its times do not increase.</exception>
    public static TimeColumn Read(ReadOnlySpan<byte> source, ref int position)
    {
        ulong count = SampleVarint.Read(source, ref position);
        if (count is 0 or > CountLimit) throw new SampleFormatException($"A time column claims {count} times; 1 to {CountLimit} are possible.");
        long first = SampleVarint.ReadSigned(source, ref position);
        if (count == 1) return new TimeColumn(1, first, first, 0, []);
        ulong step = SampleVarint.Read(source, ref position);
        long room = SampleTimes.Last - first;
        if (first < SampleTimes.First || room < 0 || step > (ulong)(room / (long)(count - 1))) throw OutOfRange();
        if (step != 0) return new TimeColumn((int)count, first, first + ((long)step * (long)(count - 1)), (long)step, []);

        int start = position;
        long time = first, distance = 0;
        for (ulong number = 1; number < count; number++)
        {
            distance = unchecked(distance + SampleVarint.ReadSigned(source, ref position));
            if (distance <= 0 || distance > SampleTimes.Last - time) throw OutOfRange();
            time += distance;
        }

        return new TimeColumn((int)count, first, time, 0, source[start..position].ToArray());
    }

    static SampleFormatException OutOfRange() => new("A time column's times do not increase, or leave the range of times.");
}
