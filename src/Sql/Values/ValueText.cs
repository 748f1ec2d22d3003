using System.Buffers.Text;
using System.Globalization;
using Orrery.Sql.Compilation;
using Orrery.Sql.Types;

namespace Orrery.Sql.Values;

/// <summary>
/// How values are written as text: what CAST ... AS STRING gives and what readers accept. Numbers without grouping; DOUBLE as the shortest text that reads back, <c>1.0</c>, <c>1.5E20</c>, <c>NaN</c>,
/// <c>Infinity</c>; <c>TRUE</c>, <c>FALSE</c>; <c>2026-01-31</c>, <c>23:59:59.5</c>, <c>2026-01-31 23:59:59.500</c> with as many fraction digits as the type has; intervals <c>+1-02</c> (years, months)
/// and <c>+1 02:03:04.000000</c>.
/// </summary>
public static partial class ValueText
{
    /// <summary>Bytes that any number, date, time or interval takes, at most.</summary>
    public const int FixedBytesMax = 64;

    public static int FormatInteger(long value, Span<byte> target)
    {
        value.TryFormat(target, out int written, default, CultureInfo.InvariantCulture);
        return written;
    }

    public static int FormatBoolean(bool value, Span<byte> target)
    {
        var text = value ? "TRUE"u8 : "FALSE"u8;
        text.CopyTo(target);
        return text.Length;
    }

    /// <summary>The unscaled number with a point before its last <paramref name="scale"/> digits.</summary>
    public static int FormatDecimal(Int128 value, int scale, Span<byte> target)
    {
        Span<byte> digits = stackalloc byte[FixedBytesMax];
        var size = (UInt128)(value < 0 ? -value : value);
        int count;
        if (size <= ulong.MaxValue) Utf8Formatter.TryFormat((ulong)size, digits, out count);
        else size.TryFormat(digits, out count, default, CultureInfo.InvariantCulture);
        int length = 0;
        if (value < 0) target[length++] = (byte)'-';
        int whole = count - scale;
        if (whole <= 0) target[length++] = (byte)'0';
        else length += Copy(digits[..whole], target[length..]);
        if (scale == 0) return length;
        target[length++] = (byte)'.';
        for (int zero = whole; zero < 0; zero++) target[length++] = (byte)'0';
        return length + Copy(digits[Math.Max(0, whole)..count], target[length..]);
    }

    /// <param name="isSingle">A FLOAT: the shortest text that reads back as one.</param>
    public static int FormatReal(double value, bool isSingle, Span<byte> target)
    {
        if (double.IsNaN(value)) return Copy("NaN"u8, target);
        if (double.IsInfinity(value)) return Copy(value > 0 ? "Infinity"u8 : "-Infinity"u8, target);
        if (value == 0) return Copy("0.0"u8, target);

        Span<byte> shortest = stackalloc byte[FixedBytesMax];
        int count;
        if (isSingle) ((float)value).TryFormat(shortest, out count, "R", CultureInfo.InvariantCulture);
        else value.TryFormat(shortest, out count, "R", CultureInfo.InvariantCulture);
        return Shape(shortest[..count], target);
    }

    public static int FormatDate(long days, Span<byte> target)
    {
        var date = TimeArithmetic.DateOf(days);
        Digits(target, date.Year, 4);
        target[4] = (byte)'-';
        Digits(target[5..], date.Month, 2);
        target[7] = (byte)'-';
        Digits(target[8..], date.Day, 2);
        return 10;
    }

    /// <param name="precision">Fraction digits, 0 to 6.</param>
    public static int FormatTime(long microseconds, int precision, Span<byte> target)
    {
        long seconds = microseconds / TimeArithmetic.MicrosecondsPerSecond;
        Digits(target, (int)(seconds / 3600), 2);
        target[2] = (byte)':';
        Digits(target[3..], (int)(seconds / 60 % 60), 2);
        target[5] = (byte)':';
        Digits(target[6..], (int)(seconds % 60), 2);
        if (precision == 0) return 8;
        target[8] = (byte)'.';
        Span<byte> fraction = stackalloc byte[6];
        Digits(fraction, (int)(microseconds % TimeArithmetic.MicrosecondsPerSecond), 6);
        precision = Math.Min(precision, 6);
        fraction[..precision].CopyTo(target[9..]);
        return 9 + precision;
    }

