using System.Net;
using System.Text.Json;
using Orrery.Client.News;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.News;

/// <summary>Articles over HTTP, from an author's hand into the inbox that an ERP shows by the SDK.</summary>
[Collection(ApiCollection.Name)]
public sealed class NewsEndpointTests(ApiHost host)
{
    const string Tenant = "/api/v1/tenants/acme", Type = Tenant + "/types/newsreader";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(50);
    static readonly object Title = new { zh = "读者", en = "Reader" };

    [Fact]
    public async Task News_reach_the_inbox_in_the_erp_of_exactly_the_segment()
    {
        CancellationToken ends = TestContext.Current.CancellationToken;
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Tenant + "/sql", new { text = "CREATE TABLE newsreaders (id STRING, orders INT, PRIMARY KEY (id) NOT ENFORCED); INSERT INTO newsreaders VALUES ('n1', 9), ('n2', 1), ('n3', 7)" });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Type, new { title = Title, facts = new[] { new { relation = "newsreaders", key = "id" } } });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Type + "/tags/frequent", new { title = Title, rule = new { condition = "orders >= 5" } });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Type + "/segments/loyal", new { title = Title, expression = "frequent" });
        await UntilAsync(async () => (await host.AcmeViewer.ReadAsync(Type + "/segments/loyal")).GetProperty("info").GetProperty("size").GetInt64() == 2);
        using NewsClient first = Client("n1"), second = Client("n2"), third = Client("n3");
        (await first.RefreshAsync(ends)).ShouldBeEmpty();
        // One follows, as an ERP does.
        var came = new TaskCompletionSource<IReadOnlyList<NewsArticle>>(TaskCreationOptions.RunContinuationsAsynchronously);
        third.Changed += items => came.TrySetResult(items);
        using var following = CancellationTokenSource.CreateLinkedTokenSource(ends);
        Task follow = third.RunAsync(following.Token);

        object article = new
        {
            texts = new[] { new { language = "en", title = "Hello", markdown = "**Bold** <script>alert(1)</script>" }, new { language = "zh", title = "你好", markdown = "**粗体**" } },
            audience = new { type = "newsreader", segment = "loyal" }, channels = new[] { "sdk" },
        };
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Tenant + "/news/hello", article);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Tenant + "/news/hello/files/a.txt", new ByteArrayContent("a file"u8.ToArray()));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Tenant + "/news/hello/submit", new { });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, Tenant + "/news/hello/approve");
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Tenant + "/news/hello/approve");
        await UntilAsync(async () => (await host.AcmeViewer.ReadAsync(Tenant + "/news/hello")).GetProperty("state").GetString() == "sent");

        NewsArticle followed = (await came.Task.WaitAsync(Patience, ends)).Single();
        (followed.Article, followed.Title, followed.IsRead).ShouldBe(("acme/hello", "你好", false));
        NewsArticle got = (await first.RefreshAsync(ends)).Single();
        (got.Title, got.Html).ShouldBe(("你好", "<p><strong>粗体</strong></p>\n"));
        (await second.RefreshAsync(ends)).ShouldBeEmpty();
        (await first.FileAsync("acme/hello", got.Files.Single(), ends)).ShouldBe("a file"u8.ToArray());
        await first.ReadAsync("acme/hello", ends);
        await Should.ThrowAsync<HttpRequestException>(() => second.ReadAsync("acme/hello", ends));
        JsonElement funnel = await host.AcmeViewer.ReadAsync(Tenant + "/news/hello/funnel");
        JsonElement row = funnel.GetProperty("rows")[0];
        (row.GetProperty("sent").GetInt64(), row.GetProperty("delivered").GetInt64(), row.GetProperty("read").GetInt64()).ShouldBe((2, 2, 1));
        (await host.AcmeViewer.ReadAsync(Tenant + "/news/hello/receipts/n1")).GetProperty("steps").GetProperty("sdk").GetArrayLength().ShouldBe(3);

        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Tenant + "/news/hello/recall", new { reason = "too soon" });
        (await third.RefreshAsync(ends)).ShouldBeEmpty();
        (await first.RefreshAsync(ends)).Single().IsWithdrawn.ShouldBeTrue();
        await following.CancelAsync();
        await follow;
    }

    [Fact]
    public async Task The_portals_inbox_is_the_readers_own()
    {
        object article = new { texts = new[] { new { language = "en", title = "For you", markdown = "text" } }, audience = new { type = "portal-users", objects = new[] { "acme-viewer" } }, channels = new[] { "portal" } };
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Tenant + "/news/own", article);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Tenant + "/news/own/submit", new { });
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Tenant + "/news/own/approve");
        await UntilAsync(async () => (await host.AcmeViewer.ReadAsync("/api/v1/inbox/unread")).GetProperty("unread").GetInt32() == 1);
        (await host.AcmeViewer.ReadAsync("/api/v1/inbox?language=en")).GetProperty("items")[0].GetProperty("title").GetString().ShouldBe("For you");
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, "/api/v1/inbox/acme/own/read");
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/inbox/acme/own/read");
        (await host.AcmeViewer.ReadAsync("/api/v1/inbox/unread")).GetProperty("unread").GetInt32().ShouldBe(0);
        await host.AcmeKey.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/agent/news?type=portal-users&object=acme-viewer");
    }

    [Fact]
    public async Task Bad_articles_settings_and_writers_that_come_late_are_refused()
    {
        object article = new { texts = new[] { new { language = "en", title = "One", markdown = "text" } }, audience = new { type = "portal-users", isEverybody = true }, channels = new[] { "portal" } };
        await host.AcmeViewer.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, Tenant + "/news/bad", article);
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Tenant + "/news/bad", article);
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Tenant + "/news/bad");
        await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Tenant + "/news/bad", new { texts = new[] { new { language = "en", title = "Two", markdown = "text" } }, audience = new { type = "portal-users", isEverybody = true }, channels = new[] { "portal" } });
        JsonElement late = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Put, Tenant + "/news/bad", article, ("If-Match", "\"1\""));
        late.GetProperty("version").GetInt64().ShouldBe(2);
        (late.GetProperty("differences")[0].GetProperty("from").GetString(), late.GetProperty("differences")[0].GetProperty("to").GetString()).ShouldBe(("One", "Two"));
        JsonElement unconfirmed = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, Tenant + "/news/bad/submit", new { });
        unconfirmed.GetProperty("errors").TryGetProperty("confirmedSize", out _).ShouldBeTrue();
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Conflict, HttpMethod.Post, Tenant + "/news/bad/recall", new { reason = "x" });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.RequestEntityTooLarge, HttpMethod.Put, Tenant + "/news/bad/files/a.txt", new ByteArrayContent(new byte[(1 << 20) + 1]));
        JsonElement hook = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Tenant + "/news-settings", new { webhookUrl = "http://169.254.169.254/latest" });
        hook.GetProperty("errors").TryGetProperty("webhookUrl", out _).ShouldBeTrue();
        (await host.AcmeViewer.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Tenant + "/news/preview", new { markdown = "<img src=x onerror=alert(1)> [x](javascript:alert(1))" })).GetProperty("html").GetString()!.ShouldNotContain("<img");
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, Tenant + "/news/bad");
    }

    NewsClient Client(string reader) => new(new NewsClientOptions { Url = host.Address, Key = host.AcmeKey.Token!, Type = "newsreader", Object = reader, Language = "zh-CN", Wait = TimeSpan.FromSeconds(5) });

    static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var late = new CancellationTokenSource(Patience);
        using var looks = new PeriodicTimer(Look);
        while (!await isSo())
            await looks.WaitForNextTickAsync(late.Token);
    }
}
