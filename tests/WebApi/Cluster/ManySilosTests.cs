using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.WebApi.Cluster;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Cluster;

public sealed class ManySilosTests(ManySilosTests.ClusterHost host) : IClassFixture<ManySilosTests.ClusterHost>
{
    [Fact]
    public async Task Every_silo_shows_its_state_its_shards_and_its_lease()
    {
        JsonElement cluster = await host.Operator.ReadAsync("/api/v1/cluster");
        cluster.GetProperty("silos").EnumerateArray().Select(silo => $"{silo.GetProperty("id")} {silo.GetProperty("state")} {silo.GetProperty("shards")}")
            .ShouldBe(["erp-1@3 active 342", "erp-2@1 suspect 341", "erp-3@2 active 341", "erp-3@1 dead 0"]);
        cluster.GetProperty("leaseSeconds").GetDouble().ShouldBe(6);
        cluster.GetProperty("silos")[1].GetProperty("leaseAgeSeconds").GetDouble().ShouldBe(3.5);
        (await host.Operator.ReadAsync("/api/v1/cluster/history")).EnumerateArray().Select(item => $"{item.GetProperty("silo")} {item.GetProperty("kind")}")
            .ShouldBe(["erp-3@1 dead", "erp-1@3 joined", "erp-3@2 joined", "erp-2@1 joined", "erp-3@1 joined"]);
    }

