namespace Orrery.Runtime.Tests.Calls;

public sealed class CallTests
{
    private const string Plain = "Orrery.Runtime.Tests.Calls.ProbeGrain";
    private const string Reentrant = "Orrery.Runtime.Tests.Calls.ReentrantProbeGrain";

    [Fact]
    public async Task The_first_call_activates_a_grain_and_later_calls_find_the_same()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        (await grain.Add(2)).ShouldBe(2);
        (await grain.AddAsTask(3)).ShouldBe(5);
        await grain.AddQuietly(1);
        (await cluster.Client.GetGrain<IProbeGrain>("a", Plain).Read()).ShouldBe(6);
        (await cluster.Client.GetGrain<IProbeGrain>("b", Plain).Read()).ShouldBe(0);
        cluster.Silo.Statistics.Activations.ShouldBe(2);
    }

    [Fact]
    public async Task Arguments_of_all_kinds_arrive_on_the_callers_thread_and_through_the_mailbox()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        (await grain.Describe(null, [1, 2], (3, "x"))).ShouldBe("null 1+2 3x");
        (await grain.Describe("text", [], (0, ""))).ShouldBe("text  0");
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_with_its_type_whether_thrown_at_once_or_later()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        for (int attempt = 0; attempt < 2; attempt++) // the first through the mailbox, the second on this thread
        {
            (await Should.ThrowAsync<KeyNotFoundException>(async () => await grain.ThrowAtOnce(new KeyNotFoundException("no such thing")))).Message.ShouldBe("no such thing");
            await Should.ThrowAsync<FormatException>(() => grain.ThrowLater(new FormatException()));
        }

        (await grain.Add(1)).ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_grain_method_cancels_the_callers_task()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        await grain.Add(1);
        var task = grain.ThrowLater(new OperationCanceledException());
        await Should.ThrowAsync<OperationCanceledException>(() => task);
        task.IsCanceled.ShouldBeTrue();
    }

    [Fact]
    public async Task Code_after_an_await_runs_in_its_grains_turn_again()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        (await grain.RunsInItsContextAfterAwaits()).ShouldBeTrue();
        (await grain.RunsInItsContextAfterAwaits()).ShouldBeTrue();
        (await grain.CallThrough(cluster.Client.GetGrain<IProbeGrain>("b", Plain), 4)).ShouldBe(4);
        (await grain.CallThrough(cluster.Client.GetGrain<IProbeGrain>("b", Plain), 4)).ShouldBe(8);
        (await grain.ForwardTo(cluster.Client.GetGrain<IProbeGrain>("b", Plain), 1)).ShouldBe(9);
        GrainRuntime.Current.ShouldBeNull();
    }

    [Fact]
    public async Task What_flows_with_the_caller_does_not_reach_the_grain_nor_the_other_way()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        await grain.Add(1);
        var local = new AsyncLocal<string?> { Value = "the caller's" };
        (await grain.FlowingValue(local)).ShouldBe("none");
        local.Value.ShouldBe("the caller's");
    }

    [Fact]
    public async Task A_caller_whose_context_does_not_flow_is_answered_too()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        await grain.Add(1);
        Task<int> call;
        using (ExecutionContext.SuppressFlow()) call = grain.AddAsTask(1);
        (await call).ShouldBe(2);
    }

    [Fact]
    public async Task Turns_of_one_grain_are_never_mixed()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var calls = Enumerable.Range(0, 500).Select(_ => Task.Run(grain.AddCarefully)).ToArray();
        (await Task.WhenAll(calls).Soon()).Order().ShouldBe(Enumerable.Range(1, 500));
    }

    [Fact]
    public async Task A_call_waits_for_the_running_one_and_calls_run_in_the_order_they_came()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        var sums = Enumerable.Range(1, 20).Select(_ => grain.AddAsTask(1)).ToArray();
        sums.ShouldAllBe(sum => !sum.IsCompleted);
        gate.SetResult();
        await held.Soon();
        (await Task.WhenAll(sums).Soon()).ShouldBe(Enumerable.Range(1, 20));
    }

    [Fact]
    public async Task A_reentrant_grain_runs_calls_beside_each_other_and_may_call_itself()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Reentrant);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        (await grain.AddAsTask(1).Soon()).ShouldBe(1);
        (await grain.CallItself("Add").Soon()).ShouldBe(2);
        held.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await held.Soon();
    }

    [Fact]
    public async Task Always_interleaved_methods_run_beside_any_call_and_a_grain_may_call_its_own()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        var queued = grain.AddAsTask(1);
        (await grain.Peek().Soon()).ShouldBe(0);
        queued.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await Task.WhenAll(held, queued).Soon();
        (await grain.CallItself("Peek").Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task An_always_interleaved_call_that_runs_holds_up_nobody()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.PeekAndHold(begun, gate.Task);
        await begun.Task.Soon();
        (await grain.AddAsTask(1).Soon()).ShouldBe(1);
        gate.SetResult();
        await held.Soon();
    }

    [Fact]
    public async Task Read_only_calls_run_beside_each_other_but_not_beside_a_write()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.ReadAndHold(begun, gate.Task);
        await begun.Task.Soon();
        (await grain.Read().AsTask().Soon()).ShouldBe(0);
        var write = grain.AddAsTask(1);
        var readAfterWrite = grain.Read().AsTask(); // does not overtake the write
        write.IsCompleted.ShouldBeFalse();
        readAfterWrite.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        await held.Soon();
        (await readAfterWrite.Soon()).ShouldBe(1);
    }

    [Fact]
    public async Task A_long_chain_of_grains_does_not_exhaust_the_stack()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        for (int attempt = 0; attempt < 3; attempt++) (await grain.CallChain(5_000).Soon()).ShouldBe(5_000);
    }

    [Fact]
    public async Task A_reference_equals_another_to_the_same_grain_and_knows_its_key()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a/b c", Plain);
        grain.ShouldBe(cluster.Client.GetGrain<IProbeGrain>("a/b c", Plain));
        grain.ShouldNotBe(cluster.Client.GetGrain<IProbeGrain>("a/b c", Reentrant));
        grain.GetPrimaryKeyString().ShouldBe("a/b c");
        grain.GetGrainId().ToString().ShouldBe("probe/a/b c");
        grain.AsReference<IProbeGrain>().ShouldBe(grain);
    }

    [Fact]
    public async Task An_interface_with_two_classes_asks_for_a_choice_and_one_without_a_class_says_so()
    {
        await using var cluster = await Clusters.StartAsync();
        Should.Throw<ArgumentException>(() => cluster.Client.GetGrain<IProbeGrain>("a")).Message.ShouldContain("ReentrantProbeGrain");
        Should.Throw<ArgumentException>(() => cluster.Client.GetGrain<INobodysGrain>("a")).Message.ShouldContain("No grain class");
        Should.Throw<ArgumentException>(() => cluster.Client.GetGrain<IProbeGrain>("", Plain));
    }

    public interface INobodysGrain : IGrainWithStringKey
    {
        Task Do();
    }
}
