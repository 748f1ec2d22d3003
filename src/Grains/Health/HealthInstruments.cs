using System.Diagnostics.Metrics;

namespace Orrery.Grains.Health;

/// <summary>What the health grains of a silo tell about themselves. Counted per batch and per flush, never per sample.</summary>
public sealed class HealthInstruments
{
    public const string MeterName = "Orrery.Health";

    readonly Counter<long> samples;
    readonly Counter<long> flushed;
    readonly Histogram<double> flushDuration;
    readonly Counter<long> flushesFailed;
    readonly Counter<long> daysCompacted;
    readonly Counter<long> alarms;
    readonly Counter<long> deliveries;

    public HealthInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        samples = meter.CreateCounter<long>("orrery.health.samples", "{sample}", "Samples that servers were given, by outcome.");
        flushed = meter.CreateCounter<long>("orrery.health.flushed_samples", "{sample}", "Samples that were put into chunks.");
        flushDuration = meter.CreateHistogram<double>("orrery.health.flush.duration", "s", "From the beginning of a flush until its checkpoint is stored.");
        flushesFailed = meter.CreateCounter<long>("orrery.health.flushes_failed", "{flush}", "Flushes that failed; their samples stay in the log.");
        daysCompacted = meter.CreateCounter<long>("orrery.health.days_compacted", "{day}", "Finished days of servers that were rewritten and summed up.");
        alarms = meter.CreateCounter<long>("orrery.alarms.changes", "{alarm}", "Alarms that fired or were resolved.");
        deliveries = meter.CreateCounter<long>("orrery.webhooks.attempts", "{attempt}", "Tries to deliver a webhook, by result.");
    }

    internal void Applied(in Interfaces.Health.SampleOutcome outcome)
    {
        if (outcome.Accepted > 0)
            samples.Add(outcome.Accepted, new KeyValuePair<string, object?>("outcome", "accepted"));
        if (outcome.Duplicate > 0)
            samples.Add(outcome.Duplicate, new KeyValuePair<string, object?>("outcome", "duplicate"));
        int refused = outcome.TooOld + outcome.TooNew + outcome.OverLimit;
        if (refused > 0)
            samples.Add(refused, new KeyValuePair<string, object?>("outcome", "refused"));
    }

    internal void Flushed(long count, TimeSpan duration)
    {
        flushed.Add(count);
        flushDuration.Record(duration.TotalSeconds);
    }

    internal void FlushFailed() => flushesFailed.Add(1);

    internal void DayCompacted() => daysCompacted.Add(1);

    internal void AlarmChanged(bool fired) => alarms.Add(1, new KeyValuePair<string, object?>("change", fired ? "fired" : "resolved"));

    internal void WebhookTried(bool delivered) => deliveries.Add(1, new KeyValuePair<string, object?>("result", delivered ? "delivered" : "failed"));
}
