using System.Buffers.Binary;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>
/// Packed decimals: groups of nine digits in four bytes big-endian, fewer digits in fewer bytes, whole digits from the left and fraction to the right of the point;
/// the first bit is inverted, and all bits of a negative number are.
/// </summary>
internal static class DecimalForm
{
    static ReadOnlySpan<byte> BytesOfDigits => [0, 1, 1, 2, 2, 3, 3, 4, 4, 4];

    static readonly long[] Powers = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

    // What a number may be at most so that digits more fit into 38.
    static readonly UInt128[] Limits = [.. Enumerable.Range(0, 10).Select(digits => (UInt128)Rows.ExactDecimal.PowerOfTen(38 - digits))];

    public static int Bytes(int precision, int scale)
    {
        int whole = precision - scale;
        return whole / 9 * 4 + BytesOfDigits[whole % 9] + scale / 9 * 4 + BytesOfDigits[scale % 9];
    }

    /// <summary>Reads one. False where it has more than 38 significant digits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> packed, int precision, int scale, out Int128 unscaled)
    {
        int whole = precision - scale;
        bool negative = (packed[0] & 0x80) == 0;
        int mask = negative ? -1 : 0, flip = 0x80, at = 0;
        if (precision <= 18)
        {
            long small = 0;
            Part(packed, whole % 9, ref at, ref flip, mask, ref small);
            for (int group = whole / 9; group > 0; group--) Part(packed, 9, ref at, ref flip, mask, ref small);
            for (int group = scale / 9; group > 0; group--) Part(packed, 9, ref at, ref flip, mask, ref small);
            Part(packed, scale % 9, ref at, ref flip, mask, ref small);
            unscaled = negative ? -small : small;
            return true;
        }

        UInt128 value = 0;
        bool fits = Wide(packed, whole % 9, ref at, ref flip, mask, ref value);
        for (int group = whole / 9; group > 0; group--) fits &= Wide(packed, 9, ref at, ref flip, mask, ref value);
        for (int group = scale / 9; group > 0; group--) fits &= Wide(packed, 9, ref at, ref flip, mask, ref value);
        fits &= Wide(packed, scale % 9, ref at, ref flip, mask, ref value);
        unscaled = negative ? -(Int128)value : (Int128)value;
        return fits;
    }

    static void Part(ReadOnlySpan<byte> packed, int digits, ref int at, ref int flip, int mask, ref long value)
    {
        if (digits > 0) value = value * Powers[digits] + Group(packed, digits, ref at, ref flip, mask);
    }

    static bool Wide(ReadOnlySpan<byte> packed, int digits, ref int at, ref int flip, int mask, ref UInt128 value)
    {
        if (digits == 0) return true;
        long group = Group(packed, digits, ref at, ref flip, mask);
        if (value >= Limits[digits])
        {
            value = 0;
            return false;
        }

        value = value * (UInt128)Powers[digits] + (UInt128)(ulong)group;
        return true;
    }

    static long Group(ReadOnlySpan<byte> packed, int digits, ref int at, ref int flip, int mask)
    {
        int bytes = BytesOfDigits[digits];
        uint bits = 0;
        switch (bytes)
        {
            case 4: bits = BinaryPrimitives.ReadUInt32BigEndian(packed[at..]) ^ (uint)flip << 24 ^ (uint)mask; break;
            case 3: bits = ((uint)packed[at] << 16 | (uint)packed[at + 1] << 8 | packed[at + 2]) ^ (uint)flip << 16 ^ ((uint)mask & 0xFFFFFF); break;
            case 2: bits = BinaryPrimitives.ReadUInt16BigEndian(packed[at..]) ^ (uint)flip << 8 ^ ((uint)mask & 0xFFFF); break;
            case 1: bits = packed[at] ^ (uint)flip ^ ((uint)mask & 0xFF); break;
        }

        flip = 0;
        at += bytes;
        return bits;
    }
}
