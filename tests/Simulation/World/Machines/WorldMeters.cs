using System.Diagnostics.Metrics;

namespace Orrery.Simulation;

/// <summary>
/// The meters of all processes of a world, to be ended with it: .NET keeps every meter that is not disposed for good, and with its gauges the silo that they look at, so
/// that thousands of runs in one process would keep thousands of clusters.
/// </summary>
internal sealed class WorldMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        // The scope is what the framework's own factory gives, so that instruments of two silos are not taken for one.
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        foreach (var meter in _meters) meter.Dispose();
        _meters.Clear();
    }
}
