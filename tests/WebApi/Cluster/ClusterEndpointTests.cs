using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Cluster;

/// <summary>A single silo answers as a cluster of one.</summary>
[Collection(ApiCollection.Name)]
public sealed class ClusterEndpointTests(ApiHost host)
{
    [Fact]
    public async Task A_single_silo_owns_every_shard_and_tells_what_it_does()
    {
        JsonElement cluster = await host.Operator.ReadAsync("/api/v1/cluster");
        cluster.GetProperty("cluster").ValueKind.ShouldBe(JsonValueKind.Null);
        cluster.GetProperty("shards").GetProperty("owned").GetInt32().ShouldBe(1024);
        cluster.GetProperty("totals").GetProperty("answering").GetInt32().ShouldBe(1);
        JsonElement silo = cluster.GetProperty("silos").EnumerateArray().ShouldHaveSingleItem();
        silo.GetProperty("state").GetString().ShouldBe("active");
        silo.GetProperty("self").GetBoolean().ShouldBeTrue();
        silo.GetProperty("leaseAgeSeconds").ValueKind.ShouldBe(JsonValueKind.Null);
        JsonElement figures = silo.GetProperty("figures");
        figures.GetProperty("cpuPercent").GetDouble().ShouldBeInRange(0, 100);
        figures.GetProperty("workingSetBytes").GetInt64().ShouldBeGreaterThan(1 << 20);
        figures.GetProperty("uptimeSeconds").GetDouble().ShouldBeGreaterThan(0);
        JsonElement shards = await host.Operator.ReadAsync("/api/v1/cluster/shards");
        shards.GetProperty("silos").EnumerateArray().ShouldHaveSingleItem().GetString().ShouldBe(silo.GetProperty("id").GetString());
        shards.GetProperty("owners").EnumerateArray().ShouldAllBe(owner => owner.GetInt32() == 0);
        shards.GetProperty("terms").GetArrayLength().ShouldBe(1024);
    }

    [Fact]
    public async Task Grains_and_methods_tell_rates_percentiles_and_who_answers()
    {
        await host.Operator.ReadAsync("/api/v1/tenants/acme");
        JsonElement tenant = (await host.Operator.ReadAsync("/api/v1/cluster/grains")).EnumerateArray().Single(type => type.GetProperty("type").GetString() == "tenant");
        tenant.GetProperty("activations").GetInt64().ShouldBeGreaterThan(0);
        tenant.GetProperty("calls").GetInt64().ShouldBeGreaterThan(0);
        tenant.GetProperty("places").EnumerateArray().ShouldHaveSingleItem().GetProperty("activations").GetInt32().ShouldBeGreaterThan(0);
        JsonElement[] methods = [.. (await host.Operator.ReadAsync("/api/v1/cluster/methods?type=tenant")).EnumerateArray()];
        methods.ShouldAllBe(method => method.GetProperty("type").GetString() == "tenant");
        JsonElement create = methods.Single(method => method.GetProperty("method").GetString() == "Create");
        create.GetProperty("meanMicroseconds").GetDouble().ShouldBeGreaterThan(0);
        create.GetProperty("longestMicroseconds").GetDouble().ShouldBeGreaterThanOrEqualTo(create.GetProperty("meanMicroseconds").GetDouble());
    }

    [Fact]
    public async Task One_silo_is_found_by_its_name_and_generation_and_others_are_not_there()
    {
        string id = (await host.Operator.ReadAsync("/api/v1/cluster")).GetProperty("self").GetString()!;
        JsonElement silo = await host.Operator.ReadAsync($"/api/v1/cluster/silos/{id}");
        silo.GetProperty("shards").GetArrayLength().ShouldBe(1024);
        silo.GetProperty("grains").GetArrayLength().ShouldBeGreaterThan(0);
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/cluster/silos/nobody@1");
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, "/api/v1/cluster/silos/nobody@1/drain", new { });
    }

    [Fact]
    public async Task The_only_silo_is_not_drained_and_not_restarted_where_nobody_would_start_it()
    {
        string id = (await host.Operator.ReadAsync("/api/v1/cluster")).GetProperty("self").GetString()!;
        JsonElement drain = await host.Operator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"/api/v1/cluster/silos/{id}/drain", new { reason = "test" });
        drain.GetProperty("detail").GetString()!.ShouldContain("the only active silo");
        if (Environment.GetEnvironmentVariable("ORRERY_SUPERVISOR") is null && Environment.GetEnvironmentVariable("INVOCATION_ID") is null && Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST") is null)
            (await host.Operator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"/api/v1/cluster/silos/{id}/restart", new { })).GetProperty("detail").GetString()!.ShouldContain("Nobody is known to start");
    }

    [Fact]
    public async Task The_cluster_is_the_vendors_affair()
    {
        foreach (string path in new[] { "", "/silos", "/shards", "/grains", "/methods", "/history", "/reminders", "/live" })
        {
            await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, $"/api/v1/cluster{path}");
            await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, $"/api/v1/cluster{path}");
        }
    }

    [Fact]
    public async Task History_and_reminders_of_one_silo_are_there()
    {
        JsonElement history = await host.Operator.ReadAsync("/api/v1/cluster/history");
        history.EnumerateArray().ShouldHaveSingleItem().GetProperty("kind").GetString().ShouldBe("joined");
        JsonElement reminders = await host.Operator.ReadAsync("/api/v1/cluster/reminders");
        reminders.GetProperty("silos").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task The_stream_brings_summary_shards_and_the_parts_that_were_asked_for()
    {
        using Events events = await Events.OpenAsync(host.Operator, "/api/v1/cluster/live?parts=grains,history");
        (await events.NextAsync("shards")).GetProperty("owners").GetArrayLength().ShouldBe(1024);
        JsonElement first = await events.NextAsync("cluster");
        await events.NextAsync("grains");
        await events.NextAsync("history");
        JsonElement second = await events.NextAsync("cluster");
        second.GetProperty("at").GetDateTimeOffset().ShouldBeGreaterThan(first.GetProperty("at").GetDateTimeOffset());
        events.Seen.ShouldNotContain("methods");
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/api/v1/cluster/live?parts=grains,nonsense");
    }
}
