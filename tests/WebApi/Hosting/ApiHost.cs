using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Interfaces;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;
using Orrery.Runtime;
using Orrery.Silo;

namespace Orrery.WebApi.Tests.Hosting;

/// <summary>A whole process but for its command line: silo with its stores in a temporary folder, API on a free loopback port.</summary>
/// <remarks>It holds two tenants, <c>acme</c> (site <c>berlin</c>) and <c>globex</c> (site <c>york</c>), each with an administrator, a viewer and a site's key, and the vendor's administrator and operator.</remarks>
public class ApiHost : IAsyncLifetime
{
    public const string Password = "correct horse";
    readonly string directory = Directory.CreateTempSubdirectory("orrery-api-").FullName;
    WebApplication? app;

    public IServiceProvider Services => app!.Services;

    public IClusterClient Grains => Services.GetRequiredService<IClusterClient>();

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public Api Administrator { get; private set; } = null!;

    public Api Operator { get; private set; } = null!;

    public Api AcmeAdministrator { get; private set; } = null!;

    public Api AcmeViewer { get; private set; } = null!;

    public Api GlobexAdministrator { get; private set; } = null!;

    public Api Stranger { get; private set; } = null!;

    /// <summary>The key of <c>acme/berlin</c>.</summary>
    public Api AcmeKey { get; private set; } = null!;

    public Api GlobexKey { get; private set; } = null!;

    public virtual async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            // Hashing is slow on purpose; not here.
            ["Orrery:Users:HashIterations"] = "1000",
        });
        builder.Logging.ClearProviders().AddSimpleConsole().SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.AddOrrerySilo(directory);
        builder.AddOrreryApi(Configure);
        Configure(builder);
        app = builder.Build();
        app.MapOrreryApi();
        await app.StartAsync();
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Stranger = new Api(Address, null);
        await SeedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        Directory.Delete(directory, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Signs in.</summary>
    public async Task<Api> SignInAsync(string user, string password = Password)
    {
        using HttpResponseMessage answer = await Stranger.PostAsync("/api/v1/session", new { user, password });
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return new Api(Address, (await Api.JsonAsync(answer)).GetProperty("token").GetString());
    }

    protected virtual void Configure(OrreryApiOptions options)
    {
        options.PersonRequestsBurst = options.PersonRequestsPerMinute = 1_000_000;
        options.KeyRequestsBurst = options.KeyRequestsPerMinute = 1_000_000;
        options.AddressRequestsPerMinute = options.PublicWritesPerMinute = options.FailedSignInsPerMinute = 1_000_000;
        options.SlowBodyGrace = TimeSpan.FromSeconds(1.5);
        options.StreamPeriod = TimeSpan.FromMilliseconds(50);
        options.DataDirectory = directory;
    }

    protected virtual void Configure(WebApplicationBuilder builder)
    {
    }

    async Task SeedAsync()
    {
        await UserAsync("root", Role.Administrator, null);
        await UserAsync("ops", Role.Operator, null);
        AcmeKey = await TenantAsync("acme", "berlin");
        GlobexKey = await TenantAsync("globex", "york");
        Administrator = await SignInAsync("root");
        Operator = await SignInAsync("ops");
        AcmeAdministrator = await SignInAsync("acme-admin");
        AcmeViewer = await SignInAsync("acme-viewer");
        GlobexAdministrator = await SignInAsync("globex-admin");
    }

    async Task<Api> TenantAsync(string tenant, string site)
    {
        await Grains.GetGrain<ITenantGrain>(tenant).Create(new TenantDraft($"{tenant} Ltd"));
        await Grains.GetGrain<ISiteGrain>(EntityKeys.Site(tenant, site)).Create(new SiteDraft($"{site} works"));
        CreatedApiKey key = await Grains.GetGrain<IApiKeyGrain>($"key-{tenant}").Create(EntityKeys.Site(tenant, site), "Collector", null, "root");
        await UserAsync($"{tenant}-admin", Role.TenantAdministrator, tenant);
        await UserAsync($"{tenant}-viewer", Role.Viewer, tenant);
        return new Api(Address, key.Text);
    }

    Task<UserInfo> UserAsync(string name, Role role, string? tenant) => Grains.GetGrain<IUserGrain>(name).Create(new UserDraft(name, role, tenant), Password);
}

[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiHost>
{
    public const string Name = "api";
}
