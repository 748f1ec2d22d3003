using Orrery.Runtime.Testing;

namespace Orrery.Runtime.Tests.Calls;

public sealed class DeadlineTests
{
    private const string Plain = "Orrery.Runtime.Tests.Calls.ProbeGrain";

    [Fact]
    public async Task A_call_without_an_answer_ends_after_the_response_timeout_and_says_that_it_runs()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await Clusters.StartAsync(time: time);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        time.Advance(TimeSpan.FromSeconds(29.9));
        held.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        var error = await Should.ThrowAsync<TimeoutException>(() => held.Soon());
        error.Message.ShouldContain("IProbeGrain.Hold of probe/a did not answer within 00:00:30: its run has not ended");
        gate.SetResult();
        (await grain.AddAsTask(1).Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_timed_out_in_the_mailbox_is_never_run()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await Clusters.StartAsync(time: time);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        var queued = grain.AddAsTask(100);
        time.Advance(TimeSpan.FromSeconds(31));
        (await Should.ThrowAsync<TimeoutException>(() => queued.Soon())).Message.ShouldContain("it still waits for its turn");
        await Should.ThrowAsync<TimeoutException>(() => held.Soon());
        gate.SetResult();
        (await grain.AddAsTask(1).Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task A_method_may_have_a_response_timeout_of_its_own()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await Clusters.StartAsync(time: time);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.HoldForFiveSeconds(begun, gate.Task);
        await begun.Task.Soon();
        time.Advance(TimeSpan.FromSeconds(5.3));
        (await Should.ThrowAsync<TimeoutException>(() => held.Soon())).Message.ShouldContain("00:00:05");
        gate.SetResult();
    }

    [Fact]
    public async Task A_grain_that_calls_itself_without_being_reentrant_is_answered_by_the_deadline_and_lives_on()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await Clusters.StartAsync(time: time);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        await grain.Add(1);
        var call = grain.CallItself("Add");
        time.Advance(TimeSpan.FromSeconds(31));
        await Should.ThrowAsync<TimeoutException>(() => call.Soon());
        (await grain.AddAsTask(1).Soon()).ShouldBe(2);
    }

    [Fact]
    public async Task Many_calls_that_time_out_while_others_are_answered_leave_every_caller_with_one_answer()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await Clusters.StartAsync(time: time);
        var random = new Random(5);
        var grains = Enumerable.Range(0, 20).Select(number => cluster.Client.GetGrain<IProbeGrain>($"g{number}", Plain)).ToArray();
        for (int round = 0; round < 20; round++)
        {
            var gate = Clusters.Signal();
            var held = grains.Where(_ => random.Next(2) == 0).Select(grain => grain.Hold(Clusters.Signal(), gate.Task)).ToArray();
            var calls = Enumerable.Range(0, 400).Select(_ => Task.Run(grains[random.Next(grains.Length)].AddCarefully)).ToArray();
            var advance = Task.Run(() => time.Advance(TimeSpan.FromSeconds(31)));
            var open = Task.Run(gate.SetResult);
            await Task.WhenAll(advance, open).Soon();
            var outcomes = await Task.WhenAll(held.Concat(calls).Select(async call =>
            {
                try
                {
                    await call;
                    return true;
                }
                catch (TimeoutException)
                {
                    return false;
                }
            })).Soon();
            outcomes.Length.ShouldBe(held.Length + 400);
        }

        foreach (var grain in grains) (await grain.AddAsTask(0).Soon()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Cancelling_ends_the_callers_wait_and_the_grain_sees_the_token()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        for (int attempt = 0; attempt < 2; attempt++)
        {
            using var stop = new CancellationTokenSource();
            var begun = Clusters.Signal();
            var call = grain.WaitFor(begun, stop.Token);
            await begun.Task.Soon();
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => call.Soon());
            (await grain.AddAsTask(1).Soon()).ShouldBe(attempt + 1); // the grain's method has ended as well
        }
    }

    [Fact]
    public async Task A_cancelled_call_that_still_waits_is_never_run()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate, never) = (Clusters.Signal(), Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        using var stop = new CancellationTokenSource();
        var queued = grain.WaitFor(never, stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => queued.Soon());
        gate.SetResult();
        await held.Soon();
        await grain.AddAsTask(1).Soon();
        never.Task.IsCompleted.ShouldBeFalse();
        await Should.ThrowAsync<OperationCanceledException>(() => grain.WaitFor(never, new CancellationToken(true)));
        never.Task.IsCompleted.ShouldBeFalse();
    }
}
