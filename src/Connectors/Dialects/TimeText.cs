using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>Dates and times as ASCII text: <c>2020-07-17</c>, <c>[-]838:59:59.0000000</c>, <c>2020-07-17 18:00:22.1234567</c>, with <c>+08:00</c> behind it.</summary>
public static class TimeText
{
    /// <summary>The longest text that is written here.</summary>
    public const int LengthMax = 40;

    /// <summary>Reads year, month and day with dashes; zero parts are carried.</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-') return false;
        if (!TryNumber(text[..4], out int year) || !TryNumber(text[5..7], out int month) || !TryNumber(text[8..], out int day)) return false;
        if (month > 12 || day > 31) return false;
        if (year > 0 && month > 0 && day > DateTime.DaysInMonth(year, month)) return false;
        days = ZeroDates.Days(year, month, day);
        return true;
    }

    /// <summary>Reads hours (up to 3 digits), minutes, seconds if any, a fraction of up to 7 digits (further ones only if zero).</summary>
    public static bool TryParseTime(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        bool negative = text.Length > 0 && text[0] == '-';
        if (negative) text = text[1..];
        int colon = text.IndexOf((byte)':');
        if (colon is < 1 or > 3 || !TryNumber(text[..colon], out int hours)) return false;
        text = text[(colon + 1)..];
        if (text.Length < 2 || !TryNumber(text[..2], out int minutes) || minutes > 59) return false;
        int seconds = 0;
        long fraction = 0;
        if (text.Length > 2)
        {
            if (text.Length < 5 || text[2] != ':' || !TryNumber(text[3..5], out seconds) || seconds > 59) return false;
            if (text.Length > 5 && (text[5] != '.' || !TryFraction(text[6..], out fraction))) return false;
        }

        ticks = (hours * 3600L + minutes * 60 + seconds) * TimeSpan.TicksPerSecond + fraction;
        if (negative) ticks = -ticks;
        return true;
    }

    /// <summary>Reads a date, a blank or T, a time. A date alone is its midnight.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < 10 || !TryParseDate(text[..10], out int days)) return false;
        long time = 0;
        if (text.Length > 10 && (text[10] is not ((byte)' ' or (byte)'T') || text.Length < 16 || text[11] == '-' || !TryParseTime(text[11..], out time) || time >= TimeSpan.TicksPerDay)) return false;
        ticks = ZeroDates.Ticks(days, time);
        return true;
    }

    /// <summary>Reads a timestamp with Z, <c>+08</c>, <c>+08:00</c> or <c>+0800</c> behind it.</summary>
    public static bool TryParseInstant(ReadOnlySpan<byte> text, out long utcTicks, out short offsetMinutes)
    {
        (utcTicks, offsetMinutes) = (0, 0);
        if (text.Length < 17) return false;
        int at = text.Length - 1;
        int offset = 0;
        if (text[at] is not ((byte)'Z' or (byte)'z'))
        {
            at = text[11..].IndexOfAny((byte)'+', (byte)'-');
            if (at < 0) return false;
            at += 11;
            ReadOnlySpan<byte> zone = text[(at + 1)..];
            if (zone.Length is not (2 or 4 or 5) || !TryNumber(zone[..2], out int hours)) return false;
            int minutes = 0;
            if (zone.Length > 2 && ((zone.Length == 5 && zone[2] != ':') || !TryNumber(zone[^2..], out minutes))) return false;
            if (hours > 18 || minutes > 59) return false;
            offset = hours * 60 + minutes;
            if (text[at] == '-') offset = -offset;
        }

        ReadOnlySpan<byte> wall = text[..at];
        if (wall[^1] == ' ') wall = wall[..^1];
        if (!TryParseTimestamp(wall, out long ticks) || ZeroDates.IsZero(ticks)) return false;
        utcTicks = ticks - offset * TimeSpan.TicksPerMinute;
        offsetMinutes = (short)offset;
        return true;
    }

    public static int FormatDate(int days, Span<byte> to)
    {
        (int year, int month, int day) = ZeroDates.Parts(days);
        Digits(to, year, 4);
        to[4] = (byte)'-';
        Digits(to[5..], month, 2);
        to[7] = (byte)'-';
        Digits(to[8..], day, 2);
        return 10;
    }

    /// <param name="ticks">Signed.</param>
    /// <param name="digits">Of the fraction, 0 to 7.</param>
    /// <param name="to">Room.</param>
    public static int FormatTime(long ticks, int digits, Span<byte> to)
    {
        int at = 0;
        if (ticks < 0)
        {
            to[at++] = (byte)'-';
            ticks = -ticks;
        }

        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long fraction);
        int hours = (int)(seconds / 3600), width = hours > 99 ? 3 : 2;
        Digits(to[at..], hours, width);
        at += width;
        to[at++] = (byte)':';
        Digits(to[at..], (int)(seconds / 60 % 60), 2);
        at += 2;
        to[at++] = (byte)':';
        Digits(to[at..], (int)(seconds % 60), 2);
        at += 2;
        if (digits == 0) return at;
        to[at++] = (byte)'.';
        for (int drop = digits; drop < 7; drop++) fraction /= 10;
        Digits(to[at..], (int)fraction, digits);
        return at + digits;
    }

    public static int FormatTimestamp(long ticks, int digits, Span<byte> to)
    {
        (int days, long time) = ZeroDates.Split(ticks);
        int at = FormatDate(days, to);
        to[at++] = (byte)' ';
        return at + FormatTime(time, digits, to[at..]);
    }

    /// <summary>The wall clock at the offset, and the offset.</summary>
    public static int FormatInstant(long utcTicks, short offsetMinutes, int digits, Span<byte> to)
    {
        int at = FormatTimestamp(utcTicks + offsetMinutes * TimeSpan.TicksPerMinute, digits, to);
        int minutes = Math.Abs((int)offsetMinutes);
        to[at++] = offsetMinutes < 0 ? (byte)'-' : (byte)'+';
        Digits(to[at..], minutes / 60, 2);
        to[at + 2] = (byte)':';
        Digits(to[(at + 3)..], minutes % 60, 2);
        return at + 5;
    }

    static bool TryNumber(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (byte part in text)
        {
            int digit = part - '0';
            if ((uint)digit > 9) return false;
            number = number * 10 + digit;
        }

        return text.Length > 0;
    }

    static bool TryFraction(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length is 0 or > 12) return false;
        for (int index = 0; index < Math.Max(text.Length, 7); index++)
        {
            int digit = index < text.Length ? text[index] - '0' : 0;
            if ((uint)digit > 9 || (index >= 7 && digit != 0)) return false;
            if (index < 7) ticks = ticks * 10 + digit;
        }

        return true;
    }

    static void Digits(Span<byte> to, int number, int width)
    {
        for (int at = width - 1; at >= 0; at--)
        {
            to[at] = (byte)('0' + number % 10);
            number /= 10;
        }
    }
}
