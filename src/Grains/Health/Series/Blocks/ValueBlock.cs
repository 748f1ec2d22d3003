using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Blocks;

/// <summary>
/// Encodes the values of one block with the smallest of a few codecs that cost little, bit by bit reversible:
/// <code>
/// byte codec, then
/// Constant    8 bytes
/// Integers    byte exponent, byte width, signed varint least, packed integers
/// Deltas      byte exponent, byte width, signed varint first, signed varint least delta, packed deltas (one less than values)
/// Dictionary  byte entries, 8 bytes each, packed ranks
/// Xor         8 bytes, then for each further value a byte (zero bytes at its high end, times 16, and at its low end) and those between; 0x80 for no change
/// </code>
/// The number of values is known from the block's times.
/// </summary>
static class ValueBlock
{
    const int DictionaryLimit = 16, XorSame = 0x80;

    public static int BytesAtMost(int count) => 32 + (count * 9) + 8;

    /// <summary>Answers how many bytes were written.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="destination">Has <see cref="BytesAtMost"/> bytes.</param>
    public static int Encode(ReadOnlySpan<double> values, Span<byte> destination)
    {
        var bits = MemoryMarshal.Cast<double, ulong>(values);
        if (!bits.ContainsAnyExcept(bits[0]))
        {
            destination[0] = (byte)ValueCodec.Constant;
            BinaryPrimitives.WriteUInt64LittleEndian(destination[1..], bits[0]);
            return 9;
        }

        Span<long> integers = values.Length <= 512 ? stackalloc long[values.Length] : new long[values.Length];
        if (DecimalScale.TryScale(values, integers, out int exponent)) return EncodeIntegers(bits, integers, exponent, destination);
        int written = EncodeDictionary(bits, int.MaxValue, destination);
        return written > 0 ? written : EncodeXor(bits, destination);
    }

    /// <exception cref="SampleFormatException">The bytes are no block of so many values.</exception>
    public static void Decode(ReadOnlySpan<byte> source, Span<double> values)
    {
        if (source.Length < 2) throw Damaged(source);
        var bits = MemoryMarshal.Cast<double, ulong>(values);
        switch ((ValueCodec)source[0])
        {
            case ValueCodec.Constant when source.Length == 9:
                bits.Fill(BinaryPrimitives.ReadUInt64LittleEndian(source[1..]));
                break;
            case ValueCodec.Integers:
                DecodeIntegers(source, values);
                break;
            case ValueCodec.Deltas:
                DecodeDeltas(source, values);
                break;
            case ValueCodec.Dictionary:
                DecodeDictionary(source, bits);
                break;
            case ValueCodec.Xor:
                DecodeXor(source, bits);
                break;
            default:
                throw Damaged(source);
        }
    }

    static int EncodeIntegers(ReadOnlySpan<ulong> bits, Span<long> integers, int exponent, Span<byte> destination)
    {
        long least = integers[0], most = integers[0], leastDelta = long.MaxValue, mostDelta = long.MinValue, before = integers[0];
        foreach (long integer in integers[1..])
        {
            least = Math.Min(least, integer);
            most = Math.Max(most, integer);
            long delta = integer - before;
            leastDelta = Math.Min(leastDelta, delta);
            mostDelta = Math.Max(mostDelta, delta);
            before = integer;
        }

        int width = Width(most - least), deltaWidth = Width(mostDelta - leastDelta);
        if (Math.Min(width, deltaWidth) > 4)
        {
            int packed = BitPacking.Bytes(integers.Length, Math.Min(width, deltaWidth));
            int written = EncodeDictionary(bits, packed, destination);
            if (written > 0) return written;
        }

        var words = MemoryMarshal.Cast<long, ulong>(integers);
        destination[1] = (byte)exponent;
        if (deltaWidth < width)
        {
            long first = integers[0];
            for (int number = integers.Length - 1; number > 0; number--) integers[number] -= integers[number - 1] + leastDelta;
            destination[0] = (byte)ValueCodec.Deltas;
            destination[2] = (byte)deltaWidth;
            int position = SampleVarint.WriteSigned(destination, 3, first);
            position = SampleVarint.WriteSigned(destination, position, leastDelta);
            return BitPacking.Pack(words[1..], deltaWidth, destination, position);
        }

        foreach (ref long integer in integers) integer -= least;
        destination[0] = (byte)ValueCodec.Integers;
        destination[2] = (byte)width;
        return BitPacking.Pack(words, width, destination, SampleVarint.WriteSigned(destination, 3, least));
    }

    static void DecodeIntegers(ReadOnlySpan<byte> source, Span<double> values)
    {
        var (exponent, width) = Header(source);
        int position = 3;
        long least = SampleVarint.ReadSigned(source, ref position);
        Span<long> integers = values.Length <= 512 ? stackalloc long[values.Length] : new long[values.Length];
        BitPacking.Unpack(source, ref position, width, MemoryMarshal.Cast<long, ulong>(integers));
        foreach (ref long integer in integers) integer = unchecked(integer + least);
        DecimalScale.Unscale(integers, exponent, values);
    }

