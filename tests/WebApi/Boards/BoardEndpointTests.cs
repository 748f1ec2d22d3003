using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Boards;

/// <summary>Boards over HTTP: put, followed in one stream, shared by links.</summary>
[Collection(ApiCollection.Name)]
public sealed class BoardEndpointTests(ApiHost host)
{
    const string Boards = "/api/v1/tenants/acme/boards";
    static readonly SemaphoreSlim Making = new(1);
    static bool isMade;

    [Fact]
    public async Task All_tiles_come_in_one_stream_and_move_together()
    {
        await MakeAsync();
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Boards}/live-sales", Board("live_sales"));
        using Events events = await Events.OpenAsync(host.AcmeViewer, $"{Boards}/live-sales/live");
        JsonElement first = await events.NextAsync("tiles");
        first.EnumerateArray().Select(static tile => tile.GetProperty("tile").GetString()).ShouldBe(["total", "shops"]);
        first[1].GetProperty("columns")[0].GetProperty("name").GetString().ShouldBe("shop");
        await RunAsync("INSERT INTO live_sales VALUES (7, 'york', 30)");
        // One change reaches both, each with its changes alone.
        var told = new Dictionary<string, string>();
        while (told.Count < 2)
            foreach (JsonElement tile in (await events.NextAsync("tiles")).EnumerateArray())
                told[tile.GetProperty("tile").GetString()!] = tile.GetProperty("changes").GetRawText();
        told["shops"].ShouldContain("york");
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Boards}/live-sales", Board("live_sales", "New"));
        (await events.NextAsync("board")).GetProperty("version").GetInt64().ShouldBe(2);
        await events.EndAsync();
    }

    [Fact]
    public async Task A_board_that_cannot_be_shown_is_refused_with_tile_line_and_column()
    {
        await MakeAsync();
        JsonElement problem = await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Boards}/wrong", Board("no_such_table"));
        problem.GetProperty("tile").GetString().ShouldBe("total");
        (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32()).ShouldBe((1, 35));
        problem.GetProperty("errors").TryGetProperty("tiles[0].query", out _).ShouldBeTrue();
        JsonElement check = await host.AcmeViewer.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"{Boards}/check", Board("no_such_table"));
        check.GetProperty("problems").GetArrayLength().ShouldBe(2);
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"{Boards}/wrong");
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Boards}/wrong", new { title = new { zh = "空", en = "Empty" } });
        await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, $"{Boards}/wrong", new { id = "other", title = new { zh = "空", en = "Empty" } });
    }

    [Fact]
    public async Task A_stale_version_is_refused()
    {
        await MakeAsync();
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Boards}/versions", Board("live_sales"));
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Boards}/versions", Board("live_sales"), ("If-Match", "\"1\""));
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, $"{Boards}/versions", Board("live_sales"), ("If-Match", "\"1\""));
        await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Delete, $"{Boards}/versions", null, ("If-Match", "\"1\""));
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"{Boards}/versions", null, ("If-Match", "\"2\""));
    }

    [Fact]
    public async Task A_link_shows_the_board_without_sign_in_and_nothing_of_its_queries_until_it_is_revoked()
    {
        await MakeAsync();
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, $"{Boards}/shared", Board("live_sales"));
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, $"{Boards}/shared/links", new { name = "Hall" });
        JsonElement made = await host.Operator.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, $"{Boards}/shared/links", new { name = "Hall", days = 1 });
        string token = made.GetProperty("token").GetString()!;
        JsonElement seen = await host.Stranger.ReadAsync($"/api/v1/public/boards/{token}");
        seen.GetProperty("tiles").GetArrayLength().ShouldBe(2);
        seen.GetRawText().ShouldNotContain("SELECT");
        seen.GetRawText().ShouldNotContain("acme");
        using Events events = await Events.OpenAsync(host.Stranger, $"/api/v1/public/boards/{token}/live");
        (await events.NextAsync("tiles")).GetArrayLength().ShouldBe(2);
        JsonElement links = await host.Operator.ReadAsync($"{Boards}/shared/links");
        links[0].GetRawText().ShouldNotContain(token);
        await host.Operator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"{Boards}/shared/links/{links[0].GetProperty("id").GetString()}");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Get, $"{Boards}/shared/changes");
        JsonElement changes = await host.Operator.ReadAsync($"{Boards}/shared/changes");
        changes.EnumerateArray().Select(static change => change.GetProperty("what").GetString()).ShouldBe(["link-revoked", "link-made", "made"]);
        changes[0].GetProperty("link").GetString()!.ShouldEndWith(" Hall");
        changes.GetRawText().ShouldNotContain(token);
        await host.Operator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"{Boards}/never-was/changes");
        await host.Stranger.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/api/v1/public/boards/{token}");
        await host.Stranger.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/public/boards/none");
        // Who looks at it now sees nothing more after a moment.
        await events.EndAsync();
    }

    static object Board(string table, string name = "Sales") => new
    {
        title = new { zh = "销售", en = name },
        tiles = new object[]
        {
            new { id = "total", title = new { zh = "合计", en = "Total" }, query = $"SELECT SUM(amount) AS amount FROM {table}", chart = new { kind = "number", y = new[] { "amount" }, format = "money" } },
            new { id = "shops", title = new { zh = "门店", en = "Shops" }, query = $"SELECT shop, SUM(amount) AS amount FROM {table} GROUP BY shop", chart = new { kind = "rank" }, width = 6 },
        },
    };

    async Task MakeAsync()
    {
        await Making.WaitAsync();
        try
        {
            if (!isMade)
                await RunAsync("CREATE TABLE live_sales (id BIGINT, shop STRING, amount DECIMAL(18, 2), PRIMARY KEY (id) NOT ENFORCED); INSERT INTO live_sales VALUES (1, 'berlin', 10)");
            isMade = true;
        }
        finally
        {
            Making.Release();
        }
    }

    Task<JsonElement> RunAsync(string text) => host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, "/api/v1/tenants/acme/sql", new { text });
}
