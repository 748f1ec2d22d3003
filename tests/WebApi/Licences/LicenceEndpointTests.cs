using System.Net;
using System.Text.Json;
using Orrery.Client;
using Orrery.Client.Licences;
using Orrery.WebApi.Tests.Hosting;

namespace Orrery.WebApi.Tests.Licences;

/// <summary>Licences from the vendor's hand to the program at a site, over HTTP.</summary>
[Collection(ApiCollection.Name)]
public sealed class LicenceEndpointTests(ApiHost host) : IDisposable
{
    const string Path = "/api/v1/tenants/acme/licences/erp";

    /// <summary>Another product than the guards ask for: the host is shared, and a second licence for theirs would be theirs too.</summary>
    const string Other = "cloud-hr";
    static readonly SemaphoreSlim One = new(1);

    readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("orrery-licence-");

    public void Dispose() => folder.Delete(true);

    [Fact]
    public async Task A_licence_that_is_issued_renewed_and_revoked_reaches_the_program_at_the_site()
    {
        await One.WaitAsync();
        try
        {
            JsonElement issued = await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Path, Terms(5));
            (issued.GetProperty("state").GetString(), issued.GetProperty("terms").GetProperty("graceDays").GetInt32()).ShouldBe(("active", 14));
            var clock = new Clock();
            using LicenceGuard guard = await GuardAsync(clock);
            guard.Check().Status.ShouldBe(LicenceStatus.Missing);
            (await guard.RefreshAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
            guard.Check().Allows("finance", 5).ShouldBeTrue();
            guard.Check().Allows("finance", 6).ShouldBeFalse();

            (await guard.ReportUseAsync("erp-01", 4, new Dictionary<string, int> { ["finance"] = 4 }, TestContext.Current.CancellationToken)).ShouldBeNull();
            JsonElement usage = await host.AcmeViewer.ReadAsync(Path + "/usage");
            (usage.GetProperty("users").GetInt32(), usage.GetProperty("isOver").GetBoolean()).ShouldBe((4, false));

            await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Post, Path + "/revoke", new { reason = "not paid" });
            guard.Check().Status.ShouldBe(LicenceStatus.Valid, "nobody has told it yet");
            (await guard.RefreshAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
            guard.Check().Status.ShouldBe(LicenceStatus.Revoked);
            using (LicenceGuard next = await GuardAsync(clock))
                next.Check().Status.ShouldBe(LicenceStatus.Revoked, "it is kept");

            await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Path, Terms(7));
            (await guard.RefreshAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
            guard.Check().Allows("finance", 7).ShouldBeTrue();
            // A clock that was a year ahead for a while is forgiven by the cloud's word, and by nothing else.
            clock.Ahead = TimeSpan.FromDays(360);
            guard.Check();
            clock.Ahead = TimeSpan.Zero;
            guard.Check().Status.ShouldBe(LicenceStatus.ClockSetBack);
            (await guard.RefreshAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
            guard.Check().Status.ShouldBe(LicenceStatus.Valid);
        }
        finally
        {
            One.Release();
        }
    }

    [Fact]
    public async Task An_answer_that_somebody_kept_and_plays_again_is_refused()
    {
        string kept = await Text(host.AcmeKey, "/api/v1/agent/licences?nonce=abc");
        kept.ShouldContain("nonce: abc");
        using var playing = new HttpClient(new Replayed(kept));
        using LicenceGuard guard = await GuardAsync(new Clock(), playing);
        (await guard.RefreshAsync(TestContext.Current.CancellationToken)).ShouldNotBeNull().ShouldContain("old one");
        await host.AcmeKey.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Get, "/api/v1/agent/licences?nonce=a%0Ab");
    }

    [Fact]
    public async Task Only_the_vendor_changes_a_licence_and_only_its_tenant_reads_it()
    {
        await One.WaitAsync();
        try
        {
            await host.Operator.ExpectAsync(HttpStatusCode.OK, HttpMethod.Put, Path + "-own", Terms(5, Other));
            await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Put, Path + "-own", Terms(500, Other));
            await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.Forbidden, HttpMethod.Post, Path + "-own/revoke", new { reason = "x" });
            await host.AcmeAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, "/api/v1/licences");
            await host.GlobexAdministrator.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Get, Path + "-own/file");
            (await Text(host.GlobexKey, "/api/v1/agent/licences")).ShouldNotContain("acme");
            (await Text(host.AcmeViewer, Path + "-own/file")).ShouldContain("users: 5\n");
            await host.Operator.ExpectAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, Path + "-own", Terms(6, Other), ("If-Match", "\"9\""));
            JsonElement problem = await host.Operator.ExpectAsync(HttpStatusCode.BadRequest, HttpMethod.Put, Path + "-own", new { product = "cloud-galaxy" });
            problem.GetProperty("errors").TryGetProperty("modules", out _).ShouldBeTrue();
            (await host.Operator.ReadAsync("/api/v1/licences?endsWithinDays=400")).GetProperty("items").EnumerateArray().Select(static one => one.GetProperty("key").GetString()).ShouldContain("acme/erp-own");
            await host.GlobexKey.ExpectAsync(HttpStatusCode.NotFound, HttpMethod.Post, "/api/v1/agent/licences/use", new { server = "erp-01", licence = "erp-own", users = 1 });
        }
        finally
        {
            One.Release();
        }
    }

    static object Terms(int users, string product = "cloud-galaxy") => new { product, users, expires = DateTimeOffset.UtcNow.AddDays(365), modules = new[] { new { name = "finance" } } };

    async Task<LicenceGuard> GuardAsync(IClientClock clock, HttpClient? http = null)
    {
        JsonElement keys = await host.AcmeViewer.ReadAsync("/api/v1/licences/keys");
        return new LicenceGuard(new LicenceGuardOptions
        {
            Keys = new LicenceKeys([.. keys.EnumerateArray().Select(static key => key.GetProperty("text").GetString()!)]), Folder = folder.FullName, Product = "cloud-galaxy", Url = host.Address, Key = host.AcmeKey.Token!, Clock = clock,
            HttpClient = http,
        });
    }

    static async Task<string> Text(Api api, string path)
    {
        using HttpResponseMessage answer = await api.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    sealed class Clock : IClientClock
    {
        public TimeSpan Ahead { get; set; }

        public long UnixMilliseconds => (DateTimeOffset.UtcNow + Ahead).ToUnixTimeMilliseconds();

        public Task Delay(TimeSpan delay, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    sealed class Replayed(string text) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text) });
    }
}
