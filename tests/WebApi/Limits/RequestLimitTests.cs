using System.Net;
using System.Text.Json;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Limits;

public sealed class RequestLimitTests(RequestLimitTests.StrictHost host) : IClassFixture<RequestLimitTests.StrictHost>
{
    [Fact]
    public async Task Who_asks_too_often_is_told_when_to_come_back_and_others_are_served()
    {
        HttpResponseMessage? refused = null;
        for (int i = 0; i < 200 && refused is null; i++)
        {
            HttpResponseMessage answer = await host.AcmeViewer.GetAsync("/api/v1/session");
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                refused = answer;
            else
                answer.Dispose();
        }
        refused.ShouldNotBeNull();
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeGreaterThan(TimeSpan.Zero);
        Api.ShouldBeProblem(refused, await refused.Content.ReadAsStringAsync());
        await host.GlobexAdministrator.ReadAsync("/api/v1/session");
        for (int i = 0; i < 100; i++)
            await host.Stranger.ReadAsync("/healthz");
    }

    [Fact]
    public async Task A_prometheus_that_sends_too_often_is_told_to_send_again()
    {
        var statuses = new HashSet<HttpStatusCode>();
        for (int i = 0; i < 100; i++)
        {
            using var body = new ByteArrayContent([0]);
            body.Headers.ContentType = new("application/x-protobuf");
            body.Headers.ContentEncoding.Add("snappy");
            using HttpResponseMessage answer = await host.AcmeKey.SendAsync(HttpMethod.Post, "/api/v1/prometheus/write", body);
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                answer.Headers.RetryAfter.ShouldNotBeNull();
        }
        statuses.ShouldBe([HttpStatusCode.NoContent, HttpStatusCode.ServiceUnavailable], ignoreOrder: true);
    }

    [Fact]
    public async Task Guessing_passwords_ends_after_some()
    {
        using var guesser = new GuessingHost();
        await guesser.InitializeAsync();
        var statuses = new List<HttpStatusCode>();
        for (int i = 0; i < 12; i++)
        {
            using HttpResponseMessage answer = await guesser.Stranger.PostAsync("/api/v1/session", new { user = $"nobody{i}", password = "guess" });
            statuses.Add(answer.StatusCode);
        }
        statuses.Take(5).ShouldAllBe(status => status == HttpStatusCode.Unauthorized);
        statuses[^1].ShouldBe(HttpStatusCode.TooManyRequests);
        using var key = new Api(guesser.Address, "ok_guess_guess");
        JsonElement problem = await key.ExpectAsync(HttpStatusCode.TooManyRequests, HttpMethod.Get, "/api/v1/session");
        problem.GetProperty("detail").GetString()!.ShouldContain("Wait a minute");
        await guesser.DisposeAsync();
    }

    public sealed class StrictHost : ApiHost
    {
        protected override void Configure(OrreryApiOptions options)
        {
            base.Configure(options);
            options.PersonRequestsBurst = 30;
            options.PersonRequestsPerMinute = 60;
            options.KeyRequestsBurst = 30;
            options.KeyRequestsPerMinute = 60;
            options.AddressRequestsPerMinute = 60;
        }
    }

    sealed class GuessingHost : ApiHost, IDisposable
    {
        protected override void Configure(OrreryApiOptions options)
        {
            base.Configure(options);
            options.FailedSignInsPerMinute = 6;
        }

        public void Dispose() => GC.SuppressFinalize(this);
    }
}
