namespace Orrery.Connectors.LogFormats;

/// <summary>Times as logs write them. A day that does not exist is no time.</summary>
static class LogTimes
{
    const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const int YearMin = 1900, YearMax = 9998;

    /// <summary><c>2026-11-21 10:00:00.123</c> with 'T' or spaces or '/' and ',' in between, and a zone or none.</summary>
    public static bool Iso(ref TextScanner scan, TimeSpan zone, out DateTimeOffset time)
    {
        time = default;
        if (!scan.Number(4, 4, out int year) || !(scan.Take('-') || scan.Take('/')) || !scan.Number(1, 2, out int month) || !(scan.Take('-') || scan.Take('/')) || !scan.Number(1, 2, out int day))
            return false;
        if (!scan.Take('T'))
            scan.SkipSpaces();
        if (!Clock(ref scan, out TimeSpan clock))
            return false;
        return Make(year, month, day, clock, Zone(ref scan) ?? zone, out time);
    }

    /// <summary><c>21/Nov/2026:10:00:00 +0800</c>, also with a fraction and without a zone.</summary>
    public static bool Access(ReadOnlySpan<char> text, TimeSpan zone, out DateTimeOffset time)
    {
        time = default;
        var scan = new TextScanner(text);
        return scan.Number(1, 2, out int day) && scan.Take('/') && Month(ref scan, out int month) && scan.Take('/') && scan.Number(4, 4, out int year) && scan.Take(':')
            && Clock(ref scan, out TimeSpan clock) && Make(year, month, day, clock, Zone(ref scan) ?? zone, out time);
    }

    /// <summary><c>Sat Nov 21 10:00:00.123456 2026</c>.</summary>
    public static bool ApacheError(ReadOnlySpan<char> text, TimeSpan zone, out DateTimeOffset time)
    {
        time = default;
        var scan = new TextScanner(text);
        scan.Skip(3);
        scan.SkipSpaces();
        if (!Month(ref scan, out int month))
            return false;
        scan.SkipSpaces();
        if (!scan.Number(1, 2, out int day))
            return false;
        scan.SkipSpaces();
        if (!Clock(ref scan, out TimeSpan clock))
            return false;
        scan.SkipSpaces();
        return scan.Number(4, 4, out int year) && Make(year, month, day, clock, zone, out time);
    }

    /// <summary><c>Nov 21 10:00:00</c>: the year is the one that brings it nearest to the reference, at most a day after it.</summary>
    public static bool Syslog(ref TextScanner scan, DateTimeOffset reference, TimeSpan zone, out DateTimeOffset time)
    {
        time = default;
        if (!Month(ref scan, out int month))
            return false;
        scan.SkipSpaces();
        if (!scan.Number(1, 2, out int day))
            return false;
        scan.SkipSpaces();
        if (!Clock(ref scan, out TimeSpan clock))
            return false;
        int year = Math.Clamp(reference.ToOffset(zone).Year, YearMin + 8, YearMax - 1);
        // February 29 may lie a few years back.
        for (int candidate = year + 1; candidate > year - 8; candidate--)
            if (Make(candidate, month, day, clock, zone, out time) && time <= reference.AddDays(1))
                return true;
        return Make(year, month, day, clock, zone, out time);
    }

    /// <summary><c>261121 10:00:00</c>.</summary>
    public static bool ShortMySql(ref TextScanner scan, TimeSpan zone, out DateTimeOffset time)
    {
        time = default;
        if (!scan.Number(6, 6, out int date))
            return false;
        scan.SkipSpaces();
        return Clock(ref scan, out TimeSpan clock) && Make((date / 10_000) + (date / 10_000 < 70 ? 2000 : 1900), date / 100 % 100, date % 100, clock, zone, out time);
    }

    /// <summary>Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by their size.</summary>
    public static bool Epoch(double value, out DateTimeOffset time)
    {
        double milliseconds = Math.Abs(value) switch { < 1e11 => value * 1e3, < 1e14 => value, < 1e17 => value / 1e3, _ => value / 1e6 };
        bool fits = milliseconds is > -2_208_988_800_000 and < 253_300_000_000_000;
        time = fits ? DateTimeOffset.UnixEpoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond)) : default;
        return fits;
    }

    /// <summary>The clock alone: hours of one or two digits, and a fraction of any length.</summary>
    static bool Clock(ref TextScanner scan, out TimeSpan clock)
    {
        clock = default;
        if (!scan.Number(1, 2, out int hour) || !scan.Take(':') || !scan.Number(2, 2, out int minute) || !scan.Take(':') || !scan.Number(2, 2, out int second) || hour > 23 || minute > 59 || second > 60)
            return false;
        long ticks = 0;
        if (scan.Peek is '.' or ',' && scan.Rest.Length > 1 && char.IsAsciiDigit(scan.Rest[1]))
        {
            scan.Skip(1);
            for (long unit = TimeSpan.TicksPerSecond / 10; char.IsAsciiDigit(scan.Peek); unit /= 10)
            {
                ticks += (scan.Peek - '0') * unit;
                scan.Skip(1);
            }
        }

        // A leap second counts as the one before.
        clock = new TimeSpan(hour, minute, Math.Min(second, 59)) + new TimeSpan(ticks);
        return true;
    }

    /// <summary><c>Z</c>, <c> UTC</c>, <c>+08:00</c>, <c> +0800</c>; null, and nothing taken: none of them.</summary>
    static TimeSpan? Zone(ref TextScanner scan)
    {
        if (scan.Take('Z') || scan.Take(" UTC") || scan.Take(" GMT"))
            return TimeSpan.Zero;
        ReadOnlySpan<char> rest = scan.Rest;
        int lead = rest.StartsWith(" +") || rest.StartsWith(" -") ? 1 : 0;
        if (rest.Length < lead + 5 || rest[lead] is not ('+' or '-'))
            return null;
        var zone = new TextScanner(rest[(lead + 1)..]);
        if (!zone.Number(2, 2, out int hours))
            return null;
        zone.Take(':');
        if (!zone.Number(2, 2, out int minutes) || hours > 14 || minutes > 59 || (hours == 14 && minutes > 0))
            return null;
        scan.Skip(lead + 1 + zone.Position);
        var offset = new TimeSpan(hours, minutes, 0);
        return rest[lead] == '-' ? -offset : offset;
    }

    static bool Month(ref TextScanner scan, out int month)
    {
        int found = scan.Rest.Length < 3 ? -1 : Months.AsSpan().IndexOf(scan.Rest[..3], StringComparison.Ordinal);
        month = (found / 3) + 1;
        if (found < 0 || found % 3 != 0)
            return false;
        scan.Skip(3);
        return true;
    }

    static bool Make(int year, int month, int day, TimeSpan clock, TimeSpan zone, out DateTimeOffset time)
    {
        bool exists = year is >= YearMin and <= YearMax && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        time = exists ? new DateTimeOffset(new DateTime(year, month, day) + clock, zone) : default;
        return exists;
    }
}
