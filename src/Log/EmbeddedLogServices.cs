using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orrery.Log.Embedded;
using Orrery.Log.Files;

namespace Orrery.Log;

/// <summary>Registers the embedded log.</summary>
public static class EmbeddedLogServices
{
    /// <summary>Makes <see cref="ILog"/> the embedded log in a directory. It opens when first asked for and closes with the services.</summary>
    public static IServiceCollection AddEmbeddedLog(this IServiceCollection services, Func<IServiceProvider, EmbeddedLogOptions> options)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ILogFileSystem, DiskFileSystem>();
        services.AddSingleton<ILog>(provider => new EmbeddedLog(
            options(provider),
            provider.GetRequiredService<ILogFileSystem>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EmbeddedLog>>(),
            provider.GetRequiredService<IMeterFactory>()));
        return services;
    }
}
