using System.Globalization;
using Orrery.Sql.Compilation;
using Orrery.Sql.Types;

namespace Orrery.Sql.Values;

public static partial class ValueText
{
    /// <summary>Digits of an exponent that are read, at most.</summary>
    private const int ExponentMax = 100_000;

    /// <summary>true, t, yes, y, on, 1 and their opposites, in any case, with spaces around.</summary>
    public static bool TryParseBoolean(ReadOnlySpan<byte> text, out bool value)
    {
        text = Trim(text);
        value = IsWord(text, "true"u8) || IsWord(text, "t"u8) || IsWord(text, "yes"u8) || IsWord(text, "y"u8) || IsWord(text, "on"u8) || IsWord(text, "1"u8);
        return value || IsWord(text, "false"u8) || IsWord(text, "f"u8) || IsWord(text, "no"u8) || IsWord(text, "n"u8) || IsWord(text, "off"u8) || IsWord(text, "0"u8);
    }

    /// <summary>A sign and digits, with spaces around; false where it is none or beyond 64 bits.</summary>
    public static bool TryParseInteger(ReadOnlySpan<byte> text, out long value) =>
        long.TryParse(Trim(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    public static bool TryParseReal(ReadOnlySpan<byte> text, out double value)
    {
        text = Trim(text);
        if (double.TryParse(text, NumberStyles.Float & ~(NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite), CultureInfo.InvariantCulture, out value)) return true;
        var word = text.Length > 0 && text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        if (!IsWord(word, "infinity"u8) && !IsWord(word, "inf"u8)) return false;
        value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return true;
    }

    /// <summary>A decimal number, with an exponent or without, rounded half away from zero to the scale; false where it is none or has too many digits.</summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, int precision, int scale, out Int128 value)
    {
        value = 0;
        text = Trim(text);
        bool isNegative = text.Length > 0 && text[0] == '-';
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+') text = text[1..];
        int end = text.IndexOfAny((byte)'e', (byte)'E');
        long exponent = 0;
        if (end >= 0)
        {
            if (!TryParseInteger(text[(end + 1)..], out exponent) || Math.Abs(exponent) > ExponentMax) return false;
            text = text[..end];
        }

        // Digits count while they fit; those behind the scale only for rounding.
        int point = text.IndexOf((byte)'.');
        int wholeDigits = point < 0 ? text.Length : point;
        long digitsLeft = wholeDigits + exponent + scale;
        bool anyDigit = false, roundsUp = false;
        long position = 0;
        UInt128 number = 0;
        var bound = (UInt128)DecimalMath.Power10(precision);
        for (int index = 0; index < text.Length; index++)
        {
            if (index == point) continue;
            int digit = text[index] - '0';
            if (digit is < 0 or > 9) return false;
            anyDigit = true;
            if (position < digitsLeft)
            {
                if (number >= bound) return false;
                number = number * 10 + (uint)digit;
            }
            else if (position == digitsLeft)
            {
                roundsUp = digit >= 5;
            }

            position++;
        }

        if (!anyDigit) return false;
        for (; position < digitsLeft && number != 0; position++)
        {
            if (number >= bound) return false;
            number *= 10;
        }

        if (roundsUp) number++;
        if (number >= bound) return false;
        value = isNegative ? -(Int128)number : (Int128)number;
        return true;
    }

    /// <summary>yyyy-MM-dd; month and day may have one digit.</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out long days)
    {
        text = Trim(text);
        return TryTakeDate(ref text, out days) && text.IsEmpty;
    }

    /// <summary>HH:mm, HH:mm:ss, HH:mm:ss.ffffff; further digits are cut.</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long microseconds)
    {
        text = Trim(text);
        return TryTakeTime(ref text, out microseconds) && text.IsEmpty;
    }

    /// <summary>A date, with a time behind a space or a T where it has one.</summary>
    /// <param name="hasZone">Whether a zone may stand behind (Z, +02, +02:00, UTC): the result is then in UTC.</param>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, bool hasZone, out long microseconds)
    {
        text = Trim(text);
        microseconds = 0;
        if (!TryTakeDate(ref text, out long days)) return false;
        long time = 0, zone = 0;
        if (text.Length > 1 && text[0] is (byte)' ' or (byte)'T' or (byte)'t')
        {
            text = text[1..].TrimStart((byte)' ');
            if (!TryTakeTime(ref text, out time)) return false;
        }

        if (hasZone && !text.IsEmpty && !TryTakeZone(ref text, out zone)) return false;
        microseconds = days * TimeArithmetic.MicrosecondsPerDay + time - zone;
        return text.IsEmpty;
    }

    /// <summary>As it is written: [+-]years-months.</summary>
    public static bool TryParseIntervalMonths(ReadOnlySpan<byte> text, out long months)
    {
        text = Trim(text);
        bool isNegative = TakeSign(ref text);
        months = 0;
        if (!TryTakeNumber(ref text, 1, 6, out long years)) return false;
        long rest = 0;
        if (!text.IsEmpty && !(Take(ref text, '-') && TryTakeNumber(ref text, 1, 2, out rest) && rest < 12)) return false;
        months = (isNegative ? -1 : 1) * (years * 12 + rest);
        return text.IsEmpty;
    }

    /// <summary>As it is written: [+-]days HH:mm:ss.ffffff.</summary>
    public static bool TryParseIntervalMicroseconds(ReadOnlySpan<byte> text, out long microseconds)
    {
        text = Trim(text);
        bool isNegative = TakeSign(ref text);
        microseconds = 0;
        if (!TryTakeNumber(ref text, 1, 8, out long days)) return false;
        long time = 0;
        if (!text.IsEmpty && !(Take(ref text, ' ') && TryTakeTime(ref text, out time))) return false;
        microseconds = (isNegative ? -1 : 1) * (days * TimeArithmetic.MicrosecondsPerDay + time);
        return text.IsEmpty && days < 100_000_000;
    }

    /// <summary>An integer, date, time, timestamp or interval by its type, cut to its precision.</summary>
    public static bool TryParseHeldAsInt64(ReadOnlySpan<byte> text, SqlType type, out long value)
    {
        bool isRead = type.Kind switch
        {
            SqlTypeKind.Date => TryParseDate(text, out value),
            SqlTypeKind.Time => TryParseTime(text, out value),
            SqlTypeKind.Timestamp => TryParseTimestamp(text, false, out value),
            SqlTypeKind.TimestampLtz => TryParseTimestamp(text, true, out value),
            SqlTypeKind.IntervalMonths => TryParseIntervalMonths(text, out value),
            SqlTypeKind.IntervalMicroseconds => TryParseIntervalMicroseconds(text, out value),
            _ => TryParseInteger(text, out value) && Rows.RowWriter.Fits(value, type.SlotBytes),
        };
        if (type.Kind == SqlTypeKind.Time || type.IsTimestamp) value = Truncate(value, type.Precision);
        return isRead;
    }

    /// <summary>Microseconds with as many fraction digits as a type has; the rest is cut towards the past.</summary>
    public static long Truncate(long microseconds, int precision)
    {
        if (precision >= 6) return microseconds;
        long unit = precision switch { 0 => 1_000_000, 1 => 100_000, 2 => 10_000, 3 => 1_000, 4 => 100, _ => 10 };
        return TimeArithmetic.FloorDivide(microseconds, unit) * unit;
    }

    private static bool TryTakeDate(ref ReadOnlySpan<byte> text, out long days)
    {
        days = 0;
        if (!TryTakeNumber(ref text, 4, 4, out long year) || !Take(ref text, '-') || !TryTakeNumber(ref text, 1, 2, out long month) || !Take(ref text, '-') || !TryTakeNumber(ref text, 1, 2, out long day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth((int)year, (int)month)) return false;
        days = new DateOnly((int)year, (int)month, (int)day).DayNumber + TimeArithmetic.DaysMin;
        return true;
    }

    private static bool TryTakeTime(ref ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        long second = 0, fraction = 0;
        if (!TryTakeNumber(ref text, 1, 2, out long hour) || !Take(ref text, ':') || !TryTakeNumber(ref text, 1, 2, out long minute)) return false;
        if (Take(ref text, ':'))
        {
            if (!TryTakeNumber(ref text, 1, 2, out second)) return false;
            if (Take(ref text, '.'))
            {
                int digits = 0;
                for (; !text.IsEmpty && text[0] is >= (byte)'0' and <= (byte)'9'; text = text[1..])
                    if (digits++ < 6) fraction = fraction * 10 + (text[0] - '0');
                if (digits == 0) return false;
                for (; digits < 6; digits++) fraction *= 10;
            }
        }

        if (hour > 23 || minute > 59 || second > 59) return false;
        microseconds = ((hour * 60 + minute) * 60 + second) * TimeArithmetic.MicrosecondsPerSecond + fraction;
        return true;
    }

    private static bool TryTakeZone(ref ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        text = text.TrimStart((byte)' ');
        if (IsWord(text, "z"u8) || IsWord(text, "utc"u8) || IsWord(text, "gmt"u8))
        {
            text = [];
            return true;
        }

        if (text.IsEmpty || text[0] is not ((byte)'+' or (byte)'-')) return false;
        bool isNegative = TakeSign(ref text);
        long minute = 0;
        if (!TryTakeNumber(ref text, 2, 2, out long hour)) return false;
        Take(ref text, ':');
        if (!text.IsEmpty && !TryTakeNumber(ref text, 2, 2, out minute)) return false;
        if (hour > 18 || minute > 59) return false;
        microseconds = (isNegative ? -1 : 1) * (hour * 60 + minute) * 60 * TimeArithmetic.MicrosecondsPerSecond;
        return true;
    }

    private static bool TryTakeNumber(ref ReadOnlySpan<byte> text, int least, int most, out long number)
    {
        number = 0;
        int count = 0;
        while (count < text.Length && count <= most && text[count] is >= (byte)'0' and <= (byte)'9') number = number * 10 + (text[count++] - '0');
        text = text[count..];
        return count >= least && count <= most;
    }

    private static bool Take(ref ReadOnlySpan<byte> text, char character)
    {
        if (text.IsEmpty || text[0] != character) return false;
        text = text[1..];
        return true;
    }

    private static bool TakeSign(ref ReadOnlySpan<byte> text) => Take(ref text, '-') || (Take(ref text, '+') && false);

    private static bool IsWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(text, word);

    private static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8);
}
