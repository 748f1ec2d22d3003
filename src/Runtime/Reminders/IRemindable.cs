namespace Orrery.Runtime;

/// <summary>A grain that has reminders.</summary>
public interface IRemindable : IGrain
{
    /// <summary>A reminder has fired. After a crash the same fire may come again, with the same <see cref="TickStatus.CurrentTickTime"/>.</summary>
    Task ReceiveReminder(string reminderName, TickStatus status);
}

/// <summary>A registered reminder.</summary>
public interface IGrainReminder
{
    string ReminderName { get; }
}

/// <summary>One fire of a reminder. Times are UTC.</summary>
public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
{
    public DateTime FirstTickTime { get; } = firstTickTime;

    public TimeSpan Period { get; } = period;

    /// <summary>When this fire was due, not when it ran: a repeated fire carries the same time.</summary>
    public DateTime CurrentTickTime { get; } = timeStamp;

    public override string ToString() => $"<{FirstTickTime:O}, {Period}, {CurrentTickTime:O}>";
}
