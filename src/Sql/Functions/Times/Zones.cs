using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Times;

/// <summary>Time zones by their names of the IANA base, or as an offset (+02:00). The zone of a session is UTC.</summary>
internal static class Zones
{
    public static TimeZoneInfo Find(string name)
    {
        var offset = TimeSpan.Zero;
        bool isOffset = name.Length > 1 && name[0] is '+' or '-' && TimeSpan.TryParseExact(name.AsSpan(1), ["hh\\:mm", "hh"], System.Globalization.CultureInfo.InvariantCulture, out offset);
        if (isOffset && offset.TotalHours <= 14) return TimeZoneInfo.CreateCustomTimeZone(name, name[0] == '-' ? -offset : offset, name, name);
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : throw new SqlValueException($"There is no time zone '{name}' on this machine.");
    }

    /// <summary>The instant of a time on the clock of a zone; of two, the earlier; in a gap, later by the gap.</summary>
    public static long ToUtc(EvaluationContext context, long local, Bytes zone)
    {
        var (info, time) = (context.State.Zone(zone), Date(local));
        var offset = info.IsAmbiguousTime(time) ? info.GetAmbiguousTimeOffsets(time).Max() : info.GetUtcOffset(time);
        return TimeArithmetic.CheckTimestamp(local - offset.Ticks / TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>What the clock of a zone shows at an instant.</summary>
    public static long ToLocal(EvaluationContext context, long instant, Bytes zone)
    {
        var offset = context.State.Zone(zone).GetUtcOffset(DateTime.SpecifyKind(Date(instant), DateTimeKind.Utc));
        return TimeArithmetic.CheckTimestamp(instant + offset.Ticks / TimeSpan.TicksPerMicrosecond);
    }

    private static DateTime Date(long microseconds) => new(DateTime.UnixEpoch.Ticks + TimeArithmetic.CheckTimestamp(microseconds) * TimeSpan.TicksPerMicrosecond);
}
