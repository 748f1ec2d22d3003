using System.Diagnostics.CodeAnalysis;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>Dates, times and intervals: days and microseconds since 1970-01-01 in the calendar of ISO 8601, from 0001-01-01 to 9999-12-31.</summary>
public static class TimeArithmetic
{
    public const long MicrosecondsPerSecond = 1_000_000;

    public const long MicrosecondsPerDay = 86_400 * MicrosecondsPerSecond;

    /// <summary>0001-01-01 in days.</summary>
    public const long DaysMin = -719_162;

    /// <summary>9999-12-31 in days.</summary>
    public const long DaysMax = 2_932_896;

    public static long Difference(long left, long right, SqlTypeKind kind) =>
        kind == SqlTypeKind.Date ? (left - right) * MicrosecondsPerDay : left - right;

    public static long Add(long time, long microseconds) => CheckTimestamp(Arithmetic.AddInt64(time, microseconds));

    public static long AddMonths(long time, long months)
    {
        long days = FloorDivide(time, MicrosecondsPerDay);
        return AddMonthsToDate(days, months) * MicrosecondsPerDay + (time - days * MicrosecondsPerDay);
    }

    /// <summary>A date later by whole days.</summary>
    public static long AddToDate(long days, long microseconds)
    {
        if (microseconds % MicrosecondsPerDay != 0)
            throw new SqlValueException($"A DATE and an interval of {microseconds} microseconds: it is not of whole days. Cast the date to TIMESTAMP first.");
        return CheckDate(days + microseconds / MicrosecondsPerDay);
    }

    /// <summary>The same day of a later month; its last day where it has no such day.</summary>
    public static long AddMonthsToDate(long days, long months)
    {
        var date = DateOf(days);
        long month = date.Year * 12L + date.Month - 1 + months;
        long year = FloorDivide(month, 12);
        if (year is < 1 or > 9999) OutOfCalendar($"{date:yyyy-MM-dd} and {months} months");
        int monthOfYear = (int)(month - year * 12) + 1;
        return new DateOnly((int)year, monthOfYear, Math.Min(date.Day, DateTime.DaysInMonth((int)year, monthOfYear))).DayNumber + DaysMin;
    }

    /// <summary>A time of day; past midnight it goes on from zero.</summary>
    public static long AddToTime(long time, long microseconds) => FloorModulo(time + microseconds % MicrosecondsPerDay, MicrosecondsPerDay);

    public static long ScaleUp(long interval, double factor) => Whole(interval * factor);

    public static long ScaleDown(long interval, double divisor) => Whole(Arithmetic.DivideReal(interval, divisor));

    public static DateOnly DateOf(long days)
    {
        if (days is < DaysMin or > DaysMax) OutOfCalendar($"Day {days} since 1970-01-01");
        return DateOnly.FromDayNumber((int)(days - DaysMin));
    }

    public static long CheckDate(long days)
    {
        if (days is < DaysMin or > DaysMax) OutOfCalendar($"Day {days} since 1970-01-01");
        return days;
    }

    public static long CheckTimestamp(long microseconds)
    {
        if (microseconds is < DaysMin * MicrosecondsPerDay or >= (DaysMax + 1) * MicrosecondsPerDay) OutOfCalendar($"Microsecond {microseconds} since 1970-01-01");
        return microseconds;
    }

    /// <summary>The quotient, rounded down.</summary>
    public static long FloorDivide(long value, long divisor)
    {
        long quotient = value / divisor;
        return (value % divisor != 0 && (value < 0) != (divisor < 0)) ? quotient - 1 : quotient;
    }

    public static long FloorModulo(long value, long divisor) => value - FloorDivide(value, divisor) * divisor;

    private static long Whole(double value)
    {
        if (!(Math.Abs(value) < long.MaxValue)) throw new SqlValueException($"An interval of {value} is out of range.");
        return (long)Math.Round(value, MidpointRounding.AwayFromZero);
    }

    [DoesNotReturn]
    private static void OutOfCalendar(string what) => throw new SqlValueException($"{what} is out of the calendar, 0001-01-01 to 9999-12-31.");
}
