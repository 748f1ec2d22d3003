using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Cluster;

/// <summary>Silos on one stage that share a cluster store and grain storage.</summary>
internal sealed class StageCluster
{
    public Stage Stage { get; } = new();

    public StageHub Hub { get; } = new();

    public MemoryClusterStore Store { get; set; } = new();

    public MemoryGrainStorage Storage { get; init; } = new();

    public RecordingLoggerProvider Log { get; } = new();

    public Action<ClusterOptions> Configure { get; set; } = static _ => { };

    public ProtocolFaults Faults { get; set; } = ProtocolFaults.None;

    public List<StageSilo> Silos { get; } = [];

    public static void Play(Func<StageCluster, Task> play, Action<StageCluster>? prepare = null)
    {
        var cluster = new StageCluster();
        prepare?.Invoke(cluster);
        cluster.Stage.Run(() => play(cluster));
    }

    public async Task<StageSilo> StartAsync(string name)
    {
        var silo = Make(name);
        await silo.Silo.StartAsync(CancellationToken.None);
        return silo;
    }

    public async Task<StageSilo[]> StartAsync(params string[] names)
    {
        var silos = new List<StageSilo>();
        foreach (string name in names) silos.Add(await StartAsync(name));
        await SettleAsync();
        return [.. silos];
    }

    public StageSilo Make(string name)
    {
        var store = new StageStore(Store);
        var clock = new StageClock(Stage.Time);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Stage.Time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Log));
        services.AddSingleton(new ClusterSeams(clock, new Random(Silos.Count), Faults));
        services.AddSingleton<ClusterTransportFactory>(silo => new StageTransport(Hub, silo));
        services.AddSingleton<Microsoft.Extensions.Hosting.IHostApplicationLifetime, NoLifetime>();
        services.AddOrrery(silo => silo
            .AddGrains(typeof(StageCluster).Assembly)
            .AddGrainStorageAsDefault(_ => Storage)
            .Configure<SiloOptions>(options =>
            {
                options.SiloName = name;
                options.TurnScheduler = Stage.Scheduler;
            })
            .UseCluster(Configure, _ => store));
        var made = new StageSilo(services.BuildServiceProvider(), store, clock);
        Silos.Add(made);
        return made;
    }

    /// <summary>Waits until every shard is owned by whom it should be, and nothing moves.</summary>
    public Task<TimeSpan> SettleAsync() => Stage.UntilAsync(() => IsSettled, "every shard to be where it should be");

    public bool IsSettled
    {
        get
        {
            var running = Silos.Where(silo => silo.IsRunning).ToList();
            var should = Rendezvous.Owners(running.Select(silo => silo.Id));
            return running.All(silo => Enumerable.Range(0, GrainShards.Count).All(shard => silo.Shards.IsOwned(shard) == (should[shard] == silo.Id) && !silo.Shards.IsReleasing(shard)));
        }
    }

    private sealed class NoLifetime : Microsoft.Extensions.Hosting.IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}

internal sealed class StageSilo
{
    public StageSilo(ServiceProvider services, StageStore store, StageClock clock)
    {
        Services = services;
        Store = store;
        Clock = clock;
        Silo = services.GetRequiredService<Silo>();
        Silo.Lost += reason => LostBecause = reason;
    }

    public ServiceProvider Services { get; }

    public StageStore Store { get; }

    public StageClock Clock { get; }

    public Silo Silo { get; }

    public SiloId Id => Silo.Cluster!.Self;

    public ShardTable Shards => Silo.Shards!;

    public IGrainFactory Grains => Silo.Factory;

    public string? LostBecause { get; private set; }

    public bool HasEnded { get; private set; }

    public bool IsRunning => !HasEnded && LostBecause is null && Id.IsSilo;

    public bool Owns(IAddressable grain) => Shards.IsOwned(ShardOf(grain));

    public static int ShardOf(IAddressable grain) => GrainShards.Of(grain.GetGrainId().Type.ToString(), grain.GetGrainId().Key.ToString());

    public async Task StopAsync()
    {
        await Silo.StopAsync(CancellationToken.None);
        HasEnded = true;
    }

    public void Kill()
    {
        Silo.Kill();
        HasEnded = true;
    }
}
