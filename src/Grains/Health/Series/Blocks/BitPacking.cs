using System.Buffers.Binary;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Blocks;

/// <summary>Integers of one width, 0 to 64 bits, one after another from the low bit on, filled up to whole bytes.</summary>
static class BitPacking
{
    public static int Bytes(int count, int width) => (int)((((long)count * width) + 7) / 8);

    /// <summary>Writes up to 7 bytes more than <see cref="Bytes"/>, which the caller overwrites. Answers the position after them.</summary>
    public static int Pack(ReadOnlySpan<ulong> values, int width, Span<byte> destination, int position)
    {
        if (width == 0) return position;
        int end = position + Bytes(values.Length, width), used = 0;
        ulong word = 0;
        foreach (ulong value in values)
        {
            word |= value << used;
            used += width;
            if (used < 64) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(destination[position..], word);
            position += 8;
            used -= 64;
            word = used == 0 ? 0 : value >> (width - used);
        }

        if (used > 0) BinaryPrimitives.WriteUInt64LittleEndian(destination[position..], word);
        return end;
    }

    /// <exception cref="SampleFormatException">There are too few bytes.</exception>
    public static void Unpack(ReadOnlySpan<byte> source, ref int position, int width, Span<ulong> values)
    {
        if (width == 0)
        {
            values.Clear();
            return;
        }

        int bytes = Bytes(values.Length, width);
        if (bytes > source.Length - position) throw new SampleFormatException($"{values.Length} integers of {width} bits need {bytes} bytes; {source.Length - position} are left.");
        ulong mask = ulong.MaxValue >> (64 - width), word = 0;
        int have = 0, at = position;
        for (int number = 0; number < values.Length; number++)
        {
            if (have >= width)
            {
                values[number] = word & mask;
                word >>= width;
                have -= width;
                continue;
            }

            ulong next = Word(source, at);
            at += 8;
            values[number] = (word | (next << have)) & mask;
            int taken = width - have;
            word = taken == 64 ? 0 : next >> taken;
            have = 64 - taken;
        }

        position += bytes;
    }

    static ulong Word(ReadOnlySpan<byte> source, int position)
    {
        if (source.Length - position >= 8) return BinaryPrimitives.ReadUInt64LittleEndian(source[position..]);
        ulong word = 0;
        for (int number = source.Length - 1; number >= position; number--) word = (word << 8) | source[number];
        return word;
    }
}
