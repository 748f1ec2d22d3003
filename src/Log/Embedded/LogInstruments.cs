using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orrery.Log.Embedded;

/// <summary>What the embedded log measures, on the meter "Orrery.Log".</summary>
sealed class LogInstruments
{
    public const string MeterName = "Orrery.Log";

    readonly Counter<long> records, bytes, batches, failures, refusals, repeats, readBytes, compacted;
    readonly Histogram<double> flushDuration;
    readonly Histogram<long> groupBatches;

    public LogInstruments(IMeterFactory meters, Func<IEnumerable<Measurement<long>>> diskBytes, Func<DiskForecast> disk)
    {
        var meter = meters.Create(MeterName);
        records = meter.CreateCounter<long>("orrery.log.append.records", "{record}", "Records appended and durable.");
        bytes = meter.CreateCounter<long>("orrery.log.append.size", "By", "Bytes of batches appended and durable.");
        batches = meter.CreateCounter<long>("orrery.log.append.batches", "{batch}", "Batches appended and durable.");
        failures = meter.CreateCounter<long>("orrery.log.append.failures", "{failure}", "Writes or syncs that failed.");
        refusals = meter.CreateCounter<long>("orrery.log.append.refusals", "{batch}", "Batches refused because too many bytes waited for the disk.");
        repeats = meter.CreateCounter<long>("orrery.log.append.repeats", "{batch}", "Batches that a producer had appended before, and that were not written again.");
        readBytes = meter.CreateCounter<long>("orrery.log.read.size", "By", "Bytes of batches read.");
        compacted = meter.CreateCounter<long>("orrery.log.compaction.removed", "{record}", "Records that compaction took away.");
        flushDuration = meter.CreateHistogram<double>("orrery.log.flush.duration", "s", "Time to write and sync one group.");
        groupBatches = meter.CreateHistogram<long>("orrery.log.flush.batches", "{batch}", "Batches written and synced together.");
        meter.CreateObservableGauge("orrery.log.disk.size", diskBytes, "By", "Bytes of a topic's segments.");
        meter.CreateObservableGauge("orrery.log.disk.free", () => disk().FreeBytes, "By", "Free bytes of the log's disk.");
        meter.CreateObservableGauge("orrery.log.disk.growth", () => disk().BytesPerSecond, "By/s", "Bytes of the log's disk used a second, by whomever.");
    }

    public void Flushed(in TagList topic, AppendGroup group, TimeSpan duration)
    {
        long count = 0;
        foreach (var mark in group.Marks) count += mark.EndOffset - mark.BaseOffset;
        records.Add(count, topic);
        bytes.Add(group.Bytes, topic);
        batches.Add(group.Marks.Count, topic);
        groupBatches.Record(group.Marks.Count, topic);
        flushDuration.Record(duration.TotalSeconds, topic);
    }

    public void Failed(in TagList topic) => failures.Add(1, topic);

    public void Refused(in TagList topic) => refusals.Add(1, topic);

    public void Repeated(in TagList topic) => repeats.Add(1, topic);

    public void Compacted(in TagList topic, long removed) => compacted.Add(removed, topic);

    public void Read(in TagList topic, long count) => readBytes.Add(count, topic);
}
