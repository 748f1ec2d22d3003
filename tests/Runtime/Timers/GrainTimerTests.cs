using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Timers;

public sealed class GrainTimerTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly TickNotes _notes = new();
    private readonly RecordingLoggerProvider _log = new();

    private Task<InProcessTestCluster> StartAsync() => Clusters.StartAsync(time: _time, configure: builder => builder
        .ConfigureSilo(silo => silo.Services.AddSingleton(_notes)).ConfigureSiloHost(host => host.Logging.AddProvider(_log)));

    private async Task AdvanceToTickAsync(TimeSpan time)
    {
        var ticked = _notes.NextTick();
        _time.Advance(time);
        await ticked.Soon();
    }

    [Fact]
    public async Task A_timer_runs_after_its_due_time_and_then_a_period_after_each_run_has_ended()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.Start(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10), interleave: false);
        _time.Advance(TimeSpan.FromSeconds(4));
        (await grain.Ticks()).ShouldBe(0);
        await AdvanceToTickAsync(TimeSpan.FromSeconds(1));
        (await grain.Ticks()).ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(9));
        (await grain.Ticks()).ShouldBe(1);
        await AdvanceToTickAsync(TimeSpan.FromSeconds(1));
        (await grain.Ticks()).ShouldBe(2);
    }

    [Fact]
    public async Task A_run_waits_for_the_running_call_and_calls_wait_for_the_run()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.Start(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), interleave: false);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        var ticked = _notes.NextTick();
        var tickGate = Clusters.Signal();
        _notes.TickGate = tickGate.Task;
        _time.Advance(TimeSpan.FromSeconds(1));
        (await grain.PeekTicks()).ShouldBe(0);
        gate.SetResult();
        await held.Soon();
        await ticked.Soon();
        var waits = grain.Ticks();
        (await grain.PeekTicks()).ShouldBe(0); // the run has begun, and has not ended
        waits.IsCompleted.ShouldBeFalse();
        tickGate.SetResult();
        (await waits.Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task An_interleaving_timer_runs_beside_calls()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.Start(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), interleave: true);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        await AdvanceToTickAsync(TimeSpan.FromSeconds(1));
        held.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await held.Soon();
    }

    [Fact]
    public async Task A_timer_that_throws_is_logged_and_runs_again()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.Start(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), interleave: false);
        _notes.Error = new IOException("once");
        await AdvanceToTickAsync(TimeSpan.FromSeconds(1));
        await _log.Logged(1021);
        await grain.Ticks();
        _notes.Error = null;
        await AdvanceToTickAsync(TimeSpan.FromSeconds(1));
        (await grain.Ticks()).ShouldBe(1);
    }

    [Fact]
    public async Task A_timer_can_be_changed_and_a_disposed_one_never_runs()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.Start(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), interleave: false);
        await grain.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await AdvanceToTickAsync(TimeSpan.FromSeconds(1));
        (await grain.Ticks()).ShouldBe(1);
        _time.Advance(TimeSpan.FromMinutes(1));
        (await grain.Ticks()).ShouldBe(1);
        await grain.Change(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await grain.Stop();
        _time.Advance(TimeSpan.FromMinutes(1));
        (await grain.Ticks()).ShouldBe(1);
        await Should.ThrowAsync<ObjectDisposedException>(() => grain.Change(TimeSpan.Zero, TimeSpan.Zero));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => grain.Start(TimeSpan.FromSeconds(-2), TimeSpan.Zero, interleave: false));
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation_and_does_not_keep_it()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.Start(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(2), interleave: false);
        var gone = cluster.Silo.DeactivationOf(grain);
        while (!gone.IsCompleted) // a look of the collector that meets a run of the timer passes the grain over until the next one
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        (await gone).ReasonCode.ShouldBe(DeactivationReasonCode.ActivationIdle);
        int ran = _notes.Count;
        ran.ShouldBeGreaterThan(0);
        _time.Advance(TimeSpan.FromHours(1));
        (await grain.Ticks()).ShouldBe(0); // a new activation, without the timer
        _notes.Count.ShouldBe(ran);
    }

    [Fact]
    public async Task A_timer_that_keeps_alive_keeps_its_grain_in_memory()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.StartKeepingAlive(TimeSpan.FromMinutes(5));
        for (int runs = 0; runs < 12; runs++) await AdvanceToTickAsync(TimeSpan.FromMinutes(5));
        cluster.Silo.IsActive(grain).ShouldBeTrue();
    }

    [Fact]
    public async Task The_end_of_a_grain_waits_for_a_running_timer()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ITickGrain>("t");
        await grain.Start(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), interleave: false);
        var tickGate = Clusters.Signal();
        _notes.TickGate = tickGate.Task;
        await AdvanceToTickAsync(TimeSpan.FromSeconds(1));
        var gone = cluster.Silo.DeactivateAsync(grain);
        gone.IsCompleted.ShouldBeFalse();
        tickGate.SetResult();
        await gone.Soon();
        _notes.Finished.ShouldBe(1);
    }
}

/// <summary>What a test and the ticking grain tell each other.</summary>
public sealed class TickNotes
{
    private TaskCompletionSource _next = Clusters.Signal();

    public int Count { get; private set; }

    public int Finished { get; set; }

    public Task TickGate { get; set; } = Task.CompletedTask;

    public Exception? Error { get; set; }

    public Task NextTick() => (_next = Clusters.Signal()).Task;

    public void Ticked()
    {
        Count++;
        _next.TrySetResult();
    }
}

public interface ITickGrain : IGrainWithStringKey
{
    Task Start(TimeSpan dueTime, TimeSpan period, bool interleave);

    Task StartKeepingAlive(TimeSpan period);

    Task Change(TimeSpan dueTime, TimeSpan period);

    Task Stop();

    Task<int> Ticks();

    [AlwaysInterleave]
    Task<int> PeekTicks();

    Task Hold(TaskCompletionSource begun, Task gate);
}

public sealed class TickGrain(TickNotes notes) : Grain, ITickGrain
{
    private IGrainTimer? _timer;
    private int _ticks;

    public Task Start(TimeSpan dueTime, TimeSpan period, bool interleave)
    {
        _timer = this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(dueTime, period) { Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StartKeepingAlive(TimeSpan period)
    {
        _timer = this.RegisterGrainTimer(static (self, stop) => self.TickAsync(stop), this, new GrainTimerCreationOptions(period, period) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan dueTime, TimeSpan period)
    {
        _timer!.Change(dueTime, period);
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task<int> PeekTicks() => Task.FromResult(_ticks);

    public async Task Hold(TaskCompletionSource begun, Task gate)
    {
        begun.SetResult();
        await gate;
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        GrainRuntime.Current.ShouldBeSameAs(GrainContext);
        notes.Ticked();
        await notes.TickGate;
        if (notes.Error is { } error) throw error;
        _ticks++;
        notes.Finished++;
    }
}
