using Microsoft.Extensions.Logging;

namespace Orrery.Runtime.Tests.Calls;

public sealed class OverloadTests
{
    private const string Plain = "Orrery.Runtime.Tests.Calls.ProbeGrain";

    [Fact]
    public async Task A_full_mailbox_answers_overloaded_and_takes_calls_again_when_it_has_room()
    {
        await using var cluster = await Clusters.StartAsync(options => options.MailboxLimit = 10);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        var queued = Enumerable.Range(0, 30).Select(_ => grain.AddAsTask(1)).ToArray();
        var refused = queued.Where(call => call.IsFaulted).ToArray();
        refused.Length.ShouldBe(20);
        var error = refused[0].Exception!.InnerException.ShouldBeOfType<OverloadedException>();
        error.Message.ShouldContain("IProbeGrain.AddAsTask of probe/a was refused: 10 requests wait in its mailbox and SiloOptions.MailboxLimit is 10");
        cluster.Silo.Statistics.GrainTypes.Single(type => type.GrainType == "probe").CallsOverloaded.ShouldBe(20);
        cluster.Silo.Statistics.GrainTypes.Single(type => type.GrainType == "probe").MailboxDepthMax.ShouldBe(10);
        gate.SetResult();
        await held.Soon();
        (await Task.WhenAll(queued.Except(refused)).Soon()).ShouldBe(Enumerable.Range(1, 10));
        (await grain.AddAsTask(1).Soon()).ShouldBe(11);
    }

    [Fact]
    public async Task Callers_from_many_threads_never_push_a_mailbox_past_its_bound()
    {
        await using var cluster = await Clusters.StartAsync(options => options.MailboxLimit = 50);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        var calls = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 100).Select(_ => grain.AddAsTask(1)).ToArray()))).Soon();
        calls.Sum(some => some.Count(call => !call.IsFaulted)).ShouldBeLessThanOrEqualTo(50);
        gate.SetResult();
        await held.Soon();
    }

    [Fact]
    public async Task A_one_way_call_returns_at_once_and_its_failure_is_logged()
    {
        var log = new RecordingLoggerProvider();
        await using var cluster = await Clusters.StartAsync(configure: builder => builder.ConfigureSiloHost(host => host.Logging.AddProvider(log)));
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (heard, gate) = (Clusters.Signal(), Clusters.Signal());
        var told = grain.Tell(heard, gate.Task);
        told.IsCompletedSuccessfully.ShouldBeTrue();
        gate.SetResult();
        await heard.Task.Soon();
        heard = Clusters.Signal();
        await grain.TellWhatFails(heard);
        await heard.Task.Soon();
        await log.Logged(1020);
        log.Texts.ShouldContain(text => text.Contains("IProbeGrain.TellWhatFails of probe/a failed"));
        (await grain.AddAsTask(1).Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task Callers_are_answered_once_each_under_a_storm_of_calls_between_grains()
    {
        await using var cluster = await Clusters.StartAsync();
        var random = new Random(11);
        var grains = Enumerable.Range(0, 16).Select(number => cluster.Client.GetGrain<IProbeGrain>($"g{number}", Plain)).ToArray();
        var plan = Enumerable.Range(0, 4_000).Select(_ => (From: random.Next(8), To: 8 + random.Next(8), Kind: random.Next(4))).ToArray();
        int added = 0;
        await Parallel.ForEachAsync(plan, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (step, _) =>
        {
            switch (step.Kind)
            {
                case 0:
                    await grains[step.To].Add(1);
                    break;
                case 1:
                    await grains[step.From].CallThrough(grains[step.To], 1);
                    break;
                case 2:
                    await grains[step.From].ForwardTo(grains[step.To], 1);
                    break;
                default:
                    await grains[step.To].AddCarefully();
                    break;
            }

            Interlocked.Increment(ref added);
        });
        added.ShouldBe(plan.Length);
        int sum = 0;
        foreach (var grain in grains) sum += await grain.Read();
        sum.ShouldBe(plan.Length);
        cluster.Silo.Statistics.Methods.Where(method => method.Method.StartsWith("Add", StringComparison.Ordinal)).Sum(method => method.Calls).ShouldBe(plan.Length);
        cluster.Silo.Statistics.PendingCalls.ShouldBe(0);
    }

    [Fact]
    public async Task A_caller_in_a_loop_of_quick_calls_lets_others_have_its_thread()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        await grain.Add(0);
        bool wentAsync = false;
        for (int calls = 0; calls < 1_000 && !wentAsync; calls++)
        {
            var call = grain.Add(1);
            wentAsync = !call.IsCompleted;
            await call;
        }

        wentAsync.ShouldBeTrue();
    }

    [Fact]
    public async Task A_method_that_holds_its_thread_is_queued_rather_than_run_on_its_callers_thread()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        bool wentAsync = false;
        for (int calls = 0; calls < 64 && !wentAsync; calls++)
        {
            var call = grain.SpinFor(TimeSpan.FromMilliseconds(2));
            wentAsync = !call.IsCompleted;
            await call;
        }

        wentAsync.ShouldBeTrue();
    }
}
