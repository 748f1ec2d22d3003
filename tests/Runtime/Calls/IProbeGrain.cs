namespace Orrery.Runtime.Tests.Calls;

/// <summary>A grain that does what a test tells it: in one process arguments are passed as they are, so a test can hold a call in the middle.</summary>
public interface IProbeGrain : IGrainWithStringKey
{
    ValueTask<int> Add(int value);

    Task<int> AddAsTask(int value);

    ValueTask AddQuietly(int value);

    Task<string> Describe(string? text, int[] values, (int Left, string Right) pair);

    /// <summary>Says that it has begun, and ends when the gate opens.</summary>
    Task Hold(TaskCompletionSource begun, Task gate);

    [ResponseTimeout("00:00:05")]
    Task HoldForFiveSeconds(TaskCompletionSource begun, Task gate);

    [ReadOnly]
    Task ReadAndHold(TaskCompletionSource begun, Task gate);

    [ReadOnly]
    ValueTask<int> Read();

    [AlwaysInterleave]
    Task<int> Peek();

    [AlwaysInterleave]
    Task PeekAndHold(TaskCompletionSource begun, Task gate);

    [OneWay]
    Task Tell(TaskCompletionSource heard, Task gate);

    [OneWay]
    Task TellWhatFails(TaskCompletionSource heard);

    /// <summary>Throws before its first await.</summary>
    ValueTask<int> ThrowAtOnce(Exception error);

    /// <summary>Throws after an await.</summary>
    Task ThrowLater(Exception error);

    Task WaitFor(TaskCompletionSource begun, CancellationToken cancellationToken);

    /// <summary>Calls <see cref="Read"/> of its own reference, <see cref="Add"/> or <see cref="Peek"/>.</summary>
    Task<int> CallItself(string method);

    Task<int> CallThrough(IProbeGrain other, int value);

    ValueTask<int> ForwardTo(IProbeGrain other, int value);

    /// <summary>Adds one by reading, awaiting and writing: wrong as soon as two turns are mixed.</summary>
    Task<int> AddCarefully();

    Task<bool> RunsInItsContextAfterAwaits();

    Task<string> FlowingValue(AsyncLocal<string?> local);

    Task Leave();

    Task SpinFor(TimeSpan time);

    /// <summary>Calls the next grain of a row, and that one the next.</summary>
    Task<int> CallChain(int remaining);
}

public class ProbeGrain : Grain, IProbeGrain
{
    private int _sum;

    public ValueTask<int> Add(int value) => new(_sum += value);

    public Task<int> AddAsTask(int value) => Task.FromResult(_sum += value);

    public ValueTask AddQuietly(int value)
    {
        _sum += value;
        return default;
    }

    public Task<string> Describe(string? text, int[] values, (int Left, string Right) pair) => Task.FromResult($"{text ?? "null"} {string.Join('+', values)} {pair.Left}{pair.Right}");

    public async Task Hold(TaskCompletionSource begun, Task gate)
    {
        begun.TrySetResult();
        await gate;
    }

    public Task HoldForFiveSeconds(TaskCompletionSource begun, Task gate) => Hold(begun, gate);

    public Task ReadAndHold(TaskCompletionSource begun, Task gate) => Hold(begun, gate);

    public ValueTask<int> Read() => new(_sum);

    public Task<int> Peek() => Task.FromResult(_sum);

    public Task PeekAndHold(TaskCompletionSource begun, Task gate) => Hold(begun, gate);

    public async Task Tell(TaskCompletionSource heard, Task gate)
    {
        await gate;
        heard.SetResult();
    }

    public Task TellWhatFails(TaskCompletionSource heard)
    {
        heard.SetResult();
        throw new InvalidOperationException("nobody hears this");
    }

    public ValueTask<int> ThrowAtOnce(Exception error) => throw error;

    public async Task ThrowLater(Exception error)
    {
        await Task.Yield();
        throw error;
    }

    public async Task WaitFor(TaskCompletionSource begun, CancellationToken cancellationToken)
    {
        begun.SetResult();
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    public async Task<int> CallItself(string method)
    {
        var self = GrainFactory.GetGrain<IProbeGrain>(this.GetPrimaryKeyString(), GetType().FullName);
        return method switch
        {
            "Peek" => await self.Peek(),
            "Add" => await self.Add(1),
            _ => throw new ArgumentOutOfRangeException(nameof(method), method, "Peek or Add"),
        };
    }

    public async Task<int> CallThrough(IProbeGrain other, int value)
    {
        int answer = await other.Add(value);
        GrainRuntime.Current.ShouldBeSameAs(GrainContext);
        return answer;
    }

    public ValueTask<int> ForwardTo(IProbeGrain other, int value) => other.Add(value);

    public async Task<int> AddCarefully()
    {
        int before = _sum;
        await Task.Yield();
        await Task.Yield();
        return _sum = before + 1;
    }

    public async Task<bool> RunsInItsContextAfterAwaits()
    {
        bool good = ReferenceEquals(GrainRuntime.Current, GrainContext);
        await Task.Yield();
        good &= ReferenceEquals(GrainRuntime.Current, GrainContext);
        await Task.Run(() => good &= GrainRuntime.Current is null);
        good &= ReferenceEquals(GrainRuntime.Current, GrainContext);
        await Task.Delay(1);
        return good && ReferenceEquals(GrainRuntime.Current, GrainContext);
    }

    public Task<string> FlowingValue(AsyncLocal<string?> local)
    {
        string seen = local.Value ?? "none";
        local.Value = "set by the grain";
        return Task.FromResult(seen);
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task<int> CallChain(int remaining) =>
        remaining == 0 ? 0 : 1 + await GrainFactory.GetGrain<IProbeGrain>($"chain-{remaining}", GetType().FullName).CallChain(remaining - 1);

    public Task SpinFor(TimeSpan time)
    {
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        while (System.Diagnostics.Stopwatch.GetElapsedTime(started) < time) Thread.SpinWait(100);
        return Task.CompletedTask;
    }
}

[Reentrant]
public sealed class ReentrantProbeGrain : ProbeGrain;
