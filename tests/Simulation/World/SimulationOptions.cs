using Orrery.Runtime;

namespace Orrery.Simulation;

/// <summary>A bug to plant, to see that it is found.</summary>
[Flags]
internal enum Plant
{
    None = 0,
    TakeWithoutRelease = 1,
    NoFencing = 2,
    WallClockLease = 4,
}

/// <summary>What one run is told beside its seed.</summary>
internal sealed record SimulationOptions
{
    private static readonly (string Name, Plant Plant)[] s_plants =
        [("take-without-release", Plant.TakeWithoutRelease), ("no-fencing", Plant.NoFencing), ("wall-clock-lease", Plant.WallClockLease)];

    public Plant Plant { get; init; }

    public ProtocolFaults Faults => new()
    {
        TakesWithoutRelease = Plant.HasFlag(Plant.TakeWithoutRelease),
        StoresWithoutFencing = Plant.HasFlag(Plant.NoFencing),
        JudgesLeaseByWallClock = Plant.HasFlag(Plant.WallClockLease),
    };

    /// <summary>Where each line of the trace goes; null: nowhere, which is quicker.</summary>
    public Action<string>? Trace { get; init; }

    /// <summary>Silos of the cluster.</summary>
    public int Silos { get; init; } = 5;

    /// <summary>Calls that callers begin while faults happen.</summary>
    public int Calls { get; init; } = 2_000;

    /// <summary>At least so many faults.</summary>
    public int FaultsLeast { get; init; } = 5;

    public int FaultsMost { get; init; } = 12;

    /// <exception cref="FormatException">There is no such bug.</exception>
    public static Plant ParsePlant(string name) => s_plants.FirstOrDefault(plant => plant.Name == name) is { Name: not null } found
        ? found.Plant
        : throw new FormatException($"--plant is '{name}'; there are {string.Join(", ", s_plants.Select(plant => plant.Name))}.");

    public static string NameOf(Plant plant) => s_plants.First(known => known.Plant == plant).Name;
}

/// <summary>How one run ended.</summary>
/// <param name="Seed">What it was run under.</param>
/// <param name="Violations">What must not be; empty where the run is clean.</param>
/// <param name="Hash">Stands for everything that happened, in order.</param>
/// <param name="Events">Things done by the loop.</param>
/// <param name="Calls">Calls begun by callers.</param>
/// <param name="Answered">Of these, answered without an exception.</param>
/// <param name="Faults">Faults that were made.</param>
/// <param name="Summary">The run in one line.</param>
internal sealed record SimulationOutcome(ulong Seed, IReadOnlyList<string> Violations, ulong Hash, long Events, int Calls, int Answered, int Faults, string Summary);
