using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Transport;
using EngineSilo = Orrery.Runtime.Silo;

namespace Orrery.Simulation;

/// <summary>The program of a process: a real silo (or a client of the cluster) over what the world gives it.</summary>
internal sealed class ProcessHost(World world, Supervisor supervisor, Process process, Dice dice, bool isSilo)
{
    private static readonly JsonGrainStateSerializer s_serializer = new();
    private static readonly TransportOptions s_transport = new();

    private EngineSilo? _silo;

    /// <summary>Set while the process can call grains.</summary>
    public IGrainFactory? Factory { get; private set; }

    public EngineSilo? Silo => _silo;

    public void Start() => _ = StartAsync();

    public void Drain() => process.Run(() => _ = DrainAsync());

    private async Task StartAsync()
    {
        try
        {
            _silo = Build().GetRequiredService<EngineSilo>();
            _silo.Lost += reason =>
            {
                Factory = null;
                supervisor.OnExited(process, reason, wasLost: true);
            };
            await _silo.StartAsync(CancellationToken.None);
            Factory = _silo.Factory;
        }
        catch (Exception error)
        {
            supervisor.OnExited(process, $"it could not start: {error.Message}", wasLost: false);
        }
    }

    private async Task DrainAsync()
    {
        if (Factory is null) return;
        Factory = null;
        await _silo!.StopAsync(CancellationToken.None);
        supervisor.OnExited(process, "it has drained", wasLost: false);
    }

    private ServiceProvider Build()
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(process.Time);
        services.AddSingleton<IGrainStateSerializer>(s_serializer);
        services.AddSingleton<IMeterFactory>(world.Meters);
        services.AddSingleton(new Witness(world, process) { Self = () => _silo!.Cluster!.Self });
        services.AddSingleton(new ClusterSeams(process.LeaseClock, new Random((int)(dice.Next() >> 33)), world.Options.Faults));
        services.AddSingleton<INetwork>(new ProcessNetwork(world, process));
        services.AddSingleton<ClusterTransportFactory>(provider => silo => new ClusterTransport(silo, provider.GetRequiredService<INetwork>(), s_transport, world.ClusterOptions, FillNonce, provider.GetRequiredService<ILogger<ClusterTransport>>()));
        services.AddSingleton<IProcessEnd, NoEnd>();
        services.AddLogging(logging =>
        {
            if (world.IsTracing) logging.SetMinimumLevel(LogLevel.Information).AddProvider(new TraceLogging(world, process));
        });
        if (isSilo)
            services.AddOrrery(silo => Configure(silo).UseCluster(_ => { }, _ => new ProcessClusterStore(world, process)));
        else
            services.AddOrreryClient(_ => { }, _ => new ProcessClusterStore(world, process));
        services.Configure<SiloOptions>(options =>
        {
            options.SiloName = process.Machine.Name;
            options.TurnScheduler = process.Scheduler;
            options.ResponseTimeout = Workload.ResponseTimeout;
            options.StorageTimeout = TimeSpan.FromSeconds(5);
            options.ActivationTimeout = TimeSpan.FromSeconds(8);
            options.DeactivationTimeout = TimeSpan.FromSeconds(5);
            options.CollectionAge = TimeSpan.FromSeconds(10);
            options.CollectionPeriod = TimeSpan.FromSeconds(3);
        });
        return services.BuildServiceProvider();
    }

    private ISiloBuilder Configure(ISiloBuilder silo)
    {
        silo.AddGrains(typeof(CounterGrain).Assembly);
        silo.AddGrainStorageAsDefault(_ => new ProcessGrainStorage(world, process));
        silo.UseReminderTable(_ => new ProcessReminderTable(world, process));
        silo.Configure<ReminderOptions>(options =>
        {
            options.MinimumPeriod = TimeSpan.FromMilliseconds(100);
            options.ScanPeriod = TimeSpan.FromSeconds(3);
        });
        return silo;
    }

    private void FillNonce(Span<byte> nonce)
    {
        for (int index = 0; index < nonce.Length; index++) nonce[index] = (byte)dice.Next();
    }

    /// <summary>The supervisor hears of the end from the silo.</summary>
    private sealed class NoEnd : IProcessEnd
    {
        public void Begin(string reason)
        {
        }
    }
}
