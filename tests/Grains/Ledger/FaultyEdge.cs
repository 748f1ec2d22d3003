namespace Orrery.Grains.Tests.Ledger;

/// <summary>Carries records between two hops that report honestly; drops, doubles, alters or delays some of them and keeps account of what it did.</summary>
sealed class FaultyEdge(string hop, Random random, double faultRate)
{
    readonly List<FlowRecord> delayed = [];

    /// <summary>What was done, by the window.</summary>
    public Dictionary<(string Hop, string Origin, long Stamp), Faults> Done { get; } = [];

    public double FaultRate { get; set; } = faultRate;

    public IEnumerable<FlowRecord> Carry(FlowRecord record)
    {
        if (random.NextDouble() >= FaultRate)
            return [record];
        if (!Done.TryGetValue((hop, record.Origin, record.Stamp), out var faults))
            Done[(hop, record.Origin, record.Stamp)] = faults = new Faults();
        switch (random.Next(4))
        {
            case 0:
                faults.Dropped++;
                return [];
            case 1:
                faults.Doubled++;
                return [record, record];
            case 2:
                faults.Altered++;
                return [record with { Hash = RandomHash(random), Bytes = record.Bytes + random.Next(3) }];
            default:
                faults.Delayed++;
                delayed.Add(record);
                return [];
        }
    }

    /// <summary>What was held back so far.</summary>
    public IReadOnlyList<FlowRecord> Release()
    {
        var released = delayed.ToArray();
        delayed.Clear();
        return released;
    }

    public static UInt128 RandomHash(Random random) => new((ulong)random.NextInt64(), (ulong)random.NextInt64() << 1 ^ (ulong)random.NextInt64());
}
