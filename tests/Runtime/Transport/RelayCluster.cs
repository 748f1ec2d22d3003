using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Transport;

/// <summary>Silos and clients in this process that talk over real sockets, and share a cluster store in memory.</summary>
internal sealed class RelayCluster : IAsyncDisposable
{
    private readonly List<IHost> _hosts = [];

    public IClusterStore Store { get; init; } = new MemoryClusterStore();

    public Action<TransportOptions> Transport { get; init; } = static _ => { };

    public Action<ClusterOptions> Cluster { get; init; } = static _ => { };

    private void ConfigureCluster(ClusterOptions options)
    {
        options.Lease = TimeSpan.FromMinutes(1); // a busy machine ends no silo in the middle of a test
        options.LeaseMargin = TimeSpan.FromSeconds(10);
        Cluster(options);
    }

    /// <summary>The sockets, with what a test does to them.</summary>
    public BreakableNetwork? Network { get; init; }

    public RecordingLoggerProvider Logs { get; } = new();

    public static async Task<RelayCluster> StartAsync(int silos, Action<TransportOptions>? transport = null, Action<ClusterOptions>? cluster = null, BreakableNetwork? network = null)
    {
        var made = new RelayCluster { Transport = transport ?? (static _ => { }), Cluster = cluster ?? (static _ => { }), Network = network };
        for (int number = 1; number <= silos; number++) await made.AddSiloAsync($"silo-{number}");
        await made.SettleAsync();
        return made;
    }

    public IReadOnlyList<IHost> Hosts => _hosts;

    public IClusterClient ClientOf(int host) => _hosts[host].Services.GetRequiredService<IClusterClient>();

    /// <summary>Where the silo of this host listens.</summary>
    public string AddressOf(int host)
    {
        var self = SiloOf(host).Cluster!.Self;
        return Store.ReadAsync(-1, CancellationToken.None).Result.Members.Single(member => member.Id == self).Address;
    }

    public Silo SiloOf(int host) => _hosts[host].Services.GetRequiredService<Silo>();

    public Task<IHost> AddSiloAsync(string name) => AddAsync(builder => builder.UseOrrery(silo =>
    {
        silo.Configure<SiloOptions>(options => options.SiloName = name);
        silo.AddGrains(typeof(RelayCluster).Assembly).AddMemoryGrainStorageAsDefault().UseInMemoryReminderService();
        silo.UseCluster(ConfigureCluster, _ => Store);
    }));

    public Task<IHost> AddClientAsync(string name) => AddAsync(builder =>
    {
        builder.Services.Configure<SiloOptions>(options => options.SiloName = name);
        builder.Services.AddOrreryClient(ConfigureCluster, _ => Store);
    });

    /// <summary>Waits until every shard is owned by the silo that should own it, and everybody knows.</summary>
    public async Task SettleAsync()
    {
        long enough = 0;
        while (enough < 2)
        {
            var snapshot = await Store.ReadAsync(-1, CancellationToken.None);
            var live = snapshot.Members.Where(member => member.IsLive).Select(member => member.Id).ToList();
            bool isSettled = snapshot.Shards!.GroupBy(row => row.Owner).Count(group => group.Key is not null) == live.Count && snapshot.Shards!.All(row => row.Owner is { } owner && live.Contains(owner));
            isSettled &= _hosts.Select(host => host.Services.GetRequiredService<Silo>()).All(silo => snapshot.Shards!.All(row =>
                silo.Router!.Find(row.Shard, out var owner) is var kind && kind != RouteKind.Unknown && (kind == RouteKind.Local ? silo.Cluster!.Self : owner.Id) == row.Owner));
            enough = isSettled ? enough + 1 : 0;
            await Task.Delay(1);
        }
    }

    /// <summary>A key whose grain lives in the silo of this host.</summary>
    public string KeyIn(int host, string prefix = "key")
    {
        var silo = SiloOf(host);
        return Enumerable.Range(0, 100_000).Select(number => $"{prefix}-{number}").First(key => silo.Router!.Find(GrainShards.Of("relay", key), out _) == RouteKind.Local);
    }

    public async Task StopAsync(IHost host)
    {
        _hosts.Remove(host);
        await host.StopAsync();
        await DisposeAsync(host);
    }

    public async Task KillAsync(IHost host)
    {
        _hosts.Remove(host);
        host.Services.GetRequiredService<Silo>().Kill();
        await DisposeAsync(host);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.ToArray()) await KillAsync(host);
    }

    private async Task<IHost> AddAsync(Action<HostApplicationBuilder> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(Logs);
        builder.Services.AddSingleton<IProcessEnd, NoEnd>();
        builder.Services.Configure(Transport);
        if (Network is not null) builder.Services.AddSingleton<INetwork>(Network);
        configure(builder);
        var host = builder.Build();
        await host.StartAsync();
        _hosts.Add(host);
        return host;
    }

    private static async Task DisposeAsync(IHost host)
    {
        if (host is IAsyncDisposable asynchronous)
            await asynchronous.DisposeAsync();
        else
            host.Dispose();
    }

    /// <summary>A silo that has lost its lease does not end the tests' process.</summary>
    private sealed class NoEnd : IProcessEnd
    {
        public void Begin(string reason)
        {
        }
    }
}
