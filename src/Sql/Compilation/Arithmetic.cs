using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>Checked arithmetic on numbers as code has them. What does not fit is a <see cref="SqlValueException"/>.</summary>
public static class Arithmetic
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long AddInt64(long left, long right)
    {
        long sum = unchecked(left + right);
        if (((left ^ sum) & (right ^ sum)) < 0) Overflow("+", left, right, "BIGINT");
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long SubtractInt64(long left, long right)
    {
        long difference = unchecked(left - right);
        if (((left ^ right) & (left ^ difference)) < 0) Overflow("-", left, right, "BIGINT");
        return difference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long MultiplyInt64(long left, long right)
    {
        long high = Math.BigMul(left, right, out long low);
        if (high != low >> 63) Overflow("*", left, right, "BIGINT");
        return low;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long DivideInt64(long left, long right)
    {
        if ((ulong)(right + 1) <= 1) return DivideByZeroOrMinusOne(left, right);
        return left / right;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ModuloInt64(long left, long right)
    {
        if ((ulong)(right + 1) <= 1)
        {
            if (right == 0) DivisionByZero("%", left);
            return 0;
        }

        return left % right;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long NegateInt64(long value)
    {
        if (value == long.MinValue) Overflow("-", 0, value, "BIGINT");
        return -value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToInt8(long value)
    {
        if ((sbyte)value != value) OutOfRange(value, "TINYINT");
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToInt16(long value)
    {
        if ((short)value != value) OutOfRange(value, "SMALLINT");
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ToInt32(long value)
    {
        if ((int)value != value) OutOfRange(value, "INT");
        return value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToSingle(double value) => (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double AddReal(double left, double right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SubtractReal(double left, double right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyReal(double left, double right) => left * right;

    public static double DivideReal(double left, double right)
    {
        if (right == 0) DivisionByZero("/", left);
        return left / right;
    }

    public static double ModuloReal(double left, double right)
    {
        if (right == 0) DivisionByZero("%", left);
        return left % right;
    }

    public static Int128 NegateDecimal(Int128 value) => -value;

    public static Int128 AddDecimalPlain(Int128 left, Int128 right, int precision) => Check(left + right, "+", left, right, precision);

    public static Int128 SubtractDecimalPlain(Int128 left, Int128 right, int precision) => Check(left - right, "-", left, right, precision);

    public static Int128 MultiplyDecimalPlain(Int128 left, Int128 right, int precision)
    {
        // Most factors fit 64 bits, and their product 128.
        if ((long)left == left && (long)right == right)
        {
            long high = Math.BigMul((long)left, (long)right, out long low);
            return Check(new Int128((ulong)high, (ulong)low), "*", left, right, precision);
        }

        return Narrow((BigInteger)left * right, "*", left, right, precision);
    }

    public static Int128 AddDecimal(Int128 left, int leftScale, Int128 right, int rightScale, int precision, int scale) =>
        Sum("+", left, leftScale, right, rightScale, precision, scale);

    public static Int128 SubtractDecimal(Int128 left, int leftScale, Int128 right, int rightScale, int precision, int scale) =>
        Sum("-", left, leftScale, right, rightScale, precision, scale);

    public static Int128 MultiplyDecimal(Int128 left, int leftScale, Int128 right, int rightScale, int precision, int scale)
    {
        int drop = leftScale + rightScale - scale;
        if ((long)left == left && (long)right == right)
        {
            long high = Math.BigMul((long)left, (long)right, out long low);
            return Check(DecimalMath.DivideRounded(new Int128((ulong)high, (ulong)low), DecimalMath.Power10(drop)), "*", left, right, precision);
        }

        return Narrow(DecimalMath.DivideRounded((BigInteger)left * right, BigInteger.Pow(10, drop)), "*", left, right, precision);
    }

    public static Int128 DivideDecimal(Int128 left, int leftScale, Int128 right, int rightScale, int precision, int scale)
    {
        if (right == 0) DivisionByZero("/", left);

        // left / 10^leftScale / (right / 10^rightScale) * 10^scale
        int shift = scale + rightScale - leftScale;
        if (shift is >= 0 and <= SqlType.PrecisionMax)
        {
            var bound = DecimalMath.BoundBefore(shift);
            if (left <= bound && left >= -bound)
                return Check(DecimalMath.DivideRounded(DecimalMath.Multiply(left, DecimalMath.Power10(shift)), right), "/", left, right, precision);
        }

        var (above, below) = shift >= 0 ? ((BigInteger)left * BigInteger.Pow(10, shift), (BigInteger)right) : (left, (BigInteger)right * BigInteger.Pow(10, -shift));
        return Narrow(DecimalMath.DivideRounded(above, below), "/", left, right, precision);
    }

    public static Int128 ModuloDecimal(Int128 left, int leftScale, Int128 right, int rightScale, int precision, int scale)
    {
        if (right == 0) DivisionByZero("%", left);
        if (leftScale == rightScale && scale == leftScale) return left % right;
        int common = Math.Max(leftScale, rightScale);
        var remainder = BigInteger.Remainder(left * BigInteger.Pow(10, common - leftScale), right * BigInteger.Pow(10, common - rightScale));
        return Narrow(DecimalMath.DivideRounded(remainder, BigInteger.Pow(10, common - scale)), "%", left, right, precision);
    }

    [DoesNotReturn]
    internal static void OutOfRange(object value, string type) => throw new SqlValueException($"The value {value} is out of the range of {type}.");

    private static Int128 Sum(string operation, Int128 left, int leftScale, Int128 right, int rightScale, int precision, int scale)
    {
        int common = Math.Max(leftScale, rightScale);
        if (common == scale
            && DecimalMath.TryRescale(left, leftScale, common, SqlType.PrecisionMax, out var one) && DecimalMath.TryRescale(right, rightScale, common, SqlType.PrecisionMax, out var other))
            return Check(operation == "+" ? one + other : one - other, operation, left, right, precision);
        var (first, second) = (left * BigInteger.Pow(10, common - leftScale), right * BigInteger.Pow(10, common - rightScale));
        return Narrow(DecimalMath.DivideRounded(operation == "+" ? first + second : first - second, BigInteger.Pow(10, common - scale)), operation, left, right, precision);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Int128 Check(Int128 value, string operation, Int128 left, Int128 right, int precision)
    {
        if (!DecimalMath.Fits(value, precision)) Overflow(operation, left, right, $"DECIMAL of {precision} digits");
        return value;
    }

    private static Int128 Narrow(BigInteger value, string operation, Int128 left, Int128 right, int precision)
    {
        var bound = (BigInteger)DecimalMath.Power10(precision);
        if (value >= bound || value <= -bound) Overflow(operation, left, right, $"DECIMAL of {precision} digits");
        return (Int128)value;
    }

    private static long DivideByZeroOrMinusOne(long left, long right)
    {
        if (right == 0) DivisionByZero("/", left);
        return NegateInt64(left);
    }

    [DoesNotReturn]
    private static void DivisionByZero(string operation, object value) => throw new SqlValueException($"{value} {operation} 0: a division by zero.");

    [DoesNotReturn]
    private static void Overflow(string operation, object left, object right, string type) =>
        throw new SqlValueException($"{left} {operation} {right} is out of the range of {type}.");
}
