using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Hosting;

/// <summary>
/// Compares the fires of reminders that were due, computed from first times and periods alone, with those that ran, failed or were missed. A difference that is neither
/// waiting nor explained is <see cref="ReminderAccount.Lost"/>: it is never silent.
/// </summary>
public interface IReminderLedger
{
    /// <summary>The account of every grain type, by name. Reads every row of the table.</summary>
    Task<IReadOnlyList<ReminderTypeAccount>> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>The accounts of reminders one by one, a page at a time.</summary>
    /// <param name="grainType">Only this type's; null: all.</param>
    /// <param name="after">The last key of the page before; null: the first page.</param>
    /// <param name="limit">At most so many; 1 to 10,000. Fewer come only at the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<ReminderAccount>> ReadRemindersAsync(string? grainType, ReminderKey? after, int limit, CancellationToken cancellationToken = default);
}

/// <param name="GrainType">The class's stable name.</param>
/// <param name="Reminders">How many are registered.</param>
/// <param name="Due">Fires that have fallen due since the reminders were registered.</param>
/// <param name="Ran">Fires that ran to their end.</param>
/// <param name="Failed">Fires whose grain threw, or did not answer in time.</param>
/// <param name="Missed">Fires that were passed over, by policy or because an earlier one still ran.</param>
/// <param name="Waiting">Fires that are due and have no outcome yet.</param>
/// <param name="Overdue">Of these, those that have been due for longer than <see cref="ReminderOptions.LateAfter"/>.</param>
/// <param name="Late">Fires that began later than that.</param>
/// <param name="Repeated">Fires that were begun again after an attempt without outcome.</param>
/// <param name="Lost">Fires without any account, and fires accounted for twice, of all reminders. Anything but 0 is a fault.</param>
public sealed record ReminderTypeAccount(string GrainType, long Reminders, long Due, long Ran, long Failed, long Missed, long Waiting, long Overdue, long Late, long Repeated, long Lost);

/// <summary>One reminder's account.</summary>
/// <param name="Key">Which reminder.</param>
/// <param name="FirstDue">UTC.</param>
/// <param name="Period">Between fires.</param>
/// <param name="NextDue">The earliest fire without an outcome. UTC.</param>
/// <param name="Due">Fires that have fallen due since it was registered: computed from <paramref name="FirstDue"/>, <paramref name="Period"/> and the time of reading alone.</param>
/// <param name="Ran">Fires that ran to their end.</param>
/// <param name="Failed">Fires whose grain threw, or did not answer in time.</param>
/// <param name="Missed">Fires that were passed over, by policy or because an earlier one still ran.</param>
/// <param name="Waiting">Fires that are due and have no outcome yet.</param>
/// <param name="Overdue">Of these, those that have been due for longer than <see cref="ReminderOptions.LateAfter"/>.</param>
/// <param name="Late">Fires that began later than that.</param>
/// <param name="Repeated">Fires that were begun again after an attempt without outcome.</param>
/// <param name="Lost">Above zero: so many fires were passed without any account. Below zero: so many were accounted for twice.</param>
public sealed record ReminderAccount(
    ReminderKey Key, DateTimeOffset FirstDue, TimeSpan Period, DateTimeOffset NextDue, long Due, long Ran, long Failed, long Missed, long Waiting, long Overdue, long Late, long Repeated, long Lost)
{
    /// <summary>The account of a row at a time.</summary>
    public static ReminderAccount Of(ReminderRow row, DateTimeOffset now, TimeSpan lateAfter)
    {
        long due = ReminderSteps.CountDue(row.FirstDue, row.Period, now);
        // A row that stands between two fires passed one without account.
        long passed = row.Due + ((row.NextDue - row.FirstDue).Ticks % Math.Max(row.Period.Ticks, 1) == 0 ? 0 : 1);
        return new ReminderAccount(row.Key, row.FirstDue, row.Period, row.NextDue, due, row.Ran, row.Failed, row.Missed,
            Math.Max(due - passed, 0), ReminderSteps.FiresDueBy(row, now - lateAfter - TimeSpan.FromTicks(1)), row.Late, row.Repeated, passed - row.Ran - row.Failed - row.Missed);
    }
}
