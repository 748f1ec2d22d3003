using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Sql.Types;

/// <summary>Exact arithmetic on unscaled decimals of up to 38 digits. What is cut off is rounded half away from zero.</summary>
public static class DecimalMath
{
    private static readonly Int128[] Powers = MakePowers();

    private static readonly Int128[] Bounds = [.. Powers.Select(power => Int128.MaxValue / power)];

    /// <summary>10 to the power of 0 to 38.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 Power10(int exponent) => Powers[exponent];

    /// <summary>Whether a number has at most so many digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fits(Int128 value, int precision)
    {
        var bound = Powers[precision];
        return value < bound && value > -bound;
    }

    /// <summary>The product, which is known to fit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 Multiply(Int128 left, Int128 right)
    {
        if ((long)left != left || (long)right != right) return left * right;
        long high = Math.BigMul((long)left, (long)right, out long low);
        return new Int128((ulong)high, (ulong)low);
    }

    /// <summary>The largest number that times a power of ten is still within 128 bits.</summary>
    public static Int128 BoundBefore(int exponent) => Bounds[exponent];

    /// <summary>The number with another count of fraction digits; false where it then has more than <paramref name="precision"/> digits.</summary>
    public static bool TryRescale(Int128 value, int scale, int toScale, int precision, out Int128 result)
    {
        if (toScale == scale)
        {
            result = value;
        }
        else if (toScale < scale)
        {
            result = DivideRounded(value, Powers[scale - toScale]);
        }
        else
        {
            var bound = Powers[SqlType.PrecisionMax - (toScale - scale)];
            if (value >= bound || value <= -bound)
            {
                result = 0;
                return value == 0;
            }

            result = Multiply(value, Powers[toScale - scale]);
        }

        return Fits(result, precision);
    }

    /// <summary>The quotient, rounded half away from zero. The divisor is not zero.</summary>
    public static Int128 DivideRounded(Int128 value, Int128 divisor)
    {
        // Most numbers fit 64 bits, where a division takes a tenth of the time.
        if ((long)value == value && (long)divisor == divisor && value != long.MinValue)
        {
            var (whole, rest) = Math.DivRem((long)value, (long)divisor);
            ulong doubled = (ulong)Math.Abs(rest) * 2;
            if (doubled < (ulong)Int128.Abs(divisor)) return whole;
            return (long)value < 0 == (long)divisor < 0 ? whole + 1 : whole - 1;
        }

        var (quotient, remainder) = Int128.DivRem(value, divisor);
        var twice = UInt128.CreateTruncating(Int128.Abs(remainder)) * 2;
        if (twice < UInt128.CreateTruncating(Int128.Abs(divisor))) return quotient;
        return Int128.IsNegative(value) == Int128.IsNegative(divisor) ? quotient + 1 : quotient - 1;
    }

    /// <summary>As <see cref="DivideRounded(Int128, Int128)"/> for what is wider than 128 bits.</summary>
    public static BigInteger DivideRounded(BigInteger value, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(value, divisor, out var remainder);
        if (BigInteger.Abs(remainder) * 2 < BigInteger.Abs(divisor)) return quotient;
        return value.Sign == divisor.Sign ? quotient + 1 : quotient - 1;
    }

    private static Int128[] MakePowers()
    {
        var powers = new Int128[SqlType.PrecisionMax + 1];
        powers[0] = 1;
        for (int exponent = 1; exponent < powers.Length; exponent++) powers[exponent] = powers[exponent - 1] * 10;
        return powers;
    }
}
