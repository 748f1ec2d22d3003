using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Tags;

/// <summary>Tags and segments over HTTP: made, asked, followed.</summary>
[Collection(ApiCollection.Name)]
public sealed class TagEndpointTests(ApiHost host)
{
    const string Type = "/api/v1/tenants/acme/types/buyer", Patience = "the tag did not come";
    static readonly object Title = new { zh = "买家", en = "Buyer" };
    static readonly SemaphoreSlim Making = new(1);
    static bool isMade;

    [Fact]
    public async Task Who_enters_and_leaves_a_segment_is_told_in_a_stream()
    {
        await MakeAsync();
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Type}/segments/many", new { title = Title, expression = "frequent AND NOT blocked" });
        using Events events = await Events.OpenAsync(host.AcmeViewer, $"{Type}/segments/many/subscribe");
        (await events.NextAsync("size")).GetProperty("size").GetInt64().ShouldBe(1);
        await RunAsync("INSERT INTO buyers VALUES (2, 9)");
        JsonElement entered = (await events.NextAsync("changes"))[0];
        (entered.GetProperty("object").GetString(), entered.GetProperty("event").GetString()).ShouldBe(("2", "enter"));
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Type}/tags/blocked/members", new { members = new[] { new { @object = "2" } } });
        (await events.NextAsync("changes"))[0].GetProperty("event").GetString().ShouldBe("leave");
        (await host.AcmeViewer.ReadAsync($"{Type}/segments/many/members?limit=1")).GetProperty("items")[0].GetString().ShouldBe("1");
        JsonElement overlap = await host.AcmeViewer.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Type}/segments/overlap", new { first = "frequent", second = "blocked" });
        overlap.GetProperty("both").GetInt64().ShouldBe(1);
        JsonElement problem = await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Type}/segments/wrong", new { title = Title, expression = "frequent AND nothing" });
        problem.GetProperty("column").GetInt32().ShouldBe(14);
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"{Type}/segments/many/webhooks", new { url = "http://169.254.169.254/latest" });
    }

    [Fact]
    public async Task Tags_are_the_tenants_own_and_changed_by_the_vendor_alone()
    {
        await MakeAsync();
        foreach (string path in new[] { "tags", "tags/frequent", "tags/frequent/members", "tags/frequent/values", "objects/1/tags", "objects/1/peers", "objects/1/timeline", "segments" })
        {
            await host.AcmeViewer.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, $"{Type}/{path}");
            await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"{Type}/{path}");
        }

        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, $"{Type}/tags/frequent", new { title = Title, rule = new { condition = "orders > 1" } });
        JsonElement refused = await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Type}/tags/wrong", new { title = Title, rule = new { condition = "orders > 1 AND nothing = 2" } });
        refused.GetProperty("column").GetInt32().ShouldBe(16);
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, $"{Type}/tags/frequent", new { title = Title, rule = new { condition = "orders > 1" } }, ("If-Match", "\"77\""));
        JsonElement trial = await host.AcmeViewer.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Type}/tags/frequent/try", new { title = Title, rule = new { condition = "orders > 1000" } });
        trial.GetProperty("size").GetInt64().ShouldBe(0);
        JsonElement values = await host.AcmeViewer.ReadAsync($"{Type}/tags/frequent/values");
        values.GetProperty("bins").GetArrayLength().ShouldBe(0);
        (await host.AcmeViewer.ReadAsync($"{Type}/tags/frequent/members?limit=1")).GetProperty("items")[0].GetString().ShouldBe("1");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"{Type}/tags/frequent%20OR%20blocked/members");
        JsonElement both = (await host.AcmeViewer.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Type}/segments/overlaps", new { expressions = new[] { "frequent", "NOT frequent" } })).GetProperty("both");
        both[0][1].GetInt64().ShouldBe(0);
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"{Type}/segments/overlaps", new { expressions = new[] { "frequent" } });
        (await host.AcmeViewer.ReadAsync($"{Type}/objects/1/timeline")).GetProperty("moments").EnumerateArray().Select(static moment => moment.GetProperty("name").GetString()).ShouldContain("frequent");
        (await host.AcmeViewer.ReadAsync($"{Type}/objects/nobody/peers")).GetProperty("peers").GetArrayLength().ShouldBe(0);
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, $"{Type}/objects/1/peers?limit=1000");
        JsonElement why = await host.AcmeViewer.ReadAsync($"{Type}/objects/1/tags/frequent/why");
        why.GetProperty("rows")[0].GetProperty("values").GetProperty("orders").GetString().ShouldBe("7");
    }

    async Task MakeAsync()
    {
        await Making.WaitAsync();
        try
        {
            if (isMade)
                return;
            await RunAsync("CREATE TABLE buyers (id BIGINT, orders INT, PRIMARY KEY (id) NOT ENFORCED); INSERT INTO buyers VALUES (1, 7)");
            await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Type, new { title = Title, facts = new[] { new { relation = "buyers", key = "id" } } });
            await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Type}/tags/frequent", new { title = Title, rule = new { condition = "orders >= 5" } });
            await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Type}/tags/blocked", new { title = Title, rule = new { isList = true } });
            using var late = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while ((await host.Operator.ReadAsync($"{Type}/objects/1/tags")).GetProperty("tags").GetArrayLength() == 0)
                (await looks.WaitForNextTickAsync(late.Token)).ShouldBeTrue(Patience);
            isMade = true;
        }
        finally
        {
            Making.Release();
        }
    }

    Task RunAsync(string text) => host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/tenants/acme/sql", new { text });
}
