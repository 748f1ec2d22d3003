using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Orrery.Grains.Health.Series.Blocks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>Reads the columns of a page in their order. Bytes that <see cref="ColumnEncoder"/> did not write give <see cref="SampleFormatException"/>.</summary>
ref struct ColumnDecoder
{
    readonly ReadOnlySpan<byte> heads, low, high, distances;
    readonly List<double[]> columns = [];
    int headsAt, lowAt, highAt, distancesAt;

    public ColumnDecoder(ReadOnlySpan<byte> page, ReadOnlySpan<int> lengths)
    {
        heads = page[..lengths[0]];
        low = page.Slice(lengths[0], lengths[1]);
        high = page.Slice(lengths[0] + lengths[1], lengths[2]);
        distances = page.Slice(lengths[0] + lengths[1] + lengths[2], lengths[3]);
    }

    /// <summary>The next column, of a given number of values. It is kept for columns that equal it: do not change it.</summary>
    public double[] Next(int count)
    {
        double[] values = new double[count];
        var bits = MemoryMarshal.Cast<double, long>(values.AsSpan());
        switch ((ColumnCodec)SampleVarint.Read(heads, ref headsAt))
        {
            case ColumnCodec.Constant:
                bits.Fill(ReadBits());
                break;
            case ColumnCodec.Same:
                ulong back = SampleVarint.Read(heads, ref headsAt);
                if (back == 0 || back > (ulong)columns.Count || columns[^(int)back].Length != count) throw Damaged();
                values = columns[^(int)back];
                break;
            case ColumnCodec.DecimalRanks:
                DecodeDecimals(values, bits, ranked: true);
                break;
            case ColumnCodec.DecimalDeltas:
                DecodeDecimals(values, bits, ranked: false);
                break;
            case ColumnCodec.BitRanks:
                DecodeRanks(bits);
                break;
            case ColumnCodec.BitPlanes:
                DecodePlanes(bits);
                break;
            default:
                throw Damaged();
        }

        columns.Add(values);
        return values;
    }

    void DecodeDecimals(Span<double> values, Span<long> bits, bool ranked)
    {
        ulong exponent = SampleVarint.Read(heads, ref headsAt), exceptionCount = SampleVarint.Read(heads, ref headsAt);
        if (exponent > DecimalScale.ExponentLimit || exceptionCount > (ulong)values.Length) throw Damaged();
        int exceptionsAt = headsAt;
        for (ulong number = 0; number < exceptionCount; number++)
        {
            SampleVarint.Read(heads, ref headsAt);
            ReadBits();
        }

        if (ranked)
        {
            DecodeRanks(bits);
        }
        else
        {
            long integer = 0;
            foreach (ref long value in bits) value = integer = unchecked(integer + SampleVarint.ReadSigned(distances, ref distancesAt));
        }

        double power = DecimalScale.Power((int)exponent);
        for (int number = 0; number < bits.Length; number++) values[number] = bits[number] / power;
        int after = headsAt;
        headsAt = exceptionsAt;
        ulong index = 0;
        for (ulong number = 0; number < exceptionCount; number++)
        {
            index += SampleVarint.Read(heads, ref headsAt);
            if (index >= (ulong)values.Length) throw Damaged();
            bits[(int)index] = ReadBits();
        }

        headsAt = after;
    }

    void DecodeRanks(Span<long> numbers)
    {
        ulong count = SampleVarint.Read(heads, ref headsAt);
        if (count == 0 || count > (ulong)Math.Min(numbers.Length, ColumnEncoder.EntriesLimit)) throw Damaged();
        long[] entries = new long[count];
        long entry = 0;
        for (int number = 0; number < entries.Length; number++) entries[number] = entry = unchecked(entry + SampleVarint.ReadSigned(heads, ref headsAt));
        bool wide = count > 256;
        if (low.Length - lowAt < numbers.Length || (wide && high.Length - highAt < numbers.Length)) throw Damaged();
        for (int number = 0; number < numbers.Length; number++)
        {
            int rank = low[lowAt + number] | (wide ? high[highAt + number] << 8 : 0);
            if (rank >= entries.Length) throw Damaged();
            numbers[number] = entries[rank];
        }

        lowAt += numbers.Length;
        if (wide) highAt += numbers.Length;
    }

    void DecodePlanes(Span<long> bits)
    {
        if (low.Length - lowAt < bits.Length * 8L) throw Damaged();
        long before = 0;
        for (int number = 0; number < bits.Length; number++)
        {
            ulong change = 0;
            for (int plane = 7; plane >= 0; plane--) change = (change << 8) | low[lowAt + (plane * bits.Length) + number];
            bits[number] = before ^= (long)change;
        }

        lowAt += bits.Length * 8;
    }

    long ReadBits()
    {
        if (heads.Length - headsAt < 8) throw Damaged();
        headsAt += 8;
        return BinaryPrimitives.ReadInt64LittleEndian(heads[(headsAt - 8)..]);
    }

    static SampleFormatException Damaged() => new("A page of a compacted chunk does not hold the columns that it should.");
}
