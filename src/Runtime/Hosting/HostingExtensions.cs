using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Hosting;

public static class HostingExtensions
{
    /// <summary>Adds a silo to this process: it starts and stops with the host, and <see cref="IClusterClient"/> and <see cref="IGrainFactory"/> reach it.</summary>
    public static IServiceCollection AddOrrery(this IServiceCollection services, Action<ISiloBuilder> configure)
    {
        services.AddOptions<SiloOptions>().ValidateOnStart();
        services.AddOptions<ReminderOptions>().ValidateOnStart();
        services.AddMetrics();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<SiloOptions>, SiloOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ReminderOptions>, ReminderOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IShardOwnership>(_ => new SoleOwnership());
        services.TryAddSingleton<IGrainStateSerializer, JsonGrainStateSerializer>();
        services.TryAddSingleton<Silo>();
        services.TryAddSingleton<IClusterClient>(provider => provider.GetRequiredService<Silo>().Factory);
        services.TryAddSingleton<IGrainFactory>(provider => provider.GetRequiredService<Silo>().Factory);
        services.TryAddSingleton<ISiloStatistics>(provider => provider.GetRequiredService<Silo>().Statistics);
        services.TryAddSingleton<IClusterManagement, SoleClusterManagement>();
        services.TryAddSingleton<IReminderLedger, ReminderLedger>();
        services.AddHostedService<SiloService>();
        configure(new SiloBuilder(services));
        return services;
    }

    public static IHostBuilder UseOrrery(this IHostBuilder host, Action<ISiloBuilder> configure) => host.ConfigureServices(services => services.AddOrrery(configure));

    public static IHostApplicationBuilder UseOrrery(this IHostApplicationBuilder host, Action<ISiloBuilder> configure)
    {
        host.Services.AddOrrery(configure);
        return host;
    }
}

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloService(Silo silo) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => silo.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => silo.StopAsync(cancellationToken);
}
