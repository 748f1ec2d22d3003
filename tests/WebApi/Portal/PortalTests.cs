using System.Net;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Portal;

public sealed class PortalTests(PortalTests.PortalHost host) : IClassFixture<PortalTests.PortalHost>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/catalog/acme/topic.orders")]
    [InlineData("/fleet")]
    [InlineData("/servers/acme/berlin/erp-01")]
    public async Task Every_page_of_the_portal_is_its_one_page_and_is_asked_for_again(string path)
    {
        using HttpResponseMessage answer = await host.Stranger.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldBe("<html>portal</html>");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        answer.Headers.CacheControl!.NoCache.ShouldBeTrue();
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self'");
    }

    [Fact]
    public async Task Files_with_a_hash_in_their_name_are_kept_for_ever()
    {
        using HttpResponseMessage answer = await host.Stranger.GetAsync("/assets/index-abc123.js");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.CacheControl!.ToString().ShouldBe("public, max-age=31536000, immutable");
        using HttpResponseMessage icon = await host.Stranger.GetAsync("/favicon.svg");
        icon.Headers.CacheControl!.NoCache.ShouldBeTrue();
    }

    [Theory]
    [InlineData("/assets/missing-1.js")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/nothing/at/all")]
    [InlineData("/openapi/v9.json")]
    [InlineData("/assets/../../secret.txt")]
    public async Task What_is_no_page_is_not_answered_with_one(string path) => await host.Stranger.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, path);

    public sealed class PortalHost : ApiHost
    {
        readonly string built = Directory.CreateTempSubdirectory("orrery-portal-").FullName;

        protected override void Configure(OrreryApiOptions options)
        {
            base.Configure(options);
            Directory.CreateDirectory(Path.Combine(built, "assets"));
            File.WriteAllText(Path.Combine(built, "index.html"), "<html>portal</html>");
            File.WriteAllText(Path.Combine(built, "favicon.svg"), "<svg/>");
            File.WriteAllText(Path.Combine(built, "assets", "index-abc123.js"), "export {}");
            options.PortalDirectory = built;
        }
    }
}
