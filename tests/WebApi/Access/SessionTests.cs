using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Access;

[Collection(ApiCollection.Name)]
public sealed class SessionTests(ApiHost host)
{
    [Fact]
    public async Task Signing_in_answers_a_token_that_opens_and_a_cookie_that_no_script_reads()
    {
        using HttpResponseMessage answer = await host.Stranger.PostAsync("/api/v1/session", new { user = "root", password = ApiHost.Password });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        JsonElement session = await Api.JsonAsync(answer);
        session.GetProperty("user").GetProperty("role").GetString().ShouldBe("administrator");
        string cookie = answer.Headers.GetValues("Set-Cookie").ShouldHaveSingleItem();
        cookie.ShouldStartWith($"orrery_session={session.GetProperty("token").GetString()}");
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=strict");
        using var api = new Api(host.Address, session.GetProperty("token").GetString());
        (await api.ReadAsync("/api/v1/session")).GetProperty("name").GetString().ShouldBe("root");
    }

    [Fact]
    public async Task Wrong_passwords_unknown_users_and_no_words_at_all_are_refused()
    {
        foreach (object body in new object[] { new { user = "root", password = "wrong" }, new { user = "nobody", password = "wrong" }, new { user = "../x", password = "wrong" } })
            (await host.Stranger.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Post, "/api/v1/session", body)).GetProperty("detail").GetString().ShouldBe("User or password is wrong.");
        JsonElement empty = await host.Stranger.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/session", new { });
        empty.GetProperty("errors").GetProperty("user").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task An_ended_session_opens_nothing()
    {
        using Api api = await host.SignInAsync("ops");
        await api.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/session");
        await api.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "/api/v1/session");
    }

    [Fact]
    public async Task Tokens_and_keys_that_were_made_up_open_nothing()
    {
        foreach (string token in new[] { "x", new string('A', 43), "ok_", "ok_key-acme", "ok_key-acme_wrong", "ok_nothere_wrong", "ok_../../x_y", new string('x', 5_000) })
        {
            using var api = new Api(host.Address, token);
            await api.ExpectAsync(HttpStatusCode.Unauthorized, HttpMethod.Get, "/api/v1/tenants");
        }
    }

    [Fact]
    public async Task A_change_by_cookie_needs_the_header_that_other_sites_cannot_send()
    {
        using Api signedIn = await host.SignInAsync("acme-admin");
        (string, string) cookie = ("Cookie", $"orrery_session={signedIn.Token}");
        var site = new { id = "cookie-site", name = "Cookie" };
        await host.Stranger.ExpectAsync(HttpStatusCode.OK, HttpMethod.Get, "/api/v1/session", null, cookie);
        (await host.Stranger.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/api/v1/tenants/acme/sites", site, cookie)).GetProperty("detail").GetString()!.ShouldContain("X-Orrery-Request");
        await host.Stranger.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/tenants/acme/sites", site, cookie, ("X-Orrery-Request", "1"));
        await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/tenants/acme/sites/cookie-site");
    }

    [Fact]
    public async Task A_key_opens_by_its_own_header_too()
    {
        (string, string) key = ("X-Api-Key", host.AcmeKey.Token!);
        await host.Stranger.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/agent/logs", new { server = "erp-01" }, key);
    }

    [Fact]
    public async Task A_changed_password_ends_the_sessions()
    {
        await host.Administrator.ExpectAsync(HttpStatusCode.Created, HttpMethod.Post, "/api/v1/users", new { name = "changer", role = "viewer", tenant = "acme", password = "first password" });
        using Api first = await host.SignInAsync("changer", "first password");
        (await first.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Post, "/api/v1/session/password", new { current = "wrong", next = "second password" })).TryGetProperty("errors", out _).ShouldBeTrue();
        await first.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Post, "/api/v1/session/password", new { current = "first password", next = "second password" });
        using Api second = await host.SignInAsync("changer", "second password");
        await second.ReadAsync("/api/v1/session");
        await host.Administrator.ExpectAsync(HttpStatusCode.NoContent, HttpMethod.Delete, "/api/v1/users/changer");
    }
}
