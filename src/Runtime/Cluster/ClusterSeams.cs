namespace Orrery.Runtime;

/// <summary>What a test or a simulation puts in place of the machine: the clock of leases, chance, and planted bugs.</summary>
internal sealed record ClusterSeams(LeaseClock Clock, Random Random, ProtocolFaults Faults)
{
    public static ClusterSeams OfThisMachine() => new(LeaseClock.System, new Random(), ProtocolFaults.None);
}
