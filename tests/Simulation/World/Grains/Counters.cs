using Orrery.Runtime;

namespace Orrery.Simulation;

/// <summary>A counter whose value is stored before it is told. Answers are <see cref="Answer"/>s, packed.</summary>
internal interface ICounterGrain : IGrainWithStringKey
{
    ValueTask<long> Increment();

    ValueTask<long> Read();
}

internal sealed class CounterState
{
    public long Count { get; set; }
}

internal sealed class CounterGrain(Witness witness, [PersistentState("count")] IPersistentState<CounterState> state) : Grain, ICounterGrain
{
    private readonly GrainWitness _witness = new();

    public async ValueTask<long> Increment()
    {
        state.State.Count++;
        try
        {
            await state.WriteStateAsync();
        }
        catch
        {
            // What is stored is not known: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }

        return witness.Served(this, _witness, state.State.Count);
    }

    public ValueTask<long> Read() => new(witness.Served(this, _witness, state.State.Count));
}

/// <summary>A counter that lives in memory only: each activation counts from zero.</summary>
internal interface ITallyGrain : IGrainWithStringKey
{
    ValueTask<long> Increment();

    ValueTask<long> Read();

    /// <summary>Takes its time, unless it is cancelled.</summary>
    Task<long> Linger(int milliseconds, CancellationToken cancellationToken);
}

[Reentrant]
internal sealed class TallyGrain(Witness witness) : Grain, ITallyGrain
{
    private readonly GrainWitness _witness = new();
    private long _count;

    public ValueTask<long> Increment() => new(witness.Served(this, _witness, ++_count));

    public ValueTask<long> Read() => new(witness.Served(this, _witness, _count));

    public async Task<long> Linger(int milliseconds, CancellationToken cancellationToken)
    {
        await witness.Time.PassAsync(TimeSpan.FromMilliseconds(milliseconds), cancellationToken);
        return witness.Served(this, _witness, _count);
    }
}

/// <summary>Calls another grain, often of another silo, in its own turn.</summary>
internal interface IRelayGrain : IGrainWithStringKey
{
    /// <summary>Has the counter of this key incremented, and answers what the counter answered.</summary>
    ValueTask<long> Relay(string counterKey);
}

internal sealed class RelayGrain : Grain, IRelayGrain
{
    public ValueTask<long> Relay(string counterKey) => GrainFactory.GetGrain<ICounterGrain>(counterKey).Increment();
}
