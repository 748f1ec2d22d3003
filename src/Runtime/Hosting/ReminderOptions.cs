namespace Orrery.Runtime.Hosting;

/// <summary>How a silo fires reminders.</summary>
public sealed class ReminderOptions
{
    /// <summary>The smallest period that a reminder may have. Default: 1 min. At least 1 ms.</summary>
    public TimeSpan MinimumPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the table is read for what falls due. Default: 30 s. At least 10 ms.</summary>
    public TimeSpan ScanPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many due rows one read of the table fetches; where more are due, it is read again. Default: 10,000. At least 1.</summary>
    public int ScanRowsLimit { get; set; } = 10_000;

    /// <summary>How many fires may be under way at once on this silo, the writing of their rows included; further ones wait, none is dropped. Default: 256. At least 1.</summary>
    public int RunningLimit { get; set; } = 256;

    /// <summary>What becomes of fires that nobody was there to run. Default: <see cref="ReminderPolicy.FireOnce"/>. All silos of a cluster should agree.</summary>
    public ReminderPolicy AfterOutage { get; set; } = ReminderPolicy.FireOnce;

    /// <summary>With <see cref="ReminderPolicy.FireAll"/>: how many overdue fires of one reminder are run, the latest ones; older ones are counted as missed. Default: 100. At least 1.</summary>
    public int ReplayLimit { get; set; } = 100;

    /// <summary>A fire that begins later than this after its time counts as late, and with <see cref="ReminderPolicy.Skip"/> does not begin at all. Default: 1 min. At least 1 s.</summary>
    public TimeSpan LateAfter { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How soon the table is asked again after it failed, or after it refused a change. Default: 1 s. At least 10 ms.</summary>
    public TimeSpan RetryPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many rows are audited, <see cref="IReminderLedger"/>'s arithmetic done on each, per <see cref="ScanPeriod"/>. Default: 1,000. At least 1.</summary>
    public int AuditRowsLimit { get; set; } = 1_000;
}

/// <summary>What becomes of the fires of a reminder that fell due while nobody was there to run them.</summary>
public enum ReminderPolicy
{
    /// <summary>One is run, with the earliest one's due time; the others are counted as missed.</summary>
    FireOnce,

    /// <summary>Each is run, one after the other, with its own due time, up to <see cref="ReminderOptions.ReplayLimit"/>.</summary>
    FireAll,

    /// <summary>Those that are late by more than <see cref="ReminderOptions.LateAfter"/> are counted as missed. One that had begun when its silo ended is repeated all the same.</summary>
    Skip,
}
