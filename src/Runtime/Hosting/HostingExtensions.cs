using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Transport;

namespace Orrery.Runtime.Hosting;

public static class HostingExtensions
{
    /// <summary>Adds a silo to this process: it starts and stops with the host, and <see cref="IClusterClient"/> and <see cref="IGrainFactory"/> reach it.</summary>
    public static IServiceCollection AddOrrery(this IServiceCollection services, Action<ISiloBuilder> configure)
    {
        services.AddRuntime();
        services.AddHostedService<SiloService>();
        configure(new SiloBuilder(services));
        return services;
    }

    /// <summary>
    /// Lets this process call the grains of a cluster without hosting any: <see cref="IClusterClient"/> and <see cref="IGrainFactory"/> reach its silos. The
    /// process reads the cluster store, and writes nothing there.
    /// </summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configure">The cluster's options: <see cref="ClusterOptions.Secret"/> as in the silos.</param>
    /// <param name="store">Makes the cluster store; null where the services have one.</param>
    public static IServiceCollection AddOrreryClient(this IServiceCollection services, Action<ClusterOptions> configure, Func<IServiceProvider, IClusterStore>? store = null)
    {
        services.AddRuntime();
        services.Configure<SiloOptions>(static options => options.HostsGrains = false);
        services.AddCluster(configure, store);
        services.AddHostedService<SiloService>();
        return services;
    }

    private static void AddRuntime(this IServiceCollection services)
    {
        services.AddOptions<SiloOptions>().ValidateOnStart();
        services.AddOptions<ReminderOptions>().ValidateOnStart();
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SiloOptions>, SiloOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ReminderOptions>, ReminderOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IShardOwnership>(_ => new SoleOwnership());
        services.TryAddSingleton<IGrainStateSerializer, JsonGrainStateSerializer>();
        services.TryAddSingleton<IGrainContextAccessor, GrainContextAccessor>();
        services.TryAddSingleton<Silo>();
        services.TryAddSingleton<IClusterClient>(provider => provider.GetRequiredService<Silo>().Factory);
        services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<Silo>().Factory);
        services.TryAddSingleton<ISiloStatistics>(provider => provider.GetRequiredService<Silo>().Statistics);
        services.TryAddSingleton<IClusterManagement>(static provider => provider.GetRequiredService<Silo>() is { Cluster: not null } silo
            ? new ClusterManagement(silo)
            : new SoleClusterManagement(provider.GetRequiredService<Silo>()));
        services.TryAddSingleton<IReminderLedger, ReminderLedger>();
        services.TryAddSingleton<IProcessEnd, ProcessEnd>();
    }

    internal static void AddCluster(this IServiceCollection services, Action<ClusterOptions> configure, Func<IServiceProvider, IClusterStore>? store)
    {
        services.AddOptions<ClusterOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ClusterOptions>, ClusterOptionsValidator>());
        if (store is not null) services.AddSingleton(store);
        services.TryAddSingleton(_ => ClusterSeams.OfThisMachine());
        services.AddOptions<TransportOptions>().ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TransportOptions>, TransportOptionsValidator>());
        services.TryAddSingleton<INetwork>(static provider => new TcpNetwork(provider.GetRequiredService<IOptions<TransportOptions>>().Value));
        services.TryAddSingleton<ClusterTransportFactory>(static provider => silo => new ClusterTransport(
            silo, provider.GetRequiredService<INetwork>(), provider.GetRequiredService<IOptions<TransportOptions>>().Value, provider.GetRequiredService<IOptions<ClusterOptions>>().Value,
            RandomNumberGenerator.Fill, provider.GetRequiredService<ILogger<ClusterTransport>>()));
        services.AddOptions<HostOptions>().PostConfigure<IOptions<ClusterOptions>>(static (host, cluster) =>
        {
            var needed = cluster.Value.DrainTimeout + cluster.Value.Lease * 2;
            if (host.ShutdownTimeout < needed) host.ShutdownTimeout = needed;
        });
    }

    public static IHostBuilder UseOrrery(this IHostBuilder host, Action<ISiloBuilder> configure) => host.ConfigureServices(services => services.AddOrrery(configure));

    public static IHostApplicationBuilder UseOrrery(this IHostApplicationBuilder host, Action<ISiloBuilder> configure)
    {
        host.Services.AddOrrery(configure);
        return host;
    }
}

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloService(Silo silo, IProcessEnd end) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        silo.Lost += end.Begin;
        return silo.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => silo.StopAsync(cancellationToken);
}
