using System.Diagnostics.Metrics;

namespace Orrery.Grains.Sql;

/// <summary>What dataflows of this process do.</summary>
sealed class SqlInstruments
{
    public const string MeterName = "Orrery.Sql";

    readonly Counter<long> epochs, records, rejected, queries, checkpoints, checkpointBytes;
    readonly Histogram<double> epochDuration, freshness, checkpointRest;
    readonly UpDownCounter<long> stateBytes;

    public SqlInstruments(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        epochs = meter.CreateCounter<long>("orrery.sql.epochs", "{epoch}", "Epochs that were carried through the views.");
        records = meter.CreateCounter<long>("orrery.sql.records", "{record}", "Records of sources that were carried through the views.");
        rejected = meter.CreateCounter<long>("orrery.sql.rejected", "{record}", "Records of sources that could not be read.");
        queries = meter.CreateCounter<long>("orrery.sql.queries", "{query}", "Queries that were answered, by outcome.");
        checkpoints = meter.CreateCounter<long>("orrery.sql.checkpoints", "{checkpoint}", "Checkpoints that were written.");
        checkpointBytes = meter.CreateCounter<long>("orrery.sql.checkpoint.written", "By", "State that was written into checkpoints.");
        checkpointRest = meter.CreateHistogram<double>("orrery.sql.checkpoint.rest", "s", "How long views and queries stood still for a checkpoint.");
        epochDuration = meter.CreateHistogram<double>("orrery.sql.epoch.duration", "s", "From the journal's entry until the sinks were told.");
        freshness = meter.CreateHistogram<double>("orrery.sql.freshness", "s", "Age of the newest record of an epoch when the views have it.");
        stateBytes = meter.CreateUpDownCounter<long>("orrery.sql.state", "By", "State of views in memory and spill files.");
    }

    public void Epoch(TimeSpan duration, long count, long bad, double? ageSeconds)
    {
        epochs.Add(1);
        records.Add(count);
        rejected.Add(bad);
        epochDuration.Record(duration.TotalSeconds);
        if (ageSeconds is { } age)
            freshness.Record(age);
    }

    public void Query(bool isAnswered) => queries.Add(1, new KeyValuePair<string, object?>("outcome", isAnswered ? "answered" : "refused"));

    public void Checkpoint(long bytes, TimeSpan rest)
    {
        checkpoints.Add(1);
        checkpointBytes.Add(bytes);
        checkpointRest.Record(rest.TotalSeconds);
    }

    public void State(long by) => stateBytes.Add(by);
}
