using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orrery.Connectors.ChangeCapture;

namespace Orrery.Connectors.Tests;

/// <summary>Meters of one test's own, and what was counted with them: a name with its tags' values, and the sum; of a histogram the number.</summary>
sealed class TestMeters : IMeterFactory
{
    readonly MeterListener listener = new();
    readonly ConcurrentDictionary<string, long> counted = [];

    public TestMeters()
    {
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Scope == this) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Count(instrument, tags, value));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Count(instrument, tags, 1));
        listener.Start();
    }

    /// <summary>Instruments that nobody listens to.</summary>
    public static CaptureInstruments Capture() => new(new TestMeters());

    public IReadOnlyDictionary<string, long> Counted => counted;

    public Meter Create(MeterOptions options) => new(options.Name, options.Version, options.Tags, this);

    public void Dispose() => listener.Dispose();

    void Count(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags, long value)
    {
        string name = instrument.Name;
        foreach ((string _, object? tag) in tags) name += $" {tag}";
        counted.AddOrUpdate(name, value, (_, sum) => sum + value);
    }
}
