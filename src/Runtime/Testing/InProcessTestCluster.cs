using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Testing;

/// <summary>
/// A cluster inside the test's process: real silos, whose clock, storage, reminder table and network the test may choose and disturb. What is stored belongs
/// to the cluster, so that a silo that is killed and restarted finds it again.
/// </summary>
public sealed class InProcessTestCluster : IAsyncDisposable
{
    /// <summary>How long the waits below wait, in real time, before they fail.</summary>
    private static readonly TimeSpan s_waitLimit = TimeSpan.FromSeconds(60);

    /// <summary>By how much a wait moves a <see cref="ManualTimeProvider"/> at a time.</summary>
    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(10);

    private readonly InProcessTestClusterBuilder _builder;
    private readonly List<InProcessSiloHandle> _silos = [];
    private readonly List<InProcessClientHandle> _clients = [];
    private readonly MemoryNetwork _network = new();

    internal InProcessTestCluster(InProcessTestClusterBuilder builder) => _builder = builder;

    /// <summary>The silos that run.</summary>
    public IReadOnlyList<InProcessSiloHandle> Silos => _silos;

    /// <summary>The first silo that runs.</summary>
    public InProcessSiloHandle Silo => _silos.FirstOrDefault() ?? throw new InvalidOperationException("No silo of the cluster runs. Call DeployAsync or RestartSiloAsync.");

    /// <summary>Calls grains from outside. Take it anew after a silo was restarted.</summary>
    public IClusterClient Client => Silo.Client;

    private bool IsCluster => _builder.ClusterStore is not null;

    /// <summary>Starts the silos, and waits until each has its part of the shards.</summary>
    public async Task DeployAsync()
    {
        if (_silos.Count > 0) throw new InvalidOperationException("The cluster was deployed before.");
        for (int number = 0; number < _builder.InitialSilosCount; number++) await StartSiloAsync();
        if (IsCluster) await WaitForShardsAsync();
    }

    /// <summary>Ends a silo as a crash does: no grain is deactivated and nothing is written. Others find it dead after a lease.</summary>
    public async Task KillSiloAsync(InProcessSiloHandle silo)
    {
        _silos.Remove(silo);
        await silo.KillAsync();
    }

    /// <summary>Stops a silo in good order: its grains end their calls and are deactivated, and its shards go to the others.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle silo, CancellationToken cancellationToken = default)
    {
        await DriveAsync(silo.StopAsync(cancellationToken), $"{silo.Name} to stop");
        _silos.Remove(silo);
    }

    /// <summary>Stops the silo and starts another of its name in its place.</summary>
    public async Task<InProcessSiloHandle> RestartSiloAsync(InProcessSiloHandle silo)
    {
        await StopSiloAsync(silo);
        return await StartSiloAsync(silo.Name);
    }

