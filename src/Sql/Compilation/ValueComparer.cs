using System.Numerics;
using System.Runtime.CompilerServices;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>Equality and order of values that are not null, in the forms that code has them.</summary>
public static class ValueComparer
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualDecimal(Int128 left, Int128 right) => left == right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool LessDecimal(Int128 left, Int128 right) => left < right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualBoolean(bool left, bool right) => left == right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool LessBoolean(bool left, bool right) => !left & right;

    /// <summary>NaN equals itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualReal(double left, double right) => left == right || (double.IsNaN(left) && double.IsNaN(right));

    /// <summary>NaN is above all others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool LessReal(double left, double right) => left < right || (double.IsNaN(right) && !double.IsNaN(left));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualBytes(Bytes left, Bytes right) => left.Length == right.Length && left.Span.SequenceEqual(right.Span);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool LessBytes(Bytes left, Bytes right) => left.Span.SequenceCompareTo(right.Span) < 0;

    public static int CompareInt64(long left, long right) => left.CompareTo(right);

    public static int CompareDecimal(Int128 left, Int128 right) => left.CompareTo(right);

    public static int CompareBoolean(bool left, bool right) => left.CompareTo(right);

    public static int CompareReal(double left, double right) => LessReal(left, right) ? -1 : EqualReal(left, right) ? 0 : 1;

    public static int CompareBytes(Bytes left, Bytes right) => left.Span.SequenceCompareTo(right.Span);

    /// <summary>The exact order of two decimals of different scales.</summary>
    public static int CompareScaled(Int128 left, int leftScale, Int128 right, int rightScale)
    {
        int scale = Math.Max(leftScale, rightScale);
        if (DecimalMath.TryRescale(left, leftScale, scale, SqlType.PrecisionMax, out var one) && DecimalMath.TryRescale(right, rightScale, scale, SqlType.PrecisionMax, out var other))
            return one.CompareTo(other);
        return ((BigInteger)left * BigInteger.Pow(10, scale - leftScale)).CompareTo((BigInteger)right * BigInteger.Pow(10, scale - rightScale));
    }
}
