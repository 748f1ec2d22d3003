using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Storage.Sql;
using Orrery.Storage.Sqlite;

namespace Orrery.Storage.Hosting;

/// <summary>Chooses the store by its connection.</summary>
public static class OrreryStorageServices
{
    /// <summary>For the cluster's few rows: an operation ends well within a lease.</summary>
    static readonly SqlDatabaseOptions ClusterOptions = new(Workers: 3, ConnectTimeout: TimeSpan.FromSeconds(2), OperationTimeout: TimeSpan.FromSeconds(4));

    /// <summary>
    /// Only the cluster store of this connection, as <see cref="IClusterStore"/>: for processes that host no silo. With SQLite it is <c>cluster.db</c> in the file's directory.
    /// </summary>
    public static IServiceCollection AddOrreryClusterStore(this IServiceCollection services, StorageConnection connection)
    {
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        if (connection.Kind == StorageKind.Sqlite)
        {
            services.TryAddSingleton<SqliteInstruments>();
            services.TryAddSingleton<IClusterStore>(provider => new SqliteClusterStore(
                Path.Combine(Path.GetDirectoryName(connection.FilePath)!, SqliteClusterStore.DefaultFileName), provider.GetRequiredService<SqliteInstruments>(),
                provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteClusterStore>>()));
            return services;
        }

        services.TryAddSingleton<IClusterStore>(provider => new SqlClusterStore(Open(provider, connection, ClusterOptions)));
        return services;
    }

    static SqlStore Open(IServiceProvider services, StorageConnection connection, SqlDatabaseOptions options)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Orrery.Storage");
        return new(new SqlDatabase(StorageDialects.Of(connection.Kind), connection.Text, options, services.GetRequiredService<TimeProvider>(), logger), logger);
    }
}
