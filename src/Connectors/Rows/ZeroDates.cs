namespace Orrery.Connectors.Rows;

/// <summary>
/// Dates whose year, month or day is zero, which MySQL and MariaDB store and no calendar has: <c>0000-00-00</c>, <c>2020-00-10</c>. They are carried in ranges
/// that real days and ticks do not use, so that nothing is bent on the way; a target that cannot hold one says so.
/// </summary>
public static class ZeroDates
{
    /// <summary>A date's days since 1970, or the carried form of one with zero parts.</summary>
    /// <param name="year">0 to 9999.</param>
    /// <param name="month">0 to 12.</param>
    /// <param name="day">0 to 31.</param>
    /// <exception cref="ValueRangeException">No such date, also not with zero parts.</exception>
    public static int Days(int year, int month, int day)
    {
        if (year >= 1 && month is >= 1 and <= 12 && day >= 1 && year <= 9999 && day <= DateTime.DaysInMonth(year, month)) return Civil(year, month, day);
        if ((uint)year > 9999 || (uint)month > 12 || (uint)day > 31) throw new ValueRangeException($"{year:D4}-{month:D2}-{day:D2} is no date.");
        return int.MinValue + (year << 9 | month << 5 | day);
    }

    /// <summary>Ticks since 1970 of a date and a time of day, or their carried form where the date has zero parts.</summary>
    /// <param name="days">From <see cref="Days"/>.</param>
    /// <param name="timeTicks">0 to 863,999,999,999.</param>
    public static long Ticks(int days, long timeTicks) =>
        IsZero(days) ? long.MinValue + ((long)days - int.MinValue) * TimeSpan.TicksPerDay + timeTicks : days * TimeSpan.TicksPerDay + timeTicks;

    public static bool IsZero(int days) => days < -1_000_000_000;

    public static bool IsZero(long ticks) => ticks < -4_000_000_000_000_000_000;

    /// <summary>Year, month and day of any carried date.</summary>
    public static (int Year, int Month, int Day) Parts(int days)
    {
        if (IsZero(days))
        {
            int packed = days - int.MinValue;
            return (packed >> 9, (packed >> 5) & 15, packed & 31);
        }

        var date = DateOnly.FromDayNumber(days + Epoch);
        return (date.Year, date.Month, date.Day);
    }

    /// <summary>The date and the ticks of its day of any carried timestamp.</summary>
    public static (int Days, long TimeTicks) Split(long ticks)
    {
        if (IsZero(ticks))
        {
            long carried = ticks - long.MinValue;
            return ((int)(int.MinValue + carried / TimeSpan.TicksPerDay), carried % TimeSpan.TicksPerDay);
        }

        long days = Math.DivRem(ticks, TimeSpan.TicksPerDay, out long time);
        return time < 0 ? ((int)days - 1, time + TimeSpan.TicksPerDay) : ((int)days, time);
    }

    /// <summary>Day number of 1970-01-01.</summary>
    public const int Epoch = 719162;

    static int Civil(int year, int month, int day)
    {
        // Days before a year and before a month of the Gregorian calendar, without the checks of DateTime's constructor.
        int before = year - 1;
        int leaps = before / 4 - before / 100 + before / 400;
        bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        int ofYear = (367 * month - 362) / 12 + (month <= 2 ? 0 : leap ? -1 : -2) + day;
        return before * 365 + leaps + ofYear - 1 - Epoch;
    }
}