    static void DecodeDeltas(ReadOnlySpan<byte> source, Span<double> values)
    {
        var (exponent, width) = Header(source);
        int position = 3;
        long current = SampleVarint.ReadSigned(source, ref position), least = SampleVarint.ReadSigned(source, ref position);
        Span<long> integers = values.Length <= 512 ? stackalloc long[values.Length] : new long[values.Length];
        BitPacking.Unpack(source, ref position, width, MemoryMarshal.Cast<long, ulong>(integers[1..]));
        integers[0] = current;
        for (int number = 1; number < integers.Length; number++) integers[number] = current = unchecked(current + integers[number] + least);
        DecimalScale.Unscale(integers, exponent, values);
    }

    /// <summary>Answers 0 where there are too many different values or it would not be smaller than a limit.</summary>
    static int EncodeDictionary(ReadOnlySpan<ulong> bits, int bytesLimit, Span<byte> destination)
    {
        if (bits.Length < 8) return 0;
        Span<ulong> entries = stackalloc ulong[DictionaryLimit];
        Span<ulong> ranks = bits.Length <= 512 ? stackalloc ulong[bits.Length] : new ulong[bits.Length];
        int count = 0, last = 0;
        for (int number = 0; number < bits.Length; number++)
        {
            ulong value = bits[number];
            if (count == 0 || entries[last] != value)
            {
                last = entries[..count].IndexOf(value);
                if (last < 0)
                {
                    if (count == DictionaryLimit || (count + 1) * 8 >= bytesLimit) return 0;
                    last = count;
                    entries[count++] = value;
                }
            }

            ranks[number] = (ulong)last;
        }

        int width = Width(count - 1);
        if (2 + (count * 8) + BitPacking.Bytes(bits.Length, width) >= bytesLimit) return 0;
        destination[0] = (byte)ValueCodec.Dictionary;
        destination[1] = (byte)count;
        for (int entry = 0; entry < count; entry++) BinaryPrimitives.WriteUInt64LittleEndian(destination[(2 + (entry * 8))..], entries[entry]);
        return BitPacking.Pack(ranks, width, destination, 2 + (count * 8));
    }

    static void DecodeDictionary(ReadOnlySpan<byte> source, Span<ulong> bits)
    {
        int count = source[1], position = 2 + (count * 8);
        if (count is 0 or > DictionaryLimit || position > source.Length) throw Damaged(source);
        BitPacking.Unpack(source, ref position, Width(count - 1), bits);
        foreach (ref ulong value in bits)
        {
            if (value >= (ulong)count) throw Damaged(source);
            value = BinaryPrimitives.ReadUInt64LittleEndian(source[(2 + ((int)value * 8))..]);
        }
    }

    static int EncodeXor(ReadOnlySpan<ulong> bits, Span<byte> destination)
    {
        destination[0] = (byte)ValueCodec.Xor;
        BinaryPrimitives.WriteUInt64LittleEndian(destination[1..], bits[0]);
        int position = 9;
        for (int number = 1; number < bits.Length; number++)
        {
            ulong change = bits[number] ^ bits[number - 1];
            if (change == 0)
            {
                destination[position++] = XorSame;
                continue;
            }

            int high = BitOperations.LeadingZeroCount(change) / 8, low = BitOperations.TrailingZeroCount(change) / 8;
            destination[position] = (byte)((high << 4) | low);
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(position + 1)..], change >> (low * 8));
            position += 1 + 8 - high - low;
        }

        return position;
    }

    static void DecodeXor(ReadOnlySpan<byte> source, Span<ulong> bits)
    {
        if (source.Length < 9) throw Damaged(source);
        bits[0] = BinaryPrimitives.ReadUInt64LittleEndian(source[1..]);
        int position = 9;
        for (int number = 1; number < bits.Length; number++)
        {
            if (position >= source.Length) throw Damaged(source);
            int head = source[position++];
            if (head == XorSame)
            {
                bits[number] = bits[number - 1];
                continue;
            }

            int high = head >> 4, low = head & 15, length = 8 - high - low;
            if (length <= 0 || length > source.Length - position) throw Damaged(source);
            ulong change = 0;
            for (int part = length - 1; part >= 0; part--) change = (change << 8) | source[position + part];
            bits[number] = bits[number - 1] ^ (change << (low * 8));
            position += length;
        }
    }

    static (int Exponent, int Width) Header(ReadOnlySpan<byte> source) =>
        source.Length >= 4 && source[1] <= DecimalScale.ExponentLimit && source[2] <= 64 ? (source[1], source[2]) : throw Damaged(source);

    static int Width(long range) => 64 - BitOperations.LeadingZeroCount((ulong)range);

    static SampleFormatException Damaged(ReadOnlySpan<byte> source) =>
        new($"A block of {source.Length} bytes does not hold the values that it should{(source.Length > 0 ? $" (codec {source[0]})" : "")}.");
}
