using Orrery.Interfaces.Ledger;

namespace Orrery.Grains.Tests.Ledger;

/// <summary>A record on its way, as far as the ledger hears of it.</summary>
readonly record struct FlowRecord(string Origin, long Stamp, UInt128 Hash, int Bytes, long Milliseconds)
{
    public Receipt Receipt => Receipt.Of(Hash, Bytes, Milliseconds);
}

/// <summary>What was done to the records of one window between two hops.</summary>
sealed class Faults
{
    public long Dropped { get; set; }

    public long Doubled { get; set; }

    public long Altered { get; set; }

    public long Delayed { get; set; }

    public long All => Dropped + Doubled + Altered + Delayed;
}
