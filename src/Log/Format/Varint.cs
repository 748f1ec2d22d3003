using System.Runtime.CompilerServices;

namespace Orrery.Log.Format;

/// <summary>Unsigned integers in 7-bit groups, low group first; the high bit says that another follows.</summary>
static class Varint
{
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

    /// <summary>Writes where the caller knows that there is room, and answers what follows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref byte Write(ref byte at, ulong value)
    {
        while (value >= 128)
        {
            at = (byte)(value | 128);
            at = ref Unsafe.Add(ref at, 1);
            value >>= 7;
        }

        at = (byte)value;
        return ref Unsafe.Add(ref at, 1);
    }

    /// <exception cref="LogCorruptException">The bytes end within the number, or it has more than 64 bits.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> source, ref int position)
    {
        if ((uint)position < (uint)source.Length && source[position] < 128) return source[position++];
        return ReadLong(source, ref position);
    }

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

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

        throw new LogCorruptException($"A number at byte {position} of a batch does not end.");
    }
}
