using System.Globalization;
using Orrery.Interfaces.Checks;

namespace Orrery.Grains.Checks;

/// <summary>When a check runs.</summary>
static class CheckSchedule
{
    /// <summary>The next time after another; null: it has no schedule.</summary>
    public static DateTimeOffset? Next(CheckSpec spec, DateTimeOffset after)
    {
        if (spec.EveryMinutes is { } minutes)
            return after.ToUniversalTime().AddMinutes(minutes);
        if (spec.At is not { } text)
            return null;
        TimeOnly at = TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
        TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(spec.TimeZone);
        DateTime day = TimeZoneInfo.ConvertTime(after, zone).Date;
        // Two days are enough: a time that a change of the clock passes over is the next hour's.
        for (int ahead = 0; ; ahead++)
        {
            DateTime wall = day.AddDays(ahead).Add(at.ToTimeSpan());
            if (zone.IsInvalidTime(wall))
                wall = wall.AddHours(1);
            var next = new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), zone), TimeSpan.Zero);
            if (next > after)
                return next;
        }
    }
}
