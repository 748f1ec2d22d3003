using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Grains.Alarms.Webhooks;
using Orrery.Grains.Health.Intake;
using Orrery.Grains.Secrets;
using Orrery.Grains.Users;
using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Servers;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.Interfaces.Users;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Runtime;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Testing;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Tests;

/// <summary>A cluster with all grains: state and chunks in memory that outlive its silo, the real log in a folder of its own, a clock that the test moves.</summary>
sealed class TestFleet : IAsyncDisposable
{
    const int QuietLooks = 20;

    static readonly TimeSpan LateMax = TimeSpan.FromSeconds(15);
    static readonly TimeSpan SettlingMax = TimeSpan.FromSeconds(10);

    readonly InProcessTestCluster cluster;
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("orrery-grains-");

    TestFleet(Action<IServiceCollection>? configure, FaultyStorage storage, IChunkStore? chunks)
    {
        Storage = storage;
        Chunks = chunks ?? new MemoryChunkStore();
        cluster = new InProcessTestClusterBuilder()
            .UseTime(Time)
            .UseStorage(storage)
            .AddGrains(typeof(GrainServices).Assembly)
            .AddGrains(typeof(TestFleet).Assembly)
            .ConfigureSiloHost(host =>
            {
                host.Logging.AddProvider(Logs);
                host.Services.AddEmbeddedLog(_ => new EmbeddedLogOptions { Directory = folder.FullName });
                host.Services.AddSingleton(Chunks);
                host.Services.Configure<UserOptions>(options => options.HashIterations = 1_000);
                host.Services.Configure<WebhookOptions>(options => options.AllowInternalAddresses = true);
                host.Services.AddOrreryGrains(_ => new byte[SecretBox.KeyBytes]);
                configure?.Invoke(host.Services);
            })
            .Build();
    }

    public ManualTimeProvider Time { get; } = new();

    public RecordedLogs Logs { get; } = new();

    public FaultyStorage Storage { get; }

    public IChunkStore Chunks { get; }

    public InProcessSiloHandle Silo => cluster.Silo;

    public IGrainFactory Grains => cluster.Client;

    public static async Task<TestFleet> StartAsync(Action<IServiceCollection>? configure = null, IChunkStore? chunks = null)
    {
        var fleet = new TestFleet(configure, new FaultyStorage(new MemoryGrainStorage()), chunks);
        await fleet.cluster.DeployAsync();
        return fleet;
    }

    public ITenantGrain Tenant(string id) => Grains.GetGrain<ITenantGrain>(id);

    public ISiteGrain Site(string key) => Grains.GetGrain<ISiteGrain>(key);

    public IServerGrain Server(string key) => Grains.GetGrain<IServerGrain>(key);

    public IServerHealthGrain Health(string server) => Grains.GetGrain<IServerHealthGrain>(server);

    public IAlarmBookGrain Book(string tenant) => Grains.GetGrain<IAlarmBookGrain>(tenant);

    public IAlarmRulesGrain Rules(string tenant = EntityKeys.Fleet) => Grains.GetGrain<IAlarmRulesGrain>(tenant);

    public IUserGrain User(string name) => Grains.GetGrain<IUserGrain>(name);

    /// <summary>Tenant, site and server of this key, as far as they are not there yet.</summary>
    public async Task AddServerAsync(string server)
    {
        string tenant = EntityKeys.TenantOf(server), site = EntityKeys.SiteOf(server);
        var tenants = await Grains.GetGrain<ITenantDirectoryGrain>(EntityKeys.Fleet).List(new(500));
        if (tenants.Items.All(known => known.Id != tenant))
            await Tenant(tenant).Create(new TenantDraft(tenant));
        var sites = await Tenant(tenant).ListSites(new(500));
        if (sites.Items.All(known => known.Id != EntityKeys.Leaf(site)))
            await Site(site).Create(new SiteDraft(site));
        await Site(site).EnsureServer(EntityKeys.Leaf(server));
    }

    /// <summary>Ends the silo as a crash does and starts another on what is stored.</summary>
    public async Task CrashAsync()
    {
        await cluster.KillSiloAsync(cluster.Silo);
        await cluster.StartSiloAsync();
    }

    /// <summary>Stops the silo in good order and starts another.</summary>
    public Task RestartAsync() => cluster.RestartSiloAsync(cluster.Silo);

    /// <summary>Moves the clock in small steps and lets grains run in between, until something is so.</summary>
    /// <param name="what">What is waited for, for people.</param>
    /// <param name="isSo">Whether it is.</param>
    /// <param name="within">How much of the fleet's time it may take.</param>
    /// <param name="step">How far the clock moves at a time; 1 s if not given.</param>
    public async Task UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan within, TimeSpan? step = null)
    {
        var end = Time.GetUtcNow() + within;
        System.Diagnostics.Stopwatch? late = null;
        while (!await isSo())
        {
            await SettleAsync();
            if (await isSo())
                return;
            if (Time.GetUtcNow() < end)
            {
                Time.Advance(step ?? TimeSpan.FromSeconds(1));
                continue;
            }

            // The clock stands; what fell due by now may still be at work on a busy machine.
            late ??= System.Diagnostics.Stopwatch.StartNew();
            if (late.Elapsed > LateMax)
                throw new TimeoutException($"Waited {within} of the fleet's time for: {what}. Logs: {string.Join('\n', Logs.Problems.TakeLast(5))}");
        }
    }

    /// <summary>Moves the clock by a time, in steps, letting grains finish what they do in between.</summary>
    public async Task PassAsync(TimeSpan time, TimeSpan? step = null)
    {
        var end = Time.GetUtcNow() + time;
        while (Time.GetUtcNow() < end)
        {
            var left = end - Time.GetUtcNow();
            Time.Advance(left < (step ?? TimeSpan.FromSeconds(1)) ? left : step ?? TimeSpan.FromSeconds(1));
            await SettleAsync();
        }
    }

    /// <summary>Ends when no call is under way and no mailbox holds anything, for a good many looks in a row: what storage and the log answer comes from other threads.</summary>
    public async Task SettleAsync()
    {
        var real = System.Diagnostics.Stopwatch.StartNew();
        for (int quiet = 0; quiet < QuietLooks && real.Elapsed < SettlingMax; quiet++)
        {
            // Timers that are due at once fire without the clock having moved.
            Time.Advance(TimeSpan.Zero);
            await PoolTurnAsync();
            var seen = Silo.Statistics;
            if (seen.PendingCalls > 0 || seen.GrainTypes.Any(type => type.MailboxDepthMax > 0))
                quiet = 0;
        }
    }

    /// <summary>Ends after everything that was queued to the thread pool before.</summary>
    static Task PoolTurnAsync()
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ThreadPool.UnsafeQueueUserWorkItem(static ended => ended.SetResult(), turn, preferLocal: false);
        return turn.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }

}
