using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;
using Orrery.Runtime.Tests.Calls;

namespace Orrery.Runtime.Tests.Statistics;

public sealed class SiloStatisticsTests
{
    private const string Plain = "Orrery.Runtime.Tests.Calls.ProbeGrain";

    [Fact]
    public async Task Quick_calls_are_sampled_and_the_histogram_stands_for_all_of_them()
    {
        await using var cluster = await Clusters.StartAsync();
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        for (int calls = 0; calls < 16_000; calls++) await grain.Add(1);
        var method = Method(cluster, nameof(IProbeGrain.Add));
        method.Calls.ShouldBe(16_000);
        // A thread counts each sixteenth of its own calls for sixteen; the last of each thread may stand for calls that are still to come.
        method.Latency.Total.ShouldBeInRange(16_000 - 16 * Environment.ProcessorCount * 4, 16_000 + 16 * Environment.ProcessorCount * 4);
        method.Latency.Percentile(0.5).ShouldBeLessThan(TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_slow_call_shows_in_the_percentile_of_the_interval_and_its_failure_beside_it()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await Clusters.StartAsync(time: time);
        var grain = cluster.Client.GetGrain<IProbeGrain>("a", Plain);
        var before = cluster.Silo.Statistics;
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = grain.Hold(begun, gate.Task);
        await begun.Task.Soon();
        time.Advance(TimeSpan.FromSeconds(2));
        gate.SetResult();
        await held.Soon();
        await Should.ThrowAsync<InvalidOperationException>(() => grain.ThrowLater(new InvalidOperationException("for the test")).Soon());
        var after = cluster.Silo.Statistics;
        (after.Uptime - before.Uptime).ShouldBe(TimeSpan.FromSeconds(2));
        Method(cluster, nameof(IProbeGrain.Hold)).Latency.Percentile(0.99).TotalSeconds.ShouldBeInRange(1.6, 2.4);
        Method(cluster, nameof(IProbeGrain.ThrowLater)).CallsFailed.ShouldBe(1);
    }

    [Fact]
    public async Task A_call_that_nobody_answered_counts_as_timed_out()
    {
        var time = new ManualTimeProvider();
        await using var cluster = await Clusters.StartAsync(time: time);
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        var held = cluster.Client.GetGrain<IProbeGrain>("a", Plain).HoldForFiveSeconds(begun, gate.Task);
        await begun.Task.Soon();
        time.Advance(TimeSpan.FromSeconds(6));
        await Should.ThrowAsync<TimeoutException>(() => held.Soon());
        Method(cluster, nameof(IProbeGrain.HoldForFiveSeconds)).CallsTimedOut.ShouldBe(1);
        gate.SetResult();
    }

    [Fact]
    public async Task The_fullest_mailbox_is_named_and_all_that_wait_are_counted()
    {
        await using var cluster = await Clusters.StartAsync();
        var (begun, gate) = (Clusters.Signal(), Clusters.Signal());
        IProbeGrain full = cluster.Client.GetGrain<IProbeGrain>("full", Plain), other = cluster.Client.GetGrain<IProbeGrain>("other", Plain);
        Task[] held = [full.Hold(begun, gate.Task), other.Hold(begun, gate.Task), full.AddAsTask(1), full.AddAsTask(1), other.AddAsTask(1)];
        await begun.Task.Soon();
        var type = cluster.Silo.Statistics.GrainTypes.Single(type => type.GrainType == "probe");
        type.MailboxDepthMaxKey.ShouldBe("full");
        type.MailboxDepth.ShouldBeGreaterThanOrEqualTo(type.MailboxDepthMax);
        type.MailboxDepthMax.ShouldBeGreaterThanOrEqualTo(2);
        gate.SetResult();
        await Task.WhenAll(held).Soon();
        cluster.Silo.Statistics.GrainTypes.Single(type => type.GrainType == "probe").MailboxDepthMaxKey.ShouldBeNull();
    }

    [Fact]
    public async Task Methods_name_the_class_that_answers_them_where_there_is_one()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.Client.GetGrain<IWorkerGrain>("a").Work(Clusters.Signal(), Task.CompletedTask).Soon();
        await cluster.Client.GetGrain<IProbeGrain>("a", Plain).AddAsTask(1).Soon();
        cluster.Silo.Statistics.Methods.Single(method => method.Method == nameof(IWorkerGrain.Work)).GrainType.ShouldBe("worker");
        Method(cluster, nameof(IProbeGrain.AddAsTask)).GrainType.ShouldBeNull("two classes implement the interface");
    }

    [Fact]
    public async Task The_process_tells_its_processor_time_memory_and_collections()
    {
        await using var cluster = await Clusters.StartAsync();
        var process = cluster.Silo.Statistics.Process;
        process.Processors.ShouldBeGreaterThan(0);
        process.ProcessorTime.ShouldBeGreaterThan(TimeSpan.Zero);
        process.WorkingSetBytes.ShouldBeGreaterThan(process.HeapBytes / 4);
        process.MemoryLimitBytes.ShouldBeGreaterThan(process.HeapBytes);
        process.Collections.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("ORRERY_SUPERVISOR", "compose", "compose")]
    [InlineData("KUBERNETES_SERVICE_HOST", "10.0.0.1", "kubernetes")]
    [InlineData("INVOCATION_ID", "4f1c", "systemd")]
    [InlineData("HOME", "/root", null)]
    public void A_supervisor_is_told_by_what_it_gives_its_processes_to_see(string variable, string value, string? supervisor) =>
        ProcessFigures.FindSupervisor(name => name == variable ? value : null).ShouldBe(supervisor);

    [Fact]
    public async Task A_single_silo_is_a_cluster_of_one_that_owns_every_shard()
    {
        await using var cluster = await Clusters.StartAsync();
        var management = cluster.Silo.ServiceProvider.GetRequiredService<IClusterManagement>();
        var view = management.Read();
        view.Members.Count.ShouldBe(1);
        view.Shards.Count.ShouldBe(GrainShards.Count);
        view.Shards.ShouldAllBe(shard => shard.Owner == view.Self && shard.Term >= 1);
        (await management.ReadSiloAsync(view.Self!.Value, TestContext.Current.CancellationToken)).Process.Processors.ShouldBeGreaterThan(0);
        await Should.ThrowAsync<SiloUnavailableException>(() => management.ReadSiloAsync(new SiloId("another", 3), TestContext.Current.CancellationToken));
    }

    private static MethodSnapshot Method(InProcessTestCluster cluster, string name) =>
        cluster.Silo.Statistics.Methods.Single(method => method.Interface == typeof(IProbeGrain).FullName && method.Method == name);
}
