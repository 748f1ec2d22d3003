using System.Diagnostics.Metrics;

namespace Orrery.Grains.Channels;

/// <summary>Meters of the channels' workers on a silo, by worker: source, collector, restorer, lander. Counted per batch or file, never per record.</summary>
sealed class ChannelInstruments
{
    public const string MeterName = "Orrery.Channels", Source = "source", Collector = "collector", Restorer = "restorer", Lander = "lander";

    readonly Counter<long> records;
    readonly Counter<long> rejected;
    readonly Counter<long> files;
    readonly Counter<long> failures;

    public ChannelInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        records = meter.CreateCounter<long>("orrery.channels.records", "{record}", "Records that workers carried: into topics, or, of landers, into finished files.");
        rejected = meter.CreateCounter<long>("orrery.channels.rejected", "{record}", "Records that could not be read and went to the dead letters.");
        files = meter.CreateCounter<long>("orrery.channels.files", "{file}", "Files that were finished.");
        failures = meter.CreateCounter<long>("orrery.channels.failures", "{failure}", "Failures of workers, by outcome: retried, or stopped until a person mends it.");
    }

    public void Carried(string worker, long count)
    {
        if (count > 0) records.Add(count, Tag(worker));
    }

    public void Rejected(string worker, long count)
    {
        if (count > 0) rejected.Add(count, Tag(worker));
    }

    public void Finished(int count) => files.Add(count, Tag(Lander));

    public void Failed(string worker, bool isRetried) => failures.Add(1, Tag(worker), new KeyValuePair<string, object?>("outcome", isRetried ? "retried" : "stopped"));

    static KeyValuePair<string, object?> Tag(string worker) => new("worker", worker);
}
