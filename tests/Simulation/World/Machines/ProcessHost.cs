using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orrery.Runtime;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using EngineSilo = Orrery.Runtime.Silo;

namespace Orrery.Simulation;

/// <summary>The program of a process: a real silo (or a client of the cluster) over what the world gives it.</summary>
internal sealed class ProcessHost(World world, Supervisor supervisor, Process process, bool isSilo)
{
    private static readonly JsonGrainStateSerializer s_serializer = new();

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
            if (!isSilo) return;
            var services = Build();
            _silo = services.GetRequiredService<EngineSilo>();
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
        services.AddSingleton(new Witness(world, process) { Self = () => new SiloId(process.Machine.Name, 1) });
        services.AddLogging(logging =>
        {
            if (world.IsTracing) logging.SetMinimumLevel(LogLevel.Information).AddProvider(new TraceLogging(world, process));
        });
        services.AddOrrery(silo =>
        {
            silo.AddGrains(typeof(CounterGrain).Assembly);
            silo.AddGrainStorageAsDefault(_ => new ProcessGrainStorage(world, process));
            silo.UseReminderTable(_ => new ProcessReminderTable(world, process));
            silo.Configure<SiloOptions>(options =>
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
            silo.Configure<ReminderOptions>(options =>
            {
                options.MinimumPeriod = TimeSpan.FromMilliseconds(100);
                options.ScanPeriod = TimeSpan.FromSeconds(3);
            });
        });
        return services.BuildServiceProvider();
    }
}
