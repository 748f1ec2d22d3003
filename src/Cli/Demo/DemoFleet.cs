using Microsoft.Extensions.Logging;
using Orrery.Agent;
using Orrery.Agent.Logs;
using Orrery.Agent.Simulation;
using Orrery.Interfaces;
using Orrery.Interfaces.Channels;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;

namespace Orrery.Cli.Demo;

/// <summary>Where a demo's inhabitants live.</summary>
/// <param name="Grains">Where their tenants, sites and keys are made.</param>
/// <param name="Address">Where they send to.</param>
/// <param name="Time">Their clock.</param>
/// <param name="Logs">Where the agent tells what happens to it.</param>
sealed record DemoSurroundings(IGrainFactory Grains, Uri Address, TimeProvider Time, ILoggerFactory Logs);

/// <summary>
/// The demo's inhabitants: simulated sites, and this machine with the real agent. All of them send over HTTP with their sites' keys, exactly as sites elsewhere do.
/// </summary>
sealed class DemoFleet : IAsyncDisposable
{
    const ulong Seed = 20_260_101;
    const string OwnTenant = "this-machine";
    const string OwnSite = "here";

    static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(30);

    readonly DemoSurroundings around;
    readonly CancellationTokenSource stopping = new();
    readonly DemoTraffic traffic;
    readonly FleetSimulator? simulator;
    readonly AgentRunner agent;
    readonly List<Task> running = [];

    DemoFleet(DemoSurroundings around, DemoTraffic traffic, FleetSimulator? simulator, AgentRunner agent, int simulated, int tenants, string thisMachine, int shops)
    {
        this.around = around;
        this.traffic = traffic;
        this.simulator = simulator;
        this.agent = agent;
        Simulated = simulated;
        Tenants = tenants;
        ThisMachine = thisMachine;
        Shops = shops;
    }

    public int Simulated { get; }

    public int Tenants { get; }

    /// <summary>Of the chain whose orders flow; 0: there is none.</summary>
    public int Shops { get; }

    /// <summary>The key of the server that this machine is.</summary>
    public string ThisMachine { get; }

    /// <summary>Creates tenants, sites and keys where they are not there yet.</summary>
    public static async Task<DemoFleet> CreateAsync(DemoSurroundings around, DirectoryInfo data, DemoState state, int sites, int shops)
    {
        IReadOnlyList<SimulatedSitePlan> plan = FleetSimulator.Plan(sites, Seed);
        var simulated = new List<SimulatedSite>();
        foreach (SimulatedSitePlan site in plan)
        {
            string key = await EnsureSiteAsync(around.Grains, state, site.Tenant, site.TenantName, site.Site, site.SiteName, site.Location, site.TimeZone);
            simulated.Add(new SimulatedSite(site.Tenant, site.Site, site.SiteName, site.Server, key, site.TimeZone));
        }

        string ownKey = await EnsureSiteAsync(around.Grains, state, OwnTenant, "This machine", OwnSite, "Here", null, TimeZoneInfo.Local.HasIanaId ? TimeZoneInfo.Local.Id : null);
        var traffic = new DemoTraffic(data.CreateSubdirectory("shop"), around.Time, new Random(unchecked((int)Seed)));
        string shipped = data.CreateSubdirectory("shipped").FullName;
        var options = new AgentOptions
        {
            Server = around.Address,
            Key = ownKey,
            BufferDirectory = Path.Combine(data.FullName, "agent"),
            Logs = new LogChannelOptions
            {
                Sources = [new LogSource { Name = "shop", Paths = [traffic.Pattern], Format = "access" }],
                Folder = Path.Combine(data.FullName, "agent-logs"),
                Destination = new LogDestination { Folder = shipped, Prefix = "" },
            },
        };
        await around.Grains.GetGrain<IChannelGrain>($"{OwnTenant}/shop-log").Put(
            new ChannelSpec
            {
                Description = "The shop's access log",
                Partitions = 2,
                Source = new SourceSpec { Kind = "objects", Connection = new Uri(shipped).AbsoluteUri, Format = "access" },
                Landing = new LandingSpec { RollSeconds = 20 },
            },
            version: null);
        return new DemoFleet(
            around,
            traffic,
            simulated.Count == 0 ? null : new FleetSimulator(new FleetSimulatorOptions { Url = around.Address, Sites = simulated, Seed = Seed }, around.Time),
            new AgentRunner(options, around.Time, around.Logs.CreateLogger<AgentRunner>()),
            simulated.Count,
            plan.Select(site => site.Tenant).Distinct().Count(),
            EntityKeys.Server(OwnTenant, OwnSite, options.ServerId),
            shops);
    }

    /// <summary>Lets them send until the fleet is disposed.</summary>
    public void Start()
    {
        running.Add(agent.RunAsync(stopping.Token));
        running.Add(traffic.RunAsync(stopping.Token));
        if (simulator is not null)
            running.Add(simulator.RunAsync(stopping.Token));
        running.Add(TellAsync());
        if (Shops > 0)
            running.Add(Task.Run(() => new DemoRetail(around.Grains, around.Time, Shops).RunAsync(stopping.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (Task task in running)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                // Stopping is how they end.
            }
        }

        stopping.Dispose();
    }

    /// <summary>Says now and then how the fleet is.</summary>
    async Task TellAsync()
    {
        using var timer = new PeriodicTimer(StatusPeriod, around.Time);
        string? last = null;
        while (await timer.WaitForNextTickAsync(stopping.Token))
        {
            FleetHealth fleet;
            try
            {
                fleet = await around.Grains.GetGrain<IFleetHealthGrain>(EntityKeys.Fleet).Get();
            }
            catch (Exception busy) when (busy is OverloadedException or SiloUnavailableException or TimeoutException)
            {
                continue; // A silo was lost a moment ago; the next time tells more.
            }

            StatusCounts counts = fleet.Counts;
            HealthSummary? worst = fleet.Worst.FirstOrDefault(summary => summary.Status != HealthStatus.Healthy);
            string now = $"{counts.All} servers: {counts.Healthy} healthy, {counts.Degraded} degraded, {counts.Critical} critical, {counts.Silent} silent."
                + (worst?.Causes.Count > 0 ? $" Worst: {worst.Server} ({worst.Score}), {worst.Causes[0].Text}" : "");
            if (now != last)
                Console.WriteLine($"  {around.Time.GetLocalNow():HH:mm:ss}  {now}");
            last = now;
        }
    }

    static async Task<string> EnsureSiteAsync(
        IGrainFactory grains, DemoState state, string tenant, string tenantName, string site, string siteName, string? location, string? timeZone)
    {
        await UnlessThere(() => grains.GetGrain<ITenantGrain>(tenant).Create(new TenantDraft(tenantName)));
        string siteKey = EntityKeys.Site(tenant, site);
        await UnlessThere(() => grains.GetGrain<ISiteGrain>(siteKey).Create(new SiteDraft(siteName, location, timeZone)));
        string id = state.KeyId(siteKey);
        string secret = state.KeyPart(siteKey);
        await UnlessThere(() => grains.GetGrain<IApiKeyGrain>(id).Create(siteKey, "Demo", secret, "demo"));
        return $"ok_{id}_{secret}";
    }

    static async Task UnlessThere(Func<Task> create)
    {
        try
        {
            await create();
        }
        catch (ConflictException)
        {
            // The demo goes on where it was.
        }
    }
}