    /// <summary>Starts a silo. Without a cluster store: after the one that ran has ended.</summary>
    /// <param name="name">The name of one that has ended, to start it anew; null takes the first of silo-1, silo-2, ... that does not run.</param>
    public async Task<InProcessSiloHandle> StartSiloAsync(string? name = null)
    {
        if (_silos.Count > 0 && !IsCluster)
            throw new NotSupportedException("This test cluster has one silo: set InitialSilosCount above 1 or call UseClusterStore, and its silos form a cluster.");
        name ??= Enumerable.Range(1, _silos.Count + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"silo-{number}")).First(free => _silos.All(silo => silo.Name != free));
        var builder = NewHost(name);
        builder.UseOrrery(silo =>
        {
            if (IsCluster)
            {
                silo.Configure<SiloOptions>(options => options.SiloName = name);
                silo.UseCluster(ConfigureCluster, _ => _builder.ClusterStore!);
            }

            silo.AddGrainStorageAsDefault(_ => _builder.Storage);
            silo.UseReminderTable(_ => _builder.ReminderTable);
            foreach (var configure in _builder.SiloActions) configure(silo);
        });
        var host = builder.Build();
        await DriveAsync(host.StartAsync(), $"{name} to start");
        var handle = new InProcessSiloHandle(host);
        _silos.Add(handle);
        return handle;
    }

    /// <summary>Starts a process that hosts no grains and calls those of the silos.</summary>
    /// <param name="name">Its name in <see cref="Cut"/>.</param>
    public async Task<InProcessClientHandle> StartClientAsync(string name = "client")
    {
        if (!IsCluster) throw new NotSupportedException("Only a cluster can be called from another process: set InitialSilosCount above 1 or call UseClusterStore.");
        var builder = NewHost(name);
        builder.Services.Configure<SiloOptions>(options => options.SiloName = name);
        builder.Services.AddOrreryClient(ConfigureCluster, _ => _builder.ClusterStore!);
        var host = builder.Build();
        await DriveAsync(host.StartAsync(), $"{name} to start");
        var handle = new InProcessClientHandle(host, name);
        _clients.Add(handle);
        return handle;
    }

    /// <summary>Nothing gets from one process to the other any more; the other direction stays as it is, and so does the way to the cluster store.</summary>
    public void Cut(string from, string to) => _network.Cut(from, to);

    /// <summary>Nothing gets from one silo to the other any more, in either direction. Both still reach the cluster store.</summary>
    public void Partition(InProcessSiloHandle one, InProcessSiloHandle other)
    {
        _network.Cut(one.Name, other.Name);
        _network.Cut(other.Name, one.Name);
    }

    /// <summary>Every way is open again.</summary>
    public void Heal() => _network.HealAll();

    /// <summary>
    /// Waits until each shard is owned by the running silo that should own it, none is moving, and every silo and client knows. Where the cluster's time is a
    /// <see cref="ManualTimeProvider"/>, it is moved on as far as that takes (10 ms at a time).
    /// </summary>
    public Task WaitForShardsAsync() => WaitUntilAsync(AreShardsSettled, "every shard to be where it should be, and everybody to know");

    private bool AreShardsSettled()
    {
        var running = _silos.Where(silo => !silo.Silo.Services.GetRequiredService<TestProcessEnd>().Lost.IsCompleted).ToList();
        var should = Rendezvous.Owners(running.Select(silo => silo.Id));
        var processes = running.Select(silo => silo.Silo).Concat(_clients.Select(client => client.ServiceProvider.GetRequiredService<Silo>())).ToList();
        for (int shard = 0; shard < GrainShards.Count; shard++)
        {
            foreach (var process in processes)
            {
                if (process.Shards is { } table && (table.IsReleasing(shard) || table.IsOwned(shard) != (should[shard] == process.Cluster!.Self))) return false;
                var kind = process.Router!.Find(shard, out var owner);
                if (kind == RouteKind.Unknown || (kind == RouteKind.Remote && owner.Id != should[shard])) return false;
            }
        }

        return true;
    }

    private async Task WaitUntilAsync(Func<bool> holds, string what)
    {
        var limit = Task.Delay(s_waitLimit);
        while (!holds())
        {
            if (limit.IsCompleted) throw new TimeoutException($"Waited {s_waitLimit} for {what}; it did not happen.");
            (_builder.Time as ManualTimeProvider)?.Advance(s_step);
            await Task.Delay(1);
        }
    }

    /// <summary>Waits for what silos do among themselves, which takes time of theirs.</summary>
    private async Task DriveAsync(Task task, string what)
    {
        if (IsCluster) await WaitUntilAsync(() => task.IsCompleted, what);
        await task;
    }

    private HostApplicationBuilder NewHost(string name)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(_builder.Time);
        builder.Services.AddSingleton(new TestLeaseClock(_builder.Time));
        builder.Services.AddSingleton<TestProcessEnd>();
        builder.Services.AddSingleton<IProcessEnd>(services => services.GetRequiredService<TestProcessEnd>());
        builder.Services.AddSingleton(services => new ClusterSeams(services.GetRequiredService<TestLeaseClock>(), new Random(), ProtocolFaults.None));
        builder.Services.AddSingleton<INetwork>(_network.Of(name));
        foreach (var configure in _builder.HostActions) configure(builder);
        return builder;
    }

    private void ConfigureCluster(ClusterOptions options)
    {
        foreach (var configure in _builder.ClusterActions) configure(options);
    }

    public async ValueTask DisposeAsync()
    {
        _network.HealAll();
        foreach (var silo in _silos.ToArray()) await silo.KillAsync();
        _silos.Clear();
        foreach (var client in _clients) await client.KillAsync();
        _clients.Clear();
    }
}
