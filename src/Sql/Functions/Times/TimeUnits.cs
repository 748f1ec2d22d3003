using Orrery.Sql.Compilation;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Times;

/// <summary>What EXTRACT, CEIL, FLOOR, TIMESTAMPADD and TIMESTAMPDIFF do with units. Timestamps are microseconds since 1970-01-01.</summary>
internal static class TimeUnits
{
    private const long Second = TimeArithmetic.MicrosecondsPerSecond, Minute = 60 * Second, Hour = 60 * Minute, Day = TimeArithmetic.MicrosecondsPerDay, Week = 7 * Day;

    private static readonly string[] Fields =
    [
        "EPOCH", "MILLENNIUM", "CENTURY", "DECADE", "YEAR", "ISOYEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAYOFYEAR", "DAYOFWEEK", "ISODAYOFWEEK", "HOUR", "MINUTE", "SECOND", "MILLISECOND", "MICROSECOND", "NANOSECOND",
    ];

    /// <summary>The unit's one name; null where it is none.</summary>
    public static string? Name(string? word) => word?.ToUpperInvariant() switch
    {
        null => null,
        "DOW" => "DAYOFWEEK",
        "ISODOW" => "ISODAYOFWEEK",
        "DOY" => "DAYOFYEAR",
        "DAYOFMONTH" => "DAY",
        var name => Fields.Contains(name) ? name : null,
    };

    /// <summary>Microseconds of a unit that is always as long; 0 for the others.</summary>
    public static long Microseconds(string unit) => unit switch
    {
        "MICROSECOND" => 1,
        "MILLISECOND" => 1_000,
        "SECOND" => Second,
        "MINUTE" => Minute,
        "HOUR" => Hour,
        "DAY" => Day,
        "WEEK" => Week,
        _ => 0,
    };

    /// <summary>Months of a unit that counts in them; 0 for the others.</summary>
    public static int Months(string unit) => unit switch
    {
        "MONTH" => 1,
        "QUARTER" => 3,
        "YEAR" => 12,
        "DECADE" => 120,
        "CENTURY" => 1_200,
        "MILLENNIUM" => 12_000,
        _ => 0,
    };

    public static long Extract(long time, string unit)
    {
        long ofDay = TimeArithmetic.FloorModulo(time, Day);
        switch (unit)
        {
            case "EPOCH": return TimeArithmetic.FloorDivide(time, Second);
            case "HOUR": return ofDay / Hour;
            case "MINUTE": return ofDay / Minute % 60;
            case "SECOND": return ofDay / Second % 60;
            case "MILLISECOND": return ofDay % Minute / 1_000;
            case "MICROSECOND": return ofDay % Minute;
            case "NANOSECOND": return ofDay % Minute * 1_000;
        }

        var date = TimeArithmetic.DateOf(TimeArithmetic.FloorDivide(time, Day));
        return unit switch
        {
            "MILLENNIUM" => (date.Year + 999) / 1000,
            "CENTURY" => (date.Year + 99) / 100,
            "DECADE" => date.Year / 10,
            "YEAR" => date.Year,
            "ISOYEAR" => System.Globalization.ISOWeek.GetYear(date.ToDateTime(default)),
            "QUARTER" => (date.Month + 2) / 3,
            "MONTH" => date.Month,
            "WEEK" => System.Globalization.ISOWeek.GetWeekOfYear(date.ToDateTime(default)),
            "DAY" => date.Day,
            "DAYOFYEAR" => date.DayOfYear,
            "DAYOFWEEK" => (int)date.DayOfWeek + 1,
            _ => date.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)date.DayOfWeek,
        };
    }

    public static long ExtractOfInterval(long interval, string unit, bool isMonths) => (isMonths, unit) switch
    {
        (true, "YEAR") => interval / 12,
        (true, "QUARTER") => interval % 12 / 3 + 1,
        (true, "MONTH") => interval % 12,
        (false, "EPOCH") => interval / Second,
        (false, "DAY") => interval / Day,
        (false, "HOUR") => interval % Day / Hour,
        (false, "MINUTE") => interval % Hour / Minute,
        (false, "SECOND") => interval % Minute / Second,
        (false, "MILLISECOND") => interval % Minute / 1_000,
        (false, "MICROSECOND") => interval % Minute,
        _ => throw new SqlValueException($"An interval has no {unit}."),
    };

    /// <summary>The last start of a unit (weeks start on Monday) not after the time.</summary>
    public static long Floor(long time, string unit)
    {
        if (unit == "WEEK") return TimeArithmetic.FloorDivide(time + 3 * Day, Week) * Week - 3 * Day;
        if (Microseconds(unit) is var length and > 0) return TimeArithmetic.FloorDivide(time, length) * length;
        int months = Months(unit);
        if (months == 0) throw new SqlValueException($"A time has no start of {unit}.");
        var date = TimeArithmetic.DateOf(TimeArithmetic.FloorDivide(time, Day));
        int month = date.Year * 12 + date.Month - 1;

        // Centuries and millennia begin with a year 1.
        int shift = months >= 1_200 ? 12 : 0;
        month = (month - shift) / months * months + shift;
        return month < 12 ? TimeArithmetic.DaysMin * Day : (new DateOnly(month / 12, month % 12 + 1, 1).DayNumber + TimeArithmetic.DaysMin) * Day;
    }

    public static long Ceiling(long time, string unit)
    {
        long floor = Floor(time, unit);
        if (floor == time) return time;
        return Microseconds(unit) is var length and > 0 ? TimeArithmetic.CheckTimestamp(floor + length) : TimeArithmetic.AddMonths(floor, Months(unit));
    }

    /// <summary>Whole units from one time to the other.</summary>
    public static long Difference(long from, long to, string unit)
    {
        if (unit == "NANOSECOND") return Arithmetic.MultiplyInt64(to - from, 1_000);
        if (Microseconds(unit) is var length and > 0) return (to - from) / length;
        if (from > to) return -Difference(to, from, unit);
        var (first, last) = (TimeArithmetic.DateOf(TimeArithmetic.FloorDivide(from, Day)), TimeArithmetic.DateOf(TimeArithmetic.FloorDivide(to, Day)));
        long months = (last.Year - first.Year) * 12L + last.Month - first.Month;
        if ((last.Day, TimeArithmetic.FloorModulo(to, Day)).CompareTo((first.Day, TimeArithmetic.FloorModulo(from, Day))) < 0) months--;
        return months / Months(unit);
    }
}
