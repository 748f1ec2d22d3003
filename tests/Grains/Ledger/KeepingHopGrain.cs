using System.Collections.Concurrent;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Runtime;

namespace Orrery.Grains.Tests.Ledger;

/// <summary>What a hop of a test keeps of its records; what it sends again goes where the test says.</summary>
sealed class HopStore
{
    static readonly ConcurrentDictionary<string, HopStore> Stores = new();

    public List<(HopSide Side, FlowRecord Record)> Kept { get; } = [];

    public Func<FlowRecord, Task>? SendsTo { get; set; }

    public static HopStore Of(string key) => Stores.GetOrAdd(key, _ => new HopStore());
}

sealed class KeepingHopGrain : Grain, IHopGrain
{
    HopStore Store => HopStore.Of(this.GetPrimaryKeyString());

    public Task<UInt128[]> Hashes(HashQuery query)
    {
        UInt128[] hashes;
        lock (Store)
            hashes = [.. Of(query).Select(kept => kept.Record.Hash).Where(query.Holds)];
        return hashes.Length > HashQuery.HashesMax
            ? throw new LimitReachedException($"The window has {hashes.Length} records; ask in more slices.")
            : Task.FromResult(hashes);
    }

    public async Task<int> SendAgain(HashQuery window, string hop, UInt128[] hashes)
    {
        FlowRecord[] wanted;
        lock (Store)
            wanted = [.. Of(window).Select(kept => kept.Record).Where(record => hashes.Contains(record.Hash)).DistinctBy(record => record.Hash)];
        foreach (var record in wanted)
            await Store.SendsTo!(record);
        return wanted.Length;
    }

    IEnumerable<(HopSide Side, FlowRecord Record)> Of(HashQuery query) =>
        Store.Kept.Where(kept => kept.Side == query.Side && kept.Record.Origin == query.Origin && query.Covers(kept.Record.Stamp));
}
