using Orrery.Runtime;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>Counts, and has stored what it answers before it answers. Key: the counter's name.</summary>
public interface ICounterGrain : IGrainWithStringKey
{
    /// <summary>Adds one and answers the sum.</summary>
    Task<long> Increment();

    Task<long> Read();
}

public sealed class CounterState
{
    public long Value { get; set; }
}

public sealed class CounterGrain([PersistentState("counter")] IPersistentState<CounterState> stored) : Grain, ICounterGrain
{
    Exception? failure;

    public async Task<long> Increment()
    {
        ThrowIfFailed();
        stored.State.Value++;
        try
        {
            await stored.WriteStateAsync();
        }
        catch (Exception problem)
        {
            // Whether it was stored is not known: what is in memory says nothing any more, and the next activation reads it.
            failure = problem;
            DeactivateOnIdle();
            throw;
        }

        return stored.State.Value;
    }

    public Task<long> Read()
    {
        ThrowIfFailed();
        return Task.FromResult(stored.State.Value);
    }

    void ThrowIfFailed()
    {
        if (failure is not null)
            throw new InvalidOperationException($"The counter could not be stored and is loaded again: {failure.Message}");
    }
}
