using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orrery.Log.Kafka;

namespace Orrery.Log;

/// <summary>Registers the log in Kafka.</summary>
public static class KafkaLogServices
{
    /// <summary>Makes <see cref="ILog"/> the log in a Kafka cluster. It connects when first used and closes with the services.</summary>
    public static IServiceCollection AddKafkaLog(this IServiceCollection services, Func<IServiceProvider, KafkaLogOptions> options)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ILog>(provider => new KafkaLog(
            options(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<KafkaLog>>(),
            provider.GetRequiredService<IMeterFactory>()));
        return services;
    }
}
