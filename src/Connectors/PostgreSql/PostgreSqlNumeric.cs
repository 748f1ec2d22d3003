using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.PostgreSql;

/// <summary>
/// PostgreSQL's binary numeric: count of base-10000 digits, weight of the first (its power of 10000), sign, scale for showing, digits. All are 16 bits, big-endian.
/// </summary>
static class PostgreSqlNumeric
{
    const int Negative = 0x4000, NaN = 0xC000, Infinite = 0xD000, MinusInfinite = 0xF000;
    const int DigitsInFieldMax = 11; // 38 decimal digits touch as many groups of four.
    const int DigitsInInt128Max = 9;

    public static bool Read(ReadOnlySpan<byte> field, ColumnType type, out Int128 unscaled, out string? bound)
    {
        unscaled = 0;
        bound = null;
        int count = BinaryPrimitives.ReadInt16BigEndian(field), weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]), sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);
        if (sign is NaN or Infinite or MinusInfinite)
        {
            bound = "it is no number";
            return false;
        }

        if (count == 0) return true;
        int power = 4 * (weight - count + 1) + type.Scale;
        if (power > ColumnType.DecimalDigitsMax || count > DigitsInFieldMax + ColumnType.DecimalDigitsMax) return Short(type, out bound);
        if (count <= DigitsInInt128Max ? !TryScale(Small(field, count), power, out unscaled, out bool isInexact) : !TryScale(Large(field, count), power, out unscaled, out isInexact))
        {
            if (!isInexact) return Short(type, out bound);
            bound = $"{type.Scale} digits behind the point are carried";
            return false;
        }

        if (sign == Negative) unscaled = -unscaled;
        return true;
    }

    static Int128 Small(ReadOnlySpan<byte> field, int count)
    {
        long first = 0;
        int digit = 0;
        for (; digit < Math.Min(count, 4); digit++) first = first * 10_000 + BinaryPrimitives.ReadInt16BigEndian(field[(8 + digit * 2)..]);
        Int128 value = first;
        for (; digit < count; digit++) value = value * 10_000 + BinaryPrimitives.ReadInt16BigEndian(field[(8 + digit * 2)..]);
        return value;
    }

    static BigInteger Large(ReadOnlySpan<byte> field, int count)
    {
        BigInteger value = 0;
        for (int digit = 0; digit < count; digit++) value = value * 10_000 + BinaryPrimitives.ReadInt16BigEndian(field[(8 + digit * 2)..]);
        return value;
    }

    static bool TryScale(Int128 value, int power, out Int128 unscaled, out bool isInexact)
    {
        (unscaled, isInexact) = (0, false);
        if (power >= 0)
        {
            if (value >= ExactDecimal.PowerOfTen(ColumnType.DecimalDigitsMax - power)) return false;
            unscaled = value * ExactDecimal.PowerOfTen(power);
            return true;
        }

        if (isInexact = power < -ColumnType.DecimalDigitsMax) return false;
        (unscaled, Int128 rest) = Int128.DivRem(value, ExactDecimal.PowerOfTen(-power));
        return !(isInexact = rest != 0);
    }

    static bool TryScale(BigInteger value, int power, out Int128 unscaled, out bool isInexact)
    {
        (unscaled, isInexact) = (0, false);
        if (power >= 0)
        {
            value *= BigInteger.Pow(10, power);
        }
        else
        {
            value = BigInteger.DivRem(value, BigInteger.Pow(10, -power), out BigInteger rest);
            if (isInexact = !rest.IsZero) return false;
        }

        if (value >= BigInteger.Pow(10, ColumnType.DecimalDigitsMax)) return false;
        unscaled = (Int128)value;
        return true;
    }

    /// <summary>For messages.</summary>
    public static string Text(ReadOnlySpan<byte> field)
    {
        int count = BinaryPrimitives.ReadInt16BigEndian(field), weight = BinaryPrimitives.ReadInt16BigEndian(field[2..]), sign = BinaryPrimitives.ReadUInt16BigEndian(field[4..]);
        if (sign == NaN) return "NaN";
        if (sign is Infinite or MinusInfinite) return sign == Infinite ? "Infinity" : "-Infinity";
        var text = new StringBuilder(sign == Negative ? "-" : "");
        int shown = Math.Min(count, 30);
        for (int digit = 0; digit < shown; digit++)
        {
            if (digit == weight + 1) text.Append(digit == 0 ? "0." : ".");
            text.Append(BinaryPrimitives.ReadInt16BigEndian(field[(8 + digit * 2)..]).ToString(digit == 0 && weight >= 0 ? "0" : "0000", CultureInfo.InvariantCulture));
        }

        if (weight + 1 > count) text.Append(CultureInfo.InvariantCulture, $"e+{4 * (weight + 1 - count)}");
        return text.ToString();
    }

    /// <summary>Writes the field without its length. Answers its bytes; 30 suffice.</summary>
    public static int Write(Int128 unscaled, int scale, Span<byte> to)
    {
        bool negative = Int128.IsNegative(unscaled);
        UInt128 magnitude = (UInt128)(negative ? -unscaled : unscaled);
        Span<short> groups = stackalloc short[24];
        int count = 0, pad = (4 - scale % 4) % 4;
        // From the last group on; the first of them is filled up with zeros so that the point falls between two groups.
        if (magnitude <= ulong.MaxValue / 1000)
        {
            for (ulong left = (ulong)magnitude * (pad == 0 ? 1u : pad == 1 ? 10u : pad == 2 ? 100u : 1000u); left != 0; left /= 10_000) groups[count++] = (short)(left % 10_000);
        }
        else
        {
            for (BigInteger left = (BigInteger)magnitude * BigInteger.Pow(10, pad); !left.IsZero;)
            {
                left = BigInteger.DivRem(left, 10_000, out BigInteger group);
                groups[count++] = (short)group;
            }
        }

        int behind = (scale + pad) / 4, skip = 0;
        while (skip < count && groups[skip] == 0) skip++;
        BinaryPrimitives.WriteInt16BigEndian(to, (short)(count - skip));
        BinaryPrimitives.WriteInt16BigEndian(to[2..], (short)(count == skip ? 0 : count - 1 - behind));
        BinaryPrimitives.WriteUInt16BigEndian(to[4..], negative && count > skip ? (ushort)Negative : (ushort)0);
        BinaryPrimitives.WriteInt16BigEndian(to[6..], (short)scale);
        int at = 8;
        for (int group = count - 1; group >= skip; group--, at += 2) BinaryPrimitives.WriteInt16BigEndian(to[at..], groups[group]);
        return at;
    }

    static bool Short(ColumnType type, out string? bound)
    {
        bound = $"{ColumnType.DecimalDigitsMax} digits are carried, {type.Scale} of them behind the point";
        return false;
    }
}
