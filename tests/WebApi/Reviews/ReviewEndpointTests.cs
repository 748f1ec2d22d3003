using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Orrery.Client.Reviews;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Reviews;

/// <summary>Forms and reviews over HTTP: for the tenant's people, for programs with a key, and for anybody with a link.</summary>
[Collection(ApiCollection.Name)]
public sealed class ReviewEndpointTests(ApiHost host)
{
    const string Origin = "https://erp.example.com";
    static int forms;

    [Fact]
    public async Task A_review_comes_by_the_link_is_read_answered_and_moderated_and_its_reviewer_sees_the_reply()
    {
        (string form, string link) = await OpenAsync();
        JsonElement offer = await host.Stranger.ReadAsync(Public(link));
        (offer.GetProperty("show").GetBoolean(), offer.GetProperty("form").GetProperty("questions")[0].GetProperty("kind").GetString()).ShouldBe((true, "stars"));
        offer.ToString().ShouldNotContain("ann", Case.Insensitive, "what the tenant keeps to itself is not offered");
        object submission = Submission("link-000000000001", 1, "太慢了，经常报错");
        long number = (await host.Stranger.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Public(link), submission)).GetProperty("number").GetInt64();
        (await host.Stranger.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Public(link), submission)).GetProperty("number").GetInt64().ShouldBe(number, "a replay is the same review");
        JsonElement review = (await host.AcmeViewer.ReadAsync($"/api/v1/tenants/acme/reviews?form={form}&sentiment=negative&q=报错")).GetProperty("items")[0];
        (review.GetProperty("number").GetInt64(), review.GetProperty("sentiment").GetProperty("label").GetString()).ShouldBe((number, "negative"));
        string one = $"/api/v1/tenants/acme/reviews/{number}";
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, one + "/task", new { owner = "acme-admin", hours = 4 });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, one + "/task", new { owner = "globex-admin", hours = 4 });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Post, one + "/reply", new { text = "x" }, ("If-Match", "\"1\""));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, one + "/reply", new { text = "已修复" }, ("If-Match", "\"2\""));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, one + "/moderation", new { state = "hidden" });
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, one + "/moderation", new { state = "published" });
        (await host.Stranger.ReadAsync(Public(link) + "/submissions/link-000000000001")).GetProperty("reply").GetString().ShouldBe("已修复");
        (await host.Stranger.ReadAsync(Public(link) + "/published"))[0].GetProperty("reply").GetString().ShouldBe("已修复");
        (await host.AcmeViewer.ReadAsync($"/api/v1/tenants/acme/reviews/results?form={form}&by=module&step=day")).GetProperty("total").GetProperty("stars").GetDouble().ShouldBe(1);
        await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, one);
        (await host.AcmeAdministrator.ReadAsync("/api/v1/tenants/acme/audit?limit=50")).ToString().ShouldContain("已修复");
    }

    [Fact]
    public async Task Only_listed_origins_may_ask_from_a_browser()
    {
        (_, string link) = await OpenAsync();
        foreach ((string origin, bool isListed) in new[] { (Origin, true), ("https://evil.example.com", false), ("null", false) })
        {
            using HttpResponseMessage preflight = await host.Stranger.SendAsync(HttpMethod.Options, Public(link), null, ("Origin", origin), ("Access-Control-Request-Method", "POST"));
            using HttpResponseMessage get = await host.Stranger.SendAsync(HttpMethod.Get, Public(link), null, ("Origin", origin));
            foreach (HttpResponseMessage answer in new[] { preflight, get })
            {
                answer.IsSuccessStatusCode.ShouldBe(isListed, origin);
                answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBe(isListed, origin);
                answer.Headers.Contains("Access-Control-Allow-Credentials").ShouldBeFalse();
            }
        }

        using HttpResponseMessage refused = await host.Stranger.SendAsync(HttpMethod.Post, Public(link), JsonContent.Create(Submission("origin-0000000001", 9)), ("Origin", Origin));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        refused.Headers.GetValues("Access-Control-Allow-Origin").ShouldBe([Origin], "the page can read why");
        await host.Stranger.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, Public(link), Submission("origin-0000000001", 5), ("Origin", "https://evil.example.com"));
        await host.Stranger.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, Public(link), null, ("Origin", host.Address.GetLeftPart(UriPartial.Authority)));
    }

    [Fact]
    public async Task What_is_too_large_or_makes_no_sense_is_refused()
    {
        (string form, string link) = await OpenAsync();
        await RefusedAsTooLargeAsync(host.Stranger, HttpMethod.Post, Public(link), "{\"id\":\"" + new string('x', 10 << 20) + "\"}");
        await RefusedAsTooLargeAsync(host.AcmeAdministrator, HttpMethod.Put, "/api/v1/tenants/acme/review-forms/large", "{\"title\":\"" + new string('x', (1 << 20) + 1) + "\"}");
        (await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, "/api/v1/tenants/acme/review-forms/none", new { title = new { en = "x" } })).GetProperty("errors").TryGetProperty("questions", out _).ShouldBeTrue();
        foreach (object bad in new object[]
        {
            new { }, new { id = "bad-000000000001", formVersion = 2 }, new { id = "bad-000000000001", formVersion = 2, answers = new[] { new { question = "colour", text = "red" } } },
            new { id = "bad-000000000001", formVersion = 2, answers = new object?[] { null } }, new { id = "bad-000000000001", formVersion = 2, answers = new[] { new { question = "picture", image = "AAAA" } } },
            new { id = "bad-000000000001", formVersion = 2, answers = new[] { new { question = "picture", image = "not base64" } } },
        })
            await host.Stranger.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, Public(link), bad);
        await host.Stranger.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Public(new string('a', 43)));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, $"/api/v1/tenants/acme/review-forms/{form}/link");
        await host.Stranger.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Public(link));
    }

    /// <summary>Sent whole, or cut off by the server that closes the connection while the body is still being sent: either way nothing of it is taken.</summary>
    static async Task RefusedAsTooLargeAsync(Api api, HttpMethod method, string path, string body)
    {
        using var large = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using HttpResponseMessage answer = await api.SendAsync(method, path, large);
            answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        }
        catch (HttpRequestException)
        {
            return;
        }
    }

    [Fact]
    public async Task A_picture_is_given_back_as_what_it_is_and_nothing_in_it_may_run()
    {
        (_, string link) = await OpenAsync();
        byte[] jpeg = [0xFF, 0xD8, 0xFF, .. "<script>alert(1)</script>"u8];
        JsonElement taken = await host.Stranger.ExpectAsync(
            HttpStatusCode.OK, HttpMethod.Post, Public(link), new { id = "picture-000000001", formVersion = 2, answers = new object[] { new { question = "stars", number = 3 }, new { question = "picture", image = Convert.ToBase64String(jpeg) } } });
        using HttpResponseMessage picture = await host.AcmeViewer.GetAsync($"/api/v1/tenants/acme/reviews/{taken.GetProperty("number").GetInt64()}/screenshots/picture");
        (await picture.Content.ReadAsByteArrayAsync()).ShouldBe(jpeg);
        (picture.Content.Headers.ContentType!.MediaType, picture.Headers.GetValues("X-Content-Type-Options").Single(), picture.Headers.GetValues("Content-Security-Policy").Single()).ShouldBe(("image/jpeg", "nosniff", "default-src 'none'; sandbox"));
    }

    [Fact]
    public async Task A_program_at_a_site_asks_for_reviews_with_the_sdk()
    {
        (string form, string link) = await OpenAsync(isAnonymous: false);
        using var client = new ReviewClient(new ReviewClientOptions { Url = host.Address, Key = host.AcmeKey.Token! });
        using JsonDocument offer = JsonDocument.Parse((await client.OfferAsync(form, "user-7", TestContext.Current.CancellationToken))!);
        offer.RootElement.GetProperty("show").GetBoolean().ShouldBeTrue();
        var review = new ReviewDraft(form, offer.RootElement.GetProperty("form").GetProperty("version").GetInt64()) { Subject = "user-7", Version = "9.1", Module = "pos" };
        review.Answer("stars", 5).Answer("why", "很好用 \"quoted\"").Choose("which", "a");
        (await client.SubmitAsync(review, TestContext.Current.CancellationToken)).ShouldBe(new ReviewResult(ReviewOutcome.Taken, null));
        (await client.SubmitAsync(review, TestContext.Current.CancellationToken)).Outcome.ShouldBe(ReviewOutcome.Taken, "sent again it is the same review");
        (await client.SubmitAsync(new ReviewDraft(form, 2) { Subject = "user-7" }.Answer("stars", 4), TestContext.Current.CancellationToken)).Outcome.ShouldBe(ReviewOutcome.AnsweredAlready);
        (await client.SubmitAsync(new ReviewDraft(form, 2) { Subject = "user-8" }.Answer("stars", 7), TestContext.Current.CancellationToken)).Outcome.ShouldBe(ReviewOutcome.Refused);
        JsonElement kept = (await host.AcmeViewer.ReadAsync($"/api/v1/tenants/acme/reviews?form={form}&module=pos")).GetProperty("items")[0];
        (kept.GetProperty("subject").GetString(), kept.GetProperty("sentiment").GetProperty("label").GetString()).ShouldBe(("user-7", "positive"));
        (await client.ShownAsync(form, "user-9", TestContext.Current.CancellationToken)).ShouldBeTrue();
        (await client.OfferAsync(form, "user-9", TestContext.Current.CancellationToken))!.ShouldContain("\"shown\"");
        using JsonDocument invited = JsonDocument.Parse(await client.InviteAsync(form, ["user-10"], TestContext.Current.CancellationToken));
        string proof = invited.RootElement[0].GetProperty("proof").GetString()!;
        (await host.Stranger.ReadAsync($"{Public(link)}?subject=user-10&proof={proof}")).GetProperty("show").GetBoolean().ShouldBeTrue();
        (await host.Stranger.ReadAsync($"{Public(link)}?subject=user-11&proof={proof}")).GetProperty("because").GetString().ShouldBe("unknown");
        (await client.OfferAsync("no-such-form", null, TestContext.Current.CancellationToken)).ShouldBeNull();
        await host.GlobexKey.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"/api/v1/agent/reviews/{form}");
    }

    [Fact]
    public async Task The_widget_is_one_script_of_less_than_15_kB_that_any_page_may_load()
    {
        using HttpResponseMessage script = await host.Stranger.GetAsync("/widgets/reviews.js");
        byte[] bytes = await script.Content.ReadAsByteArrayAsync();
        bytes.Length.ShouldBeInRange(5_000, 15_000 - 1);
        script.Headers.GetValues("Cross-Origin-Resource-Policy").ShouldBe(["cross-origin"]);
        string text = Encoding.UTF8.GetString(bytes);
        foreach (string risky in new[] { "innerHTML", "eval(", "document.write", "import " })
            text.ShouldNotContain(risky);
        (_, string link) = await OpenAsync();
        using HttpResponseMessage page = await host.Stranger.GetAsync($"/r/{link}");
        (await page.Content.ReadAsStringAsync()).ShouldContain($"data-form=\"{link}\"");
        await host.Stranger.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/r/%22onload=alert(1)");
    }

    async Task<(string Form, string Link)> OpenAsync(bool isAnonymous = true)
    {
        string form = $"form-{Interlocked.Increment(ref forms)}", path = $"/api/v1/tenants/acme/review-forms/{form}";
        object title = new { zh = "题", en = "Question" };
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, path, new
        {
            title,
            anonymous = isAnonymous,
            origins = new[] { Origin },
            questions = new object[]
            {
                new { id = "stars", kind = "stars", title, required = true }, new { id = "why", kind = "text", title }, new { id = "picture", kind = "screenshot", title },
                new { id = "which", kind = "choice", title, options = new[] { new { id = "a", title }, new { id = "b", title } } },
            },
        });
        JsonElement open = await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, path + "/state", new { state = "open" }, ("If-Match", "\"1\""));
        return (form, open.GetProperty("link").GetString()!);
    }

    static object Submission(string id, int stars, string? why = null) => new
    {
        id, formVersion = 2, answers = why is null ? new object[] { new { question = "stars", number = stars } } : [new { question = "stars", number = stars }, new { question = "why", text = why }], context = new { module = "pos", language = "zh" },
    };

    static string Public(string link) => $"/api/v1/public/reviews/{link}";
}
