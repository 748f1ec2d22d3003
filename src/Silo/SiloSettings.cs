using Orrery.Runtime.Hosting;

namespace Orrery.Silo;

/// <summary>What a silo with everything embedded needs to know.</summary>
public sealed record SiloSettings
{
    /// <summary>The folder that holds everything: made where there is none, continued where there is one. One process at a time may use it.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Further settings of the silo; null for none.</summary>
    public Action<ISiloBuilder>? Configure { get; init; }
}
