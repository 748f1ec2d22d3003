using Orrery.Runtime;

namespace Orrery.Bench.Failover;

/// <summary>A counter whose every increment is durable before it is acknowledged.</summary>
internal interface ICountGrain : IGrainWithStringKey
{
    Task<int> Increment();

    ValueTask<int> Read();
}

internal sealed class CountState
{
    public int Count { get; set; }
}

internal sealed class CountGrain([PersistentState("count")] IPersistentState<CountState> count) : Grain, ICountGrain
{
    public async Task<int> Increment()
    {
        count.State.Count++;
        await count.WriteStateAsync();
        return count.State.Count;
    }

    public ValueTask<int> Read() => new(count.State.Count);
}
