namespace Orrery.Runtime;

/// <summary>Known bugs that a test plants to see that the simulation finds them. All off in real life.</summary>
internal sealed record ProtocolFaults
{
    public static ProtocolFaults None { get; } = new();

    /// <summary>Shards that the silo should own are served before their owner has freed them.</summary>
    public bool TakesWithoutRelease { get; init; }

    /// <summary>Stored rows accept writes of older terms.</summary>
    public bool StoresWithoutFencing { get; init; }

    /// <summary>The lease is judged by the clock on the wall, which can be set back.</summary>
    public bool JudgesLeaseByWallClock { get; init; }
}
