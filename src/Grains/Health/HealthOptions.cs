namespace Orrery.Grains.Health;

public sealed class HealthOptions
{
    /// <summary>A server without samples for this long is silent. Default 2 minutes.</summary>
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>A series without samples for this long no longer holds an alarm open, as long as its server is not silent. Default 5 minutes, so that it outlasts four missed scrapes a minute apart.</summary>
    public TimeSpan SeriesStaleAfter { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How far ahead of the silo's clock a sample may be. Default 10 minutes.</summary>
    public TimeSpan FutureMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How far behind its series' newest sample one may come. Default 1 hour.</summary>
    public TimeSpan OutOfOrderMax { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long stored samples stay in memory. Default 3 hours; not shorter than <see cref="OutOfOrderMax"/>.</summary>
    public TimeSpan MemoryKeep { get; set; } = TimeSpan.FromHours(3);

    /// <summary>Series of one server; samples of further ones are counted and dropped. Default 20,000.</summary>
    public int SeriesMax { get; set; } = 20_000;

    /// <summary>Samples that are in the log only are put into chunks when the oldest is this old. Default 10 minutes.</summary>
    public TimeSpan FlushAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Or when there are so many of them. Default 2,000,000.</summary>
    public long FlushSamples { get; set; } = 2_000_000;

    /// <summary>How long single samples are kept. Default 15 days.</summary>
    public TimeSpan RawRetention { get; set; } = TimeSpan.FromDays(15);

    /// <summary>How long 1-minute roll-ups are kept. Default 90 days.</summary>
    public TimeSpan MinuteRetention { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How long 1-hour roll-ups are kept. Default 730 days.</summary>
    public TimeSpan HourRetention { get; set; } = TimeSpan.FromDays(730);

    /// <summary>Servers of one silo whose finished days are compacted at the same time. Default 1.</summary>
    public int CompactionsMax { get; set; } = 1;

    /// <summary>Metrics that are watched for anomalies, by their minutes' means.</summary>
    public IReadOnlyList<string> AnomalyMetrics { get; set; } = ["cpu_usage_percent", "memory_used_percent"];

    /// <summary>Series of one server that are watched for anomalies; each costs about 2 kB. Default 16.</summary>
    public int AnomalySeriesMax { get; set; } = 16;

    /// <summary>How long the anomaly score of a minute is shown and judged by rules: it is high once, when the anomaly begins. Default 10 minutes.</summary>
    public TimeSpan AnomalyHold { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Series of one server that rules look at; further ones are not watched. Default 2,000.</summary>
    public int WatchedSeriesMax { get; set; } = 2_000;

    /// <summary>Every error of these options, in words; empty when they are right.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        void Positive(string name, TimeSpan value)
        {
            if (value <= TimeSpan.Zero)
                errors.Add($"HealthOptions.{name} is {value}; it must be more than zero.");
        }

        Positive(nameof(SilentAfter), SilentAfter);
        Positive(nameof(SeriesStaleAfter), SeriesStaleAfter);
        Positive(nameof(FlushAge), FlushAge);
        Positive(nameof(RawRetention), RawRetention);
        Positive(nameof(AnomalyHold), AnomalyHold);
        if (MemoryKeep < OutOfOrderMax)
            errors.Add($"HealthOptions.MemoryKeep is {MemoryKeep}; it must not be shorter than OutOfOrderMax, {OutOfOrderMax}.");
        if (MinuteRetention < RawRetention || HourRetention < MinuteRetention)
            errors.Add($"HealthOptions: RawRetention {RawRetention}, MinuteRetention {MinuteRetention} and HourRetention {HourRetention} must not fall in this order.");
        if (CompactionsMax < 1)
            errors.Add($"HealthOptions.CompactionsMax is {CompactionsMax}; it must be 1 or more.");
        if (SeriesMax < 1)
            errors.Add($"HealthOptions.SeriesMax is {SeriesMax}; it must be 1 or more.");
        return errors;
    }
}
