using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orrery.Log.Kafka;

/// <summary>What the log in Kafka measures, on the meter "Orrery.Log": the embedded log's counts under the same names.</summary>
sealed class KafkaInstruments
{
    readonly Counter<long> records, bytes, batches, failures, refusals, readBytes;
    readonly Histogram<double> duration;

    public KafkaInstruments(IMeterFactory meters)
    {
        var meter = meters.Create("Orrery.Log");
        records = meter.CreateCounter<long>("orrery.log.append.records", "{record}", "Records appended and durable.");
        bytes = meter.CreateCounter<long>("orrery.log.append.size", "By", "Bytes of batches appended and durable.");
        batches = meter.CreateCounter<long>("orrery.log.append.batches", "{batch}", "Batches appended and durable.");
        failures = meter.CreateCounter<long>("orrery.log.append.failures", "{failure}", "Writes or syncs that failed.");
        refusals = meter.CreateCounter<long>("orrery.log.append.refusals", "{batch}", "Batches refused because too many bytes waited for the disk.");
        readBytes = meter.CreateCounter<long>("orrery.log.read.size", "By", "Bytes of batches read.");
        duration = meter.CreateHistogram<double>("orrery.log.kafka.append.duration", "s", "Time from an append to the broker's acknowledgement.");
    }

    public void Appended(in TagList topic, int count, long size, TimeSpan took)
    {
        records.Add(count, topic);
        bytes.Add(size, topic);
        batches.Add(1, topic);
        duration.Record(took.TotalSeconds, topic);
    }

    public void Failed(in TagList topic) => failures.Add(1, topic);

    public void Refused(in TagList topic) => refusals.Add(1, topic);

    public void Read(in TagList topic, long count) => readBytes.Add(count, topic);
}
