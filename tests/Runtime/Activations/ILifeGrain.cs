using System.Collections.Concurrent;

namespace Orrery.Runtime.Tests.Activations;

/// <summary>What a test and its grains tell each other; a singleton of the silo's services.</summary>
public sealed class LifeNotes
{
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Run inside OnActivateAsync, with the grain's key.</summary>
    public Func<string, CancellationToken, Task> OnActivate { get; set; } = static (_, _) => Task.CompletedTask;

    /// <summary>Run inside OnDeactivateAsync, with the grain's key.</summary>
    public Func<string, CancellationToken, Task> OnDeactivate { get; set; } = static (_, _) => Task.CompletedTask;
}

public sealed class LifeState
{
    public int Count { get; set; }

    public string? Word { get; set; }
}

public interface ILifeGrain : IGrainWithStringKey
{
    Task<int> Which();

    Task<int> Count();

    Task Hold(TaskCompletionSource begun, Task gate);

    Task LeaveAfter(TaskCompletionSource begun, Task gate);

    Task<int> LeaveEachTime();

    Task Stay(TimeSpan time);

    Task SetAndLeave(int count);

    Task<string> CallFromDeactivation(string otherKey);

    [OneWay]
    Task CountLater();
}

/// <summary>Notes its life; writes its count when it is deactivated.</summary>
public sealed class LifeGrain(LifeNotes notes, IGrainContext context, [PersistentState("life")] IPersistentState<LifeState> life) : Grain, ILifeGrain, IAsyncDisposable
{
    private static int s_made;
    private readonly int _number = Interlocked.Increment(ref s_made);
    private int _count;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        context.ShouldBeSameAs(GrainContext);
        notes.Lines.Enqueue($"activate {this.GetPrimaryKeyString()}");
        await notes.OnActivate(this.GetPrimaryKeyString(), cancellationToken);
        _count = life.State.Count;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        notes.Lines.Enqueue($"deactivate {this.GetPrimaryKeyString()} {reason.ReasonCode}");
        await notes.OnDeactivate(this.GetPrimaryKeyString(), cancellationToken);
        if (_count == life.State.Count) return;
        life.State.Count = _count;
        await life.WriteStateAsync(cancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        notes.Lines.Enqueue($"dispose {this.GetPrimaryKeyString()}");
        return default;
    }

    public Task<int> Which() => Task.FromResult(_number);

    public Task<int> Count() => Task.FromResult(++_count);

    public async Task Hold(TaskCompletionSource begun, Task gate)
    {
        begun.SetResult();
        await gate;
    }

    public async Task LeaveAfter(TaskCompletionSource begun, Task gate)
    {
        DeactivateOnIdle();
        begun.SetResult();
        await gate;
    }

    public Task<int> LeaveEachTime()
    {
        DeactivateOnIdle();
        return Task.FromResult(++_count);
    }

    public Task Stay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task SetAndLeave(int count)
    {
        _count = count;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<string> CallFromDeactivation(string otherKey) => (await GrainFactory.GetGrain<ILifeGrain>(otherKey).Count()).ToString(System.Globalization.CultureInfo.InvariantCulture);

    public Task CountLater()
    {
        _count++;
        return Task.CompletedTask;
    }
}
