namespace Orrery.WebApi.Cluster;

internal enum HistoryKind
{
    Joined,
    Draining,
    Left,
    Dead,
}

/// <param name="At">By the clock of who wrote it.</param>
/// <param name="Reason">Why, and who said so; may be empty.</param>
internal sealed record HistoryEvent(DateTimeOffset At, string Silo, HistoryKind Kind, string Reason, string Build);

/// <summary>Fires of reminders, over the silos that answered, since their starts.</summary>
internal sealed record ReminderView(long Due, long Ran, long Failed, long Missed, long Running, IReadOnlyList<ReminderPlace> Silos);

internal sealed record ReminderPlace(string Silo, long Due, long Ran, long Failed, long Missed, long Running);
