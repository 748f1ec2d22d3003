namespace Orrery.Runtime.Tests.Cluster;

/// <summary>A grain with a stored sum, whose calls a test can hold.</summary>
public interface ILedgerGrain : IGrainWithStringKey
{
    Task<int> Add(int amount);

    ValueTask<int> Read();

    /// <summary>Where it lives.</summary>
    ValueTask<string> Where();

    /// <summary>Says that it has begun, ends when the gate opens, and then adds.</summary>
    Task<int> HoldAndAdd(TaskCompletionSource begun, Task gate, int amount);
}

public sealed class LedgerState
{
    public int Sum { get; set; }
}

internal sealed class LedgerGrain([PersistentState("ledger")] IPersistentState<LedgerState> ledger, Microsoft.Extensions.Options.IOptions<Orrery.Runtime.Hosting.SiloOptions> options) : Grain, ILedgerGrain
{
    public async Task<int> Add(int amount)
    {
        ledger.State.Sum += amount;
        await ledger.WriteStateAsync();
        return ledger.State.Sum;
    }

    public ValueTask<int> Read() => new(ledger.State.Sum);

    public ValueTask<string> Where() => new(options.Value.SiloName);

    public async Task<int> HoldAndAdd(TaskCompletionSource begun, Task gate, int amount)
    {
        begun.TrySetResult();
        await gate;
        return await Add(amount);
    }
}
