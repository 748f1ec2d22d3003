using System.Globalization;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.News;

namespace Orrery.Grains.News;

/// <summary>When news may go out: schedules and quiet hours on clocks of zones.</summary>
static class NewsHours
{
    /// <summary>How far ahead of UTC a clock can be: then the first of all zones reaches a time.</summary>
    static readonly TimeSpan AheadMax = TimeSpan.FromHours(14);

    const string Clock = "yyyy-MM-ddTHH:mm", Hour = "HH:mm";

    /// <exception cref="InvalidInputException">It is no time, or the zone is unknown.</exception>
    public static void Check(NewsSchedule schedule)
    {
        if (schedule.At is not null && !TryTime(schedule.At, out _))
            throw new InvalidInputException("schedule.at", $"'{Cut(schedule.At)}' is no time: write it as 2026-12-01T09:00.");
        if (Zone(schedule.Zone) is null)
            throw new InvalidInputException("schedule.zone", $"'{Cut(schedule.Zone)}' is no time zone that is known here: write one such as Asia/Shanghai or UTC.");
    }

    /// <exception cref="InvalidInputException">One of them is no hour, or one is missing.</exception>
    public static void CheckQuiet(string? from, string? until)
    {
        if (from is null && until is null)
            return;
        foreach ((string field, string? hour) in new[] { ("quietFrom", from), ("quietUntil", until) })
            if (!TimeOnly.TryParseExact(hour, Hour, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
                throw new InvalidInputException(field, $"'{Cut(hour ?? "")}' is no hour: write both as 22:00, or leave both out.");
        if (from == until)
            throw new InvalidInputException("quietUntil", "Quiet hours begin and end at the same time, which is the whole day or none. Leave both out for none.");
    }

    /// <summary>When the first recipients may have it: then the audience is resolved.</summary>
    public static DateTimeOffset First(NewsSchedule schedule, DateTimeOffset now) => schedule.At is null ? now
        : schedule.IsEachZone ? new DateTimeOffset(Time(schedule.At), TimeSpan.Zero) - AheadMax
        : Instant(Time(schedule.At), Zone(schedule.Zone)!);

    /// <summary>When recipients of a zone may have it, not before now.</summary>
    /// <param name="order">What is sent.</param>
    /// <param name="zone">The recipients'; empty or unknown: the schedule's.</param>
    /// <param name="now">UTC.</param>
    public static DateTimeOffset Due(NewsOrder order, string zone, DateTimeOffset now)
    {
        TimeZoneInfo own = Zone(zone) ?? Zone(order.Schedule.Zone) ?? TimeZoneInfo.Utc;
        DateTimeOffset due = order.Schedule.At is null ? now : Instant(Time(order.Schedule.At), order.Schedule.IsEachZone ? own : Zone(order.Schedule.Zone)!);
        due = due > now ? due : now;
        if (order.IsUrgent || order.QuietFrom is null || order.QuietUntil is null)
            return due;
        TimeOnly from = TimeOnly.ParseExact(order.QuietFrom, Hour, CultureInfo.InvariantCulture), until = TimeOnly.ParseExact(order.QuietUntil, Hour, CultureInfo.InvariantCulture);
        DateTime local = TimeZoneInfo.ConvertTime(due, own).DateTime;
        // IsBetween goes past midnight where the end is before the begin.
        if (!TimeOnly.FromDateTime(local).IsBetween(from, until))
            return due;
        DateTime end = local.Date + until.ToTimeSpan();
        return Instant(end > local ? end : end.AddDays(1), own);
    }

    public static TimeZoneInfo? Zone(string? zone) => !string.IsNullOrEmpty(zone) && zone.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found) ? found : null;

    /// <summary>A time that a clock leaves out is an hour later; of one that it has twice the first is meant.</summary>
    static DateTimeOffset Instant(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
            local = local.AddHours(1);
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    static DateTime Time(string text) => TryTime(text, out DateTime time) ? time : throw new InvalidOperationException($"'{text}' was checked to be a time.");

    static bool TryTime(string text, out DateTime time) => DateTime.TryParseExact(text, Clock, CultureInfo.InvariantCulture, DateTimeStyles.None, out time) && time.Year is > 2000 and < 2200;

    static string Cut(string text) => text.Length <= 80 ? text : text[..77] + "...";
}
