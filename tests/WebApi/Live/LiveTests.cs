using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.WebApi.Live;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Live;

public sealed class LiveTests(LiveTests.LiveHost host) : IClassFixture<LiveTests.LiveHost>
{
    [Fact]
    public async Task New_values_arrive_and_old_ones_are_not_sent_again()
    {
        await WriteAsync("live-1", "cpu", 1);
        using Events events = await Events.OpenAsync(host.AcmeViewer, "/api/v1/servers/acme/berlin/live-1/live?metrics=cpu,other");
        (await events.NextAsync("values"))[0].GetProperty("value").GetDouble().ShouldBe(1);
        await WriteAsync("live-1", "cpu", 2);
        await WriteAsync("live-1", "unasked", 3);
        JsonElement next = await events.NextAsync("values");
        next.GetArrayLength().ShouldBe(1);
        next[0].GetProperty("value").GetDouble().ShouldBe(2);
        events.Seen.ShouldContain("health");
        events.Seen.ShouldContain("alarms");
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/agent/processes", new { server = "live-1", at = DateTimeOffset.UtcNow, total = 1, threads = 1 });
        (await events.NextAsync("processes")).GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task A_stream_that_has_nothing_to_say_shows_that_it_lives()
    {
        await WriteAsync("live-2", "cpu", 1);
        using Events events = await Events.OpenAsync(host.AcmeViewer, "/api/v1/servers/acme/berlin/live-2/live?metrics=cpu");
        await events.CommentAsync();
    }

    [Fact]
    public async Task The_fleet_arrives_as_far_as_the_caller_sees_it()
    {
        using Events events = await Events.OpenAsync(host.AcmeViewer, "/api/v1/fleet/live");
        JsonElement fleet = await events.NextAsync("fleet");
        fleet.GetProperty("tenants").EnumerateArray().Select(tenant => tenant.GetProperty("tenant").GetString()).ShouldBe(["acme"]);
    }

    [Fact]
    public async Task A_person_has_a_bounded_number_of_streams_and_leaving_gives_the_place_back()
    {
        Events[] open = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Events.OpenAsync(host.GlobexAdministrator, "/api/v1/fleet/live")));
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.TooManyRequests, HttpMethod.Get, "/api/v1/fleet/live");
        foreach (Events events in open)
            events.Dispose();
        using Events other = await Events.OpenAsync(host.Operator, "/api/v1/fleet/live");
        // The server sees that a browser left when it writes next; other streams keep going meanwhile.
        while (host.Services.GetRequiredService<LiveStreams>().Count > 1)
            await other.CommentAsync();
        using Events again = await Events.OpenAsync(host.GlobexAdministrator, "/api/v1/fleet/live");
    }

    [Fact]
    public async Task A_stream_of_what_is_not_there_is_a_problem_and_one_of_what_goes_ends()
    {
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/servers/acme/berlin/nothing/live");
        await WriteAsync("live-3", "cpu", 1);
        using Events events = await Events.OpenAsync(host.AcmeAdministrator, "/api/v1/servers/acme/berlin/live-3/live");
        await events.NextAsync("values");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/servers/acme/berlin/live-3");
        await events.EndAsync();
    }

    async Task WriteAsync(string server, string metric, double value)
    {
        long now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await host.AcmeKey.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/agent/samples", new { server, series = new[] { new { metric, samples = new[] { new[] { now, value } } } } });
    }

    public sealed class LiveHost : ApiHost
    {
        protected override void Configure(OrreryApiOptions options)
        {
            base.Configure(options);
            options.StreamHeartbeat = TimeSpan.FromMilliseconds(300);
            options.StreamsPerPersonMax = 3;
        }
    }
}
