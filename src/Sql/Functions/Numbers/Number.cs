using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Functions.Numbers;

/// <summary>What functions of numbers compute.</summary>
internal static class Number
{
    /// <summary>Digits that rounding is asked for, at most; beyond that nothing changes.</summary>
    private const int DigitsMax = 400;

    public static long AbsoluteInt64(long value, int slotBytes)
    {
        if (value < 0) value = Arithmetic.NegateInt64(value);
        if (!RowWriter.Fits(value, slotBytes)) Arithmetic.OutOfRange(value, $"an integer of {slotBytes} bytes");
        return value;
    }

    public static Int128 AbsoluteDecimal(Int128 value) => value < 0 ? -value : value;

    public static double AbsoluteReal(double value) => Math.Abs(value);

    public static double TruncateRealWhole(double value) => Math.Truncate(value);

    public static long SignInt64(long value) => Math.Sign(value);

    public static Int128 SignDecimal(Int128 value, int scale) => value == 0 ? 0 : value > 0 ? DecimalMath.Power10(scale) : -DecimalMath.Power10(scale);

    public static double SignReal(double value) => double.IsNaN(value) ? value : Math.Sign(value);

    public static double Power(double value, double exponent)
    {
        double power = Math.Pow(value, exponent);
        if ((double.IsNaN(power) && !double.IsNaN(value) && !double.IsNaN(exponent)) || (value == 0 && exponent < 0)) Undefined("POWER", value, exponent);
        return power;
    }

    public static double SquareRoot(double value) => value >= 0 || double.IsNaN(value) ? Math.Sqrt(value) : Undefined("SQRT", value);

    public static double NaturalLogarithm(double value) => value > 0 || double.IsNaN(value) ? Math.Log(value) : Undefined("LN", value);

    public static double Logarithm(double @base, double value) =>
        value <= 0 || @base is <= 0 or 1 ? Undefined("LOG", @base, value) : Math.Log(value) / Math.Log(@base);

    public static double Logarithm10(double value) => value > 0 || double.IsNaN(value) ? Math.Log10(value) : Undefined("LOG10", value);

    public static double Logarithm2(double value) => value > 0 || double.IsNaN(value) ? Math.Log2(value) : Undefined("LOG2", value);

    public static double Sine(double value) => double.IsInfinity(value) ? Undefined("SIN", value) : Math.Sin(value);

    public static double Cosine(double value) => double.IsInfinity(value) ? Undefined("COS", value) : Math.Cos(value);

    public static double Tangent(double value) => double.IsInfinity(value) ? Undefined("TAN", value) : Math.Tan(value);

    public static double Cotangent(double value) => double.IsInfinity(value) || value == 0 ? Undefined("COT", value) : 1 / Math.Tan(value);

    public static double ArcSine(double value) => value is < -1 or > 1 ? Undefined("ASIN", value) : Math.Asin(value);

    public static double ArcCosine(double value) => value is < -1 or > 1 ? Undefined("ACOS", value) : Math.Acos(value);

    public static double Degrees(double value) => value * (180 / Math.PI);

    public static double Radians(double value) => value * (Math.PI / 180);

    public static double Pi() => Math.PI;

    public static double E() => Math.E;

    public static long Whole(long value) => value;

    public static long RoundInt64(long value, long digits, int slotBytes)
    {
        if (digits >= 0) return value;
        if (digits < -19) return 0;
        var unit = DecimalMath.Power10((int)-digits);
        var rounded = DecimalMath.DivideRounded(value, unit) * unit;
        if ((long)rounded != rounded || !RowWriter.Fits((long)rounded, slotBytes)) throw new SqlValueException($"ROUND({value}, {digits}) is out of the range of its type.");
        return (long)rounded;
    }

    public static long TruncateInt64(long value, long digits)
    {
        if (digits >= 0) return value;
        if (digits <= -19) return 0;
        long unit = (long)DecimalMath.Power10((int)-digits);
        return value / unit * unit;
    }

    public static Int128 RoundDecimalWhole(Int128 value, int scale) => DecimalMath.DivideRounded(value, DecimalMath.Power10(scale));

