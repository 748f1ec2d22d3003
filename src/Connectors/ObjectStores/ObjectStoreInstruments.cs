using System.Diagnostics.Metrics;

namespace Orrery.Connectors.ObjectStores;

/// <summary>Meters of object stores, by kind of store and operation.</summary>
public sealed class ObjectStoreInstruments : IDisposable
{
    public const string MeterName = "Orrery.ObjectStores";

    readonly Meter meter;
    readonly Histogram<double> durations;
    readonly Counter<long> written;

    public ObjectStoreInstruments(IMeterFactory factory)
    {
        meter = factory.Create(MeterName);
        durations = meter.CreateHistogram<double>("orrery.object_store.duration", "s", "What an operation took, by store, operation and outcome; of a read until its stream is open.");
        written = meter.CreateCounter<long>("orrery.object_store.written", "By", "Bytes of objects that were written, by store.");
    }

    internal void Ended(string store, string operation, string outcome, TimeSpan took) =>
        durations.Record(took.TotalSeconds, new("store", store), new("operation", operation), new KeyValuePair<string, object?>("outcome", outcome));

    internal void Wrote(string store, long bytes) => written.Add(bytes, new KeyValuePair<string, object?>("store", store));

    public void Dispose() => meter.Dispose();
}
