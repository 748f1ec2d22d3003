namespace Orrery.Runtime.Hosting;

/// <summary>How a silo fires reminders.</summary>
public sealed class ReminderOptions
{
    /// <summary>The smallest period that a reminder may have. Default: 1 min. At least 1 ms.</summary>
    public TimeSpan MinimumPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the table is read for what falls due. Default: 30 s. At least 10 ms.</summary>
    public TimeSpan ScanPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many due rows one read of the table fetches; where more are due, it is read again. Default: 1,000. At least 1.</summary>
    public int ScanRowsLimit { get; set; } = 1_000;

    /// <summary>How many fires may run at once; further ones wait, none is dropped. Default: 256. At least 1.</summary>
    public int RunningLimit { get; set; } = 256;
}