    public static Int128 RoundDecimal(Int128 value, long digits, int scale, int precision)
    {
        if (digits >= scale) return value;
        if (scale - digits > SqlType.PrecisionMax) return 0;
        var unit = DecimalMath.Power10((int)(scale - digits));
        var quotient = DecimalMath.DivideRounded(value, unit);
        var bound = DecimalMath.Power10(SqlType.PrecisionMax) / unit;
        if (quotient >= bound || quotient <= -bound || !DecimalMath.Fits(quotient * unit, precision)) throw new SqlValueException($"ROUND to {digits} digits is out of the range of a DECIMAL of {precision} digits.");
        return quotient * unit;
    }

    public static Int128 FloorDecimal(Int128 value, int scale)
    {
        var (quotient, remainder) = Int128.DivRem(value, DecimalMath.Power10(scale));
        return remainder < 0 ? quotient - 1 : quotient;
    }

    public static Int128 CeilingDecimal(Int128 value, int scale) => -FloorDecimal(-value, scale);

    public static double FloorReal(double value) => Math.Floor(value);

    public static double CeilingReal(double value) => Math.Ceiling(value);

    public static Int128 TruncateDecimalWhole(Int128 value, int scale) => value / DecimalMath.Power10(scale);

    public static Int128 TruncateDecimal(Int128 value, long digits, int scale)
    {
        if (digits >= scale) return value;
        if (scale - digits > SqlType.PrecisionMax) return 0;
        return value - value % DecimalMath.Power10((int)(scale - digits));
    }

    public static double RoundRealWhole(double value) => Math.Round(value, MidpointRounding.AwayFromZero);

    /// <summary>By the shortest text of the number, so that 1.005 rounds to 1.01 as its reader expects.</summary>
    public static double RoundReal(double value, long digits)
    {
        if (!double.IsFinite(value) || digits > DigitsMax) return value;
        if (digits <= 0)
        {
            if (digits < -DigitsMax) return 0;
            double unit = Math.Pow(10, -digits);
            return double.IsInfinity(unit) ? 0 : Math.Round(value / unit, MidpointRounding.AwayFromZero) * unit;
        }

        Span<byte> text = stackalloc byte[ValueText.FixedBytesMax];
        int length = ValueText.FormatReal(value, false, text);
        if (digits > SqlType.PrecisionMax || !ValueText.TryParseDecimal(text[..length], SqlType.PrecisionMax, (int)digits, out var rounded)) return value;
        return Casts.DecimalToReal(rounded, (int)digits);
    }

    public static double TruncateReal(double value, long digits)
    {
        if (!double.IsFinite(value) || digits > DigitsMax) return value;
        if (digits < -DigitsMax) return 0;
        double rounded = RoundReal(value, digits);
        if (Math.Abs(rounded) <= Math.Abs(value)) return rounded;
        double unit = Math.Pow(10, -digits);
        return RoundReal(rounded - Math.CopySign(unit, value), digits);
    }

    public static Bytes Binary(EvaluationContext context, long value)
    {
        Span<byte> text = stackalloc byte[64];
        ((ulong)value).TryFormat(text, out int length, "B", CultureInfo.InvariantCulture);
        return Casts.Make(context, text[..length], 0);
    }

    public static Bytes HexInt64(EvaluationContext context, long value)
    {
        Span<byte> text = stackalloc byte[16];
        ((ulong)value).TryFormat(text, out int length, "X", CultureInfo.InvariantCulture);
        return Casts.Make(context, text[..length], 0);
    }

    public static unsafe Bytes HexBytes(EvaluationContext context, Bytes value)
    {
        nint address = context.Scratch.Allocate(value.Length * 2);
        Convert.TryToHexString(value.Span, new Span<byte>((void*)address, value.Length * 2), out int length);
        return new Bytes(address, length);
    }

    public static unsafe Bytes Unhex(EvaluationContext context, Bytes value, out bool isNull)
    {
        int length = value.Length / 2;
        nint address = context.Scratch.Allocate(length);
        isNull = Convert.FromHexString(value.Span, new Span<byte>((void*)address, length), out _, out _) != System.Buffers.OperationStatus.Done;
        return new Bytes(address, length);
    }

    [DoesNotReturn]
    private static double Undefined(string function, params object[] values) =>
        throw new SqlValueException(string.Create(CultureInfo.InvariantCulture, $"{function}({string.Join(", ", values.Select(value => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture)))}) is not defined."));
}
