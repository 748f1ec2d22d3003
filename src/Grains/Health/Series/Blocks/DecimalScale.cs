using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Orrery.Grains.Health.Series.Blocks;

/// <summary>
/// Finds the power of ten that turns every value into an integer, so that dividing gives the value back bit by bit. Most metrics are
/// decimals with few digits, whose integers pack far better than their floating-point bits. NaN, infinities, -0 and long fractions do not scale.
/// </summary>
static class DecimalScale
{
    public const int ExponentLimit = 15;

    // Adding this rounds a double of less than 2^51 to an integer that stands in the low bits of the sum.
    const double Rounder = 6755399441055744.0;
    const double MagnitudeLimit = 1L << 51;

    static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    public static double Power(int exponent) => Powers[exponent];

    /// <summary>Fills in the integers and tells the exponent, 0 to <see cref="ExponentLimit"/>; false if there is none.</summary>
    public static bool TryScale(ReadOnlySpan<double> values, Span<long> integers, out int exponent)
    {
        exponent = Find(values[0]);
        int failed = exponent < 0 ? 0 : -1;
        while (exponent >= 0)
        {
            failed = FirstFailure(values, integers, exponent);
            if (failed < 0) return true;
            int needed = Find(values[failed]);
            exponent = needed < 0 || exponent == ExponentLimit ? -1 : Math.Max(needed, exponent + 1);
        }

        return false;
    }

    /// <summary>The integer of one value at an exponent, if dividing it gives the value back.</summary>
    public static bool TryScale(double value, int exponent, out long integer)
    {
        double scaled = value * Powers[exponent];
        integer = 0;
        if (!(Math.Abs(scaled) < MagnitudeLimit)) return false;
        integer = (long)Math.Round(scaled);
        return BitConverter.DoubleToInt64Bits(integer / Powers[exponent]) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The least exponent for one value, or -1.</summary>
    public static int Find(double value)
    {
        for (int exponent = 0; exponent <= ExponentLimit; exponent++)
        {
            if (TryScale(value, exponent, out _)) return exponent;
        }

        return -1;
    }

    public static void Unscale(ReadOnlySpan<long> integers, int exponent, Span<double> values)
    {
        double power = Powers[exponent];
        values = values[..integers.Length];
        if (exponent == 0)
        {
            for (int number = 0; number < values.Length; number++) values[number] = integers[number];
            return;
        }

        for (int number = 0; number < values.Length; number++) values[number] = integers[number] / power;
    }

    static int FirstFailure(ReadOnlySpan<double> values, Span<long> integers, int exponent)
    {
        double power = Powers[exponent];
        int number = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var wide = MemoryMarshal.Cast<double, Vector256<double>>(values);
            var wideIntegers = MemoryMarshal.Cast<long, Vector256<long>>(integers);
            var limit = Vector256.Create(MagnitudeLimit);
            var rounder = Vector256.Create(Rounder);
            for (int index = 0; index < wide.Length; index++)
            {
                var scaled = wide[index] * power;
                var shifted = scaled + rounder;
                var exact = Vector256.Equals(((shifted - rounder) / power).AsInt64(), wide[index].AsInt64()) & Vector256.LessThan(Vector256.Abs(scaled), limit).AsInt64();
                if (!Vector256.EqualsAll(exact, Vector256<long>.AllBitsSet)) break;
                wideIntegers[index] = shifted.AsInt64() - rounder.AsInt64();
                number += Vector256<double>.Count;
            }
        }

        for (; number < values.Length; number++)
        {
            if (!TryScale(values[number], exponent, out integers[number])) return number;
        }

        return -1;
    }
}
