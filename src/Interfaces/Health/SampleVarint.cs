using System.Runtime.CompilerServices;

namespace Orrery.Interfaces.Health;

/// <summary>Integers in 7-bit groups, low group first; the high bit says that another follows. Signed ones are folded so that small ones stay short.</summary>
public static class SampleVarint
{
    /// <summary>Most bytes of one integer.</summary>
    public const int BytesLimit = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, int position, ulong value)
    {
        while (value >= 128)
        {
            destination[position++] = (byte)(value | 128);
            value >>= 7;
        }

        destination[position++] = (byte)value;
        return position;
    }

    public static int WriteSigned(Span<byte> destination, int position, long value) => Write(destination, position, (ulong)((value << 1) ^ (value >> 63)));

    /// <exception cref="SampleFormatException">The bytes end within the integer, or it has more than 64 bits.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> source, ref int position)
    {
        if ((uint)position < (uint)source.Length && source[position] < 128) return source[position++];
        return ReadLong(source, ref position);
    }

    /// <exception cref="SampleFormatException">The bytes end within the integer, or it has more than 64 bits.</exception>
    public static long ReadSigned(ReadOnlySpan<byte> source, ref int position)
    {
        ulong folded = Read(source, ref position);
        return (long)(folded >> 1) ^ -(long)(folded & 1);
    }

    static ulong ReadLong(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if ((uint)position >= (uint)source.Length) break;
            byte part = source[position++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }

        throw new SampleFormatException($"An integer at byte {position} of {source.Length} does not end.");
    }
}