    [Fact]
    public async Task The_ledger_of_reminders_is_read_by_a_silo_and_each_silo_tells_what_it_fired()
    {
        JsonElement reminders = await host.Operator.ReadAsync("/api/v1/cluster/reminders");
        reminders.GetProperty("types")[0].GetProperty("waiting").GetInt64().ShouldBe(1);
        reminders.GetProperty("silos").EnumerateArray().Select(silo => silo.GetProperty("running").GetInt64()).ShouldBe([1, 1, 1]);
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_is_shown_as_such_and_the_others_are_shown()
    {
        var never = new TaskCompletionSource<SiloSnapshot>();
        var cluster = new ScriptedCluster();
        cluster.Answers(ScriptedCluster.Second, _ => never.Task);
        cluster.Answers(ScriptedCluster.Third, _ => throw new SiloUnavailableException("the connection to erp-3@2 broke off"));
        var watch = new ClusterWatch(new ServiceCollection().AddSingleton<IClusterManagement>(cluster).BuildServiceProvider(), TimeProvider.System);
        ClusterReading reading = await watch.ReadAsync();
        reading.Silos[0].Now.ShouldNotBeNull();
        reading.Silos[1].Problem.ShouldBe("It did not answer within 1.5 s.");
        reading.Silos[2].Problem.ShouldBe("It cannot be reached.");
        ClusterSummary summary = ClusterPictures.Summary(reading);
        summary.Totals.Answering.ShouldBe(1);
        summary.Totals.Live.ShouldBe(3);
        summary.Totals.Activations.ShouldBe(10);
    }

    [Fact]
    public async Task Rates_and_percentiles_are_those_of_the_last_seconds()
    {
        var time = new ManualTime();
        var cluster = new ScriptedCluster();
        cluster.Change(view => view with { Members = [view.Members[0]] });
        var watch = new ClusterWatch(new ServiceCollection().AddSingleton<IClusterManagement>(cluster).BuildServiceProvider(), time);
        long[] counts = new long[LatencyBuckets.Count];
        counts[LatencyBuckets.Of(1_000)] = 1_000;
        TimeSpan uptime = TimeSpan.FromMinutes(10);
        cluster.Answers(ScriptedCluster.First, _ => Task.FromResult(ScriptedCluster.Snapshot(ScriptedCluster.First, uptime, 1_000, new LatencyHistogram([.. counts]))));
        SiloFigures first = ClusterPictures.Summary(await watch.ReadAsync()).Silos[0].Figures!;
        first.IntervalSeconds.ShouldBe(600);
        first.CallsPerSecond.ShouldBe(1.67);
        first.CpuPercent.ShouldBe(12.5);

        time.Advance(TimeSpan.FromSeconds(2));
        uptime += TimeSpan.FromSeconds(2);
        counts[LatencyBuckets.Of(10_000_000)] = 100;
        cluster.Answers(ScriptedCluster.First, _ => Task.FromResult(ScriptedCluster.Snapshot(ScriptedCluster.First, uptime, 1_100, new LatencyHistogram([.. counts]))));
        SiloFigures next = ClusterPictures.Summary(await watch.ReadAsync()).Silos[0].Figures!;
        next.IntervalSeconds.ShouldBe(2);
        next.CallsPerSecond.ShouldBe(50);
        next.LatencyMicroseconds!.P50.ShouldBeInRange(8_000, 12_500);
    }

    [Fact]
    public async Task Nothing_is_asked_of_silos_while_nobody_looks_and_once_a_period_however_many_look()
    {
        var time = new ManualTime();
        var cluster = new ScriptedCluster();
        int asked = 0;
        cluster.Answers(ScriptedCluster.First, _ =>
        {
            asked++;
            return Task.FromResult(ScriptedCluster.Snapshot(ScriptedCluster.First, TimeSpan.FromMinutes(5 + asked)));
        });
        var watch = new ClusterWatch(new ServiceCollection().AddSingleton<IClusterManagement>(cluster).BuildServiceProvider(), time);
        time.Advance(TimeSpan.FromMinutes(5));
        asked.ShouldBe(0);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => watch.ReadAsync()));
        asked.ShouldBe(1);
        time.Advance(ClusterWatch.Period);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => watch.ReadAsync()));
        asked.ShouldBe(2);
    }

    [Fact]
    public async Task Draining_and_restarting_pass_on_who_asked_and_why_and_say_what_comes_next()
    {
        var host = new ClusterHost();
        await host.InitializeAsync();
        await using ClusterHost disposed = host;
        JsonElement drained = await host.Operator.ExpectAsync(HttpStatusCode.Accepted, HttpMethod.Post, "/api/v1/cluster/silos/erp-2@1/drain", new { reason = "new disk" });
        drained.GetProperty("exitCode").GetInt32().ShouldBe(0);
        JsonElement restarted = await host.Operator.ExpectAsync(HttpStatusCode.Accepted, HttpMethod.Post, "/api/v1/cluster/silos/erp-3@2/restart", new { });
        restarted.GetProperty("exitCode").GetInt32().ShouldBe(75);
        restarted.GetProperty("supervisor").GetString().ShouldBe("systemd");
        host.Cluster.Orders.ShouldBe([(ScriptedCluster.Second, false, "Drain asked for by ops: new disk"), (ScriptedCluster.Third, true, "Restart asked for by ops")]);
        await host.Operator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/api/v1/cluster/silos/erp-2@1/drain", new { });
        await host.Operator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/api/v1/cluster/silos/erp-1@3/drain", new { });
        await host.Operator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, "/api/v1/cluster/silos/erp-3@1/restart", new { });
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/cluster/silos/erp-1@3/restart", new { reason = new string('x', 201) });
        host.Cluster.Orders.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_shard_that_moves_arrives_on_the_stream()
    {
        var host = new ClusterHost();
        await host.InitializeAsync();
        await using ClusterHost disposed = host;
        using Events events = await Events.OpenAsync(host.Operator, "/api/v1/cluster/live");
        JsonElement before = await events.NextAsync("shards");
        before.GetProperty("silos")[before.GetProperty("owners")[0].GetInt32()].GetString().ShouldBe("erp-1@3");
        host.Cluster.Change(view => view with { Shards = [new ShardRow(0, ScriptedCluster.Third, 9), .. view.Shards.Skip(1)] });
        JsonElement after = await events.NextAsync("shards");
        after.GetProperty("silos")[after.GetProperty("owners")[0].GetInt32()].GetString().ShouldBe("erp-3@2");
        after.GetProperty("terms")[0].GetInt64().ShouldBe(9);
    }

    public sealed class ClusterHost : ApiHost
    {
        internal ScriptedCluster Cluster { get; } = new();

        protected override void Configure(WebApplicationBuilder builder) => builder.Services.AddSingleton<IClusterManagement>(Cluster);
    }
}
