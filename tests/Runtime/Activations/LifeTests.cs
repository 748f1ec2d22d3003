using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Activations;

public sealed class LifeTests
{
    private readonly LifeNotes _notes = new();
    private readonly ManualTimeProvider _time = new();

    private Task<InProcessTestCluster> StartAsync(Action<SiloOptions>? options = null) =>
        Clusters.StartAsync(options, _time, builder => builder.ConfigureSilo(silo => silo.Services.AddSingleton(_notes)));

    [Fact]
    public async Task A_grain_that_nobody_calls_for_its_collection_age_is_deactivated_and_its_state_is_kept()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        int first = await grain.Which();
        await grain.Count();
        _time.Advance(TimeSpan.FromMinutes(14));
        cluster.Silo.IsActive(grain).ShouldBeTrue();
        var gone = cluster.Silo.DeactivationOf(grain);
        _time.Advance(TimeSpan.FromMinutes(3));
        (await gone).ReasonCode.ShouldBe(DeactivationReasonCode.ActivationIdle);
        _notes.Lines.ShouldBe(["activate a", "deactivate a ActivationIdle", "dispose a"]);
        (await grain.Which()).ShouldNotBe(first);
        (await grain.Count()).ShouldBe(2);
    }

    [Fact]
    public async Task A_grain_that_is_called_or_asks_to_stay_is_not_collected()
    {
        await using var cluster = await StartAsync();
        var (called, staying) = (cluster.Client.GetGrain<ILifeGrain>("called"), cluster.Client.GetGrain<ILifeGrain>("staying"));
        await staying.Stay(TimeSpan.FromHours(2));
        for (int minutes = 0; minutes < 60; minutes += 10)
        {
            await called.Count();
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        cluster.Silo.IsActive(called).ShouldBeTrue();
        cluster.Silo.IsActive(staying).ShouldBeTrue();
        var gone = cluster.Silo.DeactivationOf(staying);
        _time.Advance(TimeSpan.FromHours(2));
        await gone;
    }

    [Fact]
    public async Task A_grain_in_the_middle_of_a_call_is_not_collected()
    {
        await using var cluster = await StartAsync(options => options.ResponseTimeout = TimeSpan.FromHours(10));
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        _time.Advance(TimeSpan.FromHours(1));
        cluster.Silo.IsActive(grain).ShouldBeTrue();
        gate.SetResult();
        await held.Soon();
    }

    [Fact]
    public async Task Calls_that_queue_while_a_grain_ends_are_run_by_the_next_activation()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        int first = await grain.Which();
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var leaving = grain.LeaveAfter(begun, gate.Task);
        await begun.Task.Soon();
        var queued = Enumerable.Range(0, 10).Select(_ => grain.Count()).ToArray();
        await grain.CountLater();
        var which = grain.Which();
        gate.SetResult();
        await leaving.Soon();
        (await Task.WhenAll(queued).Soon()).ShouldBe(Enumerable.Range(1, 10));
        (await which.Soon()).ShouldNotBe(first);
        (await grain.Count()).ShouldBe(12);
        _notes.Lines.Take(4).ShouldBe(["activate a", "deactivate a ApplicationRequested", "dispose a", "activate a"]);
    }

    [Fact]
    public async Task No_call_is_lost_or_doubled_when_a_grain_leaves_after_every_call_under_load()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        var calls = Enumerable.Range(0, 300).Select(_ => Task.Run(grain.LeaveEachTime)).ToArray();
        (await Task.WhenAll(calls).Soon()).Order().ShouldBe(Enumerable.Range(1, 300));
    }

    [Fact]
    public async Task An_activation_that_fails_fails_the_waiting_calls_with_its_exception_and_the_next_call_tries_again()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        var gate = Clusters.Signal();
        _notes.OnActivate = async (_, _) =>
        {
            await gate.Task;
            throw new NotSupportedException("cannot begin");
        };
        var calls = Enumerable.Range(0, 5).Select(_ => grain.Count()).ToArray();
        gate.SetResult();
        foreach (var call in calls) (await Should.ThrowAsync<NotSupportedException>(() => call.Soon())).Message.ShouldBe("cannot begin");
        _notes.OnActivate = static (_, _) => Task.CompletedTask;
        (await grain.Count().Soon()).ShouldBe(1);
        var type = cluster.Silo.Statistics.GrainTypes.Single(type => type.GrainType == "life");
        type.ActivationsFailed.ShouldBe(1);
        type.Activations.ShouldBe(1);
    }

    [Fact]
    public async Task An_activation_that_hangs_ends_with_a_time_out_that_names_the_option()
    {
        await using var cluster = await StartAsync(options => options.ActivationTimeout = TimeSpan.FromSeconds(5));
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        var begun = Clusters.Signal();
        _notes.OnActivate = (_, _) =>
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, CancellationToken.None);
        };
        var call = grain.Count();
        await begun.Task.Soon();
        _time.Advance(TimeSpan.FromSeconds(6));
        (await Should.ThrowAsync<TimeoutException>(() => call.Soon())).Message.ShouldContain("SiloOptions.ActivationTimeout");
    }

    [Fact]
    public async Task Calls_wait_until_a_slow_activation_is_done()
    {
        await using var cluster = await StartAsync();
        var gate = Clusters.Signal();
        _notes.OnActivate = (_, _) => gate.Task;
        var calls = Enumerable.Range(0, 50).Select(_ => cluster.Client.GetGrain<ILifeGrain>("a").Count()).ToArray();
        calls.ShouldAllBe(call => !call.IsCompleted);
        gate.SetResult();
        (await Task.WhenAll(calls).Soon()).ShouldBe(Enumerable.Range(1, 50));
        _notes.Lines.ShouldBe(["activate a"]);
    }

    [Fact]
    public async Task A_deactivation_that_fails_or_hangs_does_not_keep_the_next_activation_away()
    {
        await using var cluster = await StartAsync(options => options.DeactivationTimeout = TimeSpan.FromSeconds(5));
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        _notes.OnDeactivate = (_, _) => throw new IOException("disk");
        int first = await grain.Which();
        var gone = cluster.Silo.DeactivationOf(grain);
        await grain.SetAndLeave(7);
        await gone;
        int second = await grain.Which().Soon();
        second.ShouldNotBe(first);
        var begun = Clusters.Signal();
        _notes.OnDeactivate = (_, _) =>
        {
            begun.TrySetResult();
            return Task.Delay(Timeout.Infinite, CancellationToken.None);
        };
        gone = cluster.Silo.DeactivationOf(grain);
        await grain.SetAndLeave(7);
        await begun.Task.Soon();
        var waiting = grain.Which();
        _time.Advance(TimeSpan.FromSeconds(6));
        await gone;
        (await waiting.Soon()).ShouldNotBe(second);
    }

    [Fact]
    public async Task Stopping_lets_running_calls_end_deactivates_every_grain_and_keeps_its_state()
    {
        await using var cluster = await StartAsync();
        for (int number = 0; number < 100; number++) await cluster.Client.GetGrain<ILifeGrain>($"g{number}").Count();
        var busy = cluster.Client.GetGrain<ILifeGrain>("busy");
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = busy.Hold(begun, gate.Task);
        await begun.Task.Soon();
        var queued = busy.Count();
        var client = cluster.Client;
        var stop = cluster.StopSiloAsync(cluster.Silo);
        stop.IsCompleted.ShouldBeFalse();
        var refused = await Should.ThrowAsync<SiloUnavailableException>(async () => await client.GetGrain<ILifeGrain>("new").Count());
        refused.Message.ShouldContain("life/new was called, and it stops");
        gate.SetResult();
        await held.Soon();
        await stop.Soon();
        await Should.ThrowAsync<SiloUnavailableException>(() => queued.Soon());
        _notes.Lines.Count(line => line.StartsWith("deactivate", StringComparison.Ordinal)).ShouldBe(101);
        await cluster.StartSiloAsync();
        for (int number = 0; number < 100; number++) (await cluster.Client.GetGrain<ILifeGrain>($"g{number}").Count()).ShouldBe(2);
    }

    [Fact]
    public async Task Stopping_is_cut_short_by_its_token_and_callers_learn_that_the_silo_is_gone()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        using var impatient = new CancellationTokenSource();
        var stop = cluster.StopSiloAsync(cluster.Silo, impatient.Token);
        await impatient.CancelAsync();
        await stop.Soon();
        (await Should.ThrowAsync<SiloUnavailableException>(() => held.Soon())).Message.ShouldContain("it has stopped");
    }

    [Fact]
    public async Task A_killed_silo_deactivates_nothing_and_writes_nothing()
    {
        await using var cluster = await StartAsync();
        var grain = cluster.Client.GetGrain<ILifeGrain>("a");
        await grain.Count();
        var gone = cluster.Silo.DeactivationOf(grain);
        await grain.SetAndLeave(5);
        await gone;
        await grain.Count();
        await cluster.KillSiloAsync(cluster.Silo);
        _notes.Lines.Count(line => line.StartsWith("deactivate", StringComparison.Ordinal)).ShouldBe(1);
        await cluster.StartSiloAsync();
        (await cluster.Client.GetGrain<ILifeGrain>("a").Count()).ShouldBe(6);
    }

    [Fact]
    public async Task Grains_that_are_collected_while_they_are_called_answer_every_call()
    {
        await using var cluster = await StartAsync(options =>
        {
            options.CollectionAge = TimeSpan.FromSeconds(1);
            options.CollectionPeriod = TimeSpan.FromSeconds(1);
        });
        var grains = Enumerable.Range(0, 10).Select(number => cluster.Client.GetGrain<ILifeGrain>($"g{number}")).ToArray();
        for (int round = 1; round <= 300; round++)
        {
            var clock = Task.Run(() => _time.Advance(TimeSpan.FromSeconds(5)));
            foreach (int count in await Task.WhenAll(grains.Select(grain => Task.Run(grain.Count))).Soon()) count.ShouldBe(round);
            await clock;
        }

        // The clock may have collected it after its last call: only a grain that is awake can be seen to leave.
        (await grains[0].Count().Soon()).ShouldBe(301);
        var gone = cluster.Silo.DeactivationOf(grains[0]);
        _time.Advance(TimeSpan.FromSeconds(5));
        await gone;
        (await grains[0].Count().Soon()).ShouldBe(302);
    }
}
