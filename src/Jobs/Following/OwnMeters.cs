using System.Diagnostics.Metrics;

namespace Orrery.Jobs.Following;

/// <summary>Meters where no host makes them.</summary>
sealed class OwnMeters : IMeterFactory
{
    public Meter Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
