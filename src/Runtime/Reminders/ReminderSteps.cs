using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>The arithmetic of a reminder's row: what a fire's begin and its end make of it.</summary>
internal static class ReminderSteps
{
    /// <summary>
    /// The row to store before the grain is called: one more attempt at the fire of <see cref="ReminderRow.NextDue"/>, which the policy may first move on, counting what
    /// it passes over as missed. Where no fire is left that is due, <paramref name="fires"/> is false and no attempt is noted.
    /// </summary>
    public static ReminderRow Begin(ReminderRow row, DateTimeOffset now, long term, ReminderOptions options, out bool fires)
    {
        row = row with { Term = term };
        bool isRepeat = row.Attempts > 0;
        if (!isRepeat) row = PassOver(row, options.AfterOutage == ReminderPolicy.Skip ? FiresDueBy(row, now - options.LateAfter - TimeSpan.FromTicks(1)) : 0);
        if (!isRepeat && options.AfterOutage == ReminderPolicy.FireAll) row = PassOver(row, Math.Max(FiresDueBy(row, now) - options.ReplayLimit, 0));
        fires = row.NextDue <= now;
        if (!fires) return row;
        return row with
        {
            Attempts = row.Attempts + 1,
            Repeated = row.Repeated + (isRepeat ? 1 : 0),
            Late = row.Late + (!isRepeat && now - row.NextDue > options.LateAfter ? 1 : 0),
        };
    }

    /// <summary>The row after its fire: one more has run or failed; those that fell due meanwhile are passed over unless each is to be run.</summary>
    public static ReminderRow End(ReminderRow row, DateTimeOffset now, bool ran, ReminderPolicy policy)
    {
        row = row with
        {
            NextDue = row.NextDue + row.Period,
            Ran = row.Ran + (ran ? 1 : 0),
            Failed = row.Failed + (ran ? 0 : 1),
            Attempts = 0,
        };
        return policy == ReminderPolicy.FireAll ? row : PassOver(row, FiresDueBy(row, now));
    }

    /// <summary>Fires of the row from <see cref="ReminderRow.NextDue"/> on that are due at this time.</summary>
    public static long FiresDueBy(ReminderRow row, DateTimeOffset time) => CountDue(row.NextDue, row.Period, time);

    /// <summary>How many of the times first, first + period, first + 2 periods ... are not after the given one.</summary>
    public static long CountDue(DateTimeOffset first, TimeSpan period, DateTimeOffset time) =>
        time < first || period <= TimeSpan.Zero ? 0 : (time - first).Ticks / period.Ticks + 1;

    private static ReminderRow PassOver(ReminderRow row, long fires) =>
        fires == 0 ? row : row with { NextDue = row.NextDue.AddTicks(row.Period.Ticks * fires), Missed = row.Missed + fires };
}