    public static int FormatTimestamp(long microseconds, int precision, Span<byte> target)
    {
        long days = TimeArithmetic.FloorDivide(microseconds, TimeArithmetic.MicrosecondsPerDay);
        int length = FormatDate(days, target);
        target[length++] = (byte)' ';
        return length + FormatTime(microseconds - days * TimeArithmetic.MicrosecondsPerDay, precision, target[length..]);
    }

    public static int FormatIntervalMonths(long months, Span<byte> target)
    {
        target[0] = (byte)(months < 0 ? '-' : '+');
        months = Math.Abs(months);
        int length = 1 + FormatInteger(months / 12, target[1..]);
        target[length++] = (byte)'-';
        Digits(target[length..], (int)(months % 12), 2);
        return length + 2;
    }

    public static int FormatIntervalMicroseconds(long microseconds, Span<byte> target)
    {
        target[0] = (byte)(microseconds < 0 ? '-' : '+');
        var size = (ulong)(microseconds < 0 ? -(Int128)microseconds : microseconds);
        int length = 1 + FormatInteger((long)(size / TimeArithmetic.MicrosecondsPerDay), target[1..]);
        target[length++] = (byte)' ';
        return length + FormatTime((long)(size % TimeArithmetic.MicrosecondsPerDay), 6, target[length..]);
    }

    /// <summary>An integer, date, time, timestamp or interval by its type.</summary>
    public static int FormatHeldAsInt64(long value, SqlType type, Span<byte> target) => type.Kind switch
    {
        SqlTypeKind.Date => FormatDate(value, target),
        SqlTypeKind.Time => FormatTime(value, type.Precision, target),
        SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz => FormatTimestamp(value, type.Precision, target),
        SqlTypeKind.IntervalMonths => FormatIntervalMonths(value, target),
        SqlTypeKind.IntervalMicroseconds => FormatIntervalMicroseconds(value, target),
        _ => FormatInteger(value, target),
    };

    /// <summary>The digits and exponent of a text such as 1E+16 or 123.4, written as Java does: plain from 1E-3 up to 1E7, else with an exponent, always with a fraction.</summary>
    private static int Shape(ReadOnlySpan<byte> text, Span<byte> target)
    {
        Span<byte> digits = stackalloc byte[FixedBytesMax];
        int length = 0, count = 0, point = -1, exponent = 0;
        if (text[0] == '-')
        {
            target[length++] = (byte)'-';
            text = text[1..];
        }

        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '.')
            {
                point = count;
            }
            else if (text[index] == 'E')
            {
                Utf8Parser.TryParse(text[index + 1] == '+' ? text[(index + 2)..] : text[(index + 1)..], out exponent, out _);
                break;
            }
            else
            {
                digits[count++] = text[index];
            }
        }

        // The value is 0.ddd times ten to the power of the exponent; leading and trailing zeros go.
        exponent += point < 0 ? count : point;
        int first = 0;
        while (first < count - 1 && digits[first] == '0')
        {
            first++;
            exponent--;
        }

        while (count > first + 1 && digits[count - 1] == '0') count--;
        digits = digits[first..count];
        if (exponent is > -3 and <= 7)
        {
            if (exponent <= 0) target[length++] = (byte)'0';
            for (int index = 0; index < exponent; index++) target[length++] = index < digits.Length ? digits[index] : (byte)'0';
            target[length++] = (byte)'.';
            for (int zero = exponent; zero < 0; zero++) target[length++] = (byte)'0';
            var fraction = digits.Length > Math.Max(0, exponent) ? digits[Math.Max(0, exponent)..] : "0"u8;
            return length + Copy(fraction, target[length..]);
        }

        target[length++] = digits[0];
        target[length++] = (byte)'.';
        length += Copy(digits.Length > 1 ? digits[1..] : "0"u8, target[length..]);
        target[length++] = (byte)'E';
        return length + FormatInteger(exponent - 1, target[length..]);
    }

    private static void Digits(Span<byte> target, int value, int count)
    {
        for (int index = count - 1; index >= 0; index--)
        {
            target[index] = (byte)('0' + value % 10);
            value /= 10;
        }
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text.CopyTo(target);
        return text.Length;
    }
}
