using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Copy;
using Orrery.Storage.Redis;
using Orrery.Storage.Sql;
using Orrery.Storage.Sqlite;

namespace Orrery.Storage.Hosting;

/// <summary>Chooses the store by its connection.</summary>
public static class OrreryStorageServices
{
    const string StateKey = "orrery state";
    const string SharedKey = "orrery reminders and chunks";

    /// <summary>For the cluster's few rows: an operation ends well within a lease.</summary>
    static readonly SqlDatabaseOptions ClusterOptions = new(Workers: 3, ConnectTimeout: TimeSpan.FromSeconds(2), OperationTimeout: TimeSpan.FromSeconds(4));

    /// <summary>For grain state: the engine runs one batch at a time; a second connection serves the next while the first may be stuck.</summary>
    static readonly SqlDatabaseOptions StateOptions = new(Workers: 2, ConnectTimeout: TimeSpan.FromSeconds(5), OperationTimeout: TimeSpan.FromSeconds(15));

    /// <summary>For reminders and chunks, which come from many grains at once.</summary>
    static readonly SqlDatabaseOptions SharedOptions = new(Workers: 6, ConnectTimeout: TimeSpan.FromSeconds(5), OperationTimeout: TimeSpan.FromSeconds(15));

    /// <summary>For a copy: one batch at a time, and patience with a large one.</summary>
    static readonly SqlDatabaseOptions CopyOptions = new(Workers: 1, ConnectTimeout: TimeSpan.FromSeconds(5), OperationTimeout: TimeSpan.FromSeconds(60));

    /// <summary>
    /// This connection as the silo's default grain storage, its reminder table, its chunk store, and, where several processes can use it, its cluster store. It is opened,
    /// and a fault of it found, when it is first used.
    /// </summary>
    /// <exception cref="FormatException">The text cannot be read; see <see cref="StorageConnection"/>.</exception>
    public static ISiloBuilder AddOrreryStorage(this ISiloBuilder silo, string connection) => silo.AddOrreryStorage(StorageConnection.Parse(connection));

    /// <inheritdoc cref="AddOrreryStorage(ISiloBuilder, string)"/>
    public static ISiloBuilder AddOrreryStorage(this ISiloBuilder silo, StorageConnection connection)
    {
        silo.Services.AddOrreryStorage(connection);
        return silo.AddGrainStorageAsDefault(static services => services.GetRequiredService<IFencedGrainStorage>());
    }

    /// <summary>
    /// Registers <see cref="IFencedGrainStorage"/>, <see cref="IReminderTable"/>, <see cref="IChunkStore"/> and, except for an SQLite file that is not shared,
    /// <see cref="IClusterStore"/>. A silo has to be told of its grain storage by name.
    /// </summary>
    public static IServiceCollection AddOrreryStorage(this IServiceCollection services, StorageConnection connection)
    {
        if (connection.Kind == StorageKind.Sqlite)
        {
            services.AddSqliteStorage(options =>
            {
                options.DataDirectory = Path.GetDirectoryName(connection.FilePath)!;
                options.FileName = Path.GetFileName(connection.FilePath);
                options.IsShared = connection.IsShared;
            });
            return connection.IsShared ? services.AddOrreryClusterStore(connection) : services;
        }

        if (connection.Kind == StorageKind.Redis)
        {
            services.AddKeyedSingleton(SharedKey, (provider, _) => OpenRedis(provider, connection, SharedOptions));
            services.TryAddSingleton<IFencedGrainStorage>(provider => new RedisGrainStorage(provider.GetRequiredKeyedService<RedisStore>(SharedKey)));
            services.TryAddSingleton<IReminderTable>(provider => new RedisReminderTable(provider.GetRequiredKeyedService<RedisStore>(SharedKey)));
            services.TryAddSingleton<IChunkStore>(provider => new RedisChunkStore(provider.GetRequiredKeyedService<RedisStore>(SharedKey)));
            return services.AddOrreryClusterStore(connection);
        }

        services.AddKeyedSingleton(StateKey, (provider, _) => Open(provider, connection, StateOptions));
        services.AddKeyedSingleton(SharedKey, (provider, _) => Open(provider, connection, SharedOptions));
        services.TryAddSingleton<IFencedGrainStorage>(provider => new SqlGrainStorage(provider.GetRequiredKeyedService<SqlStore>(StateKey)));
        services.TryAddSingleton<IReminderTable>(provider => new SqlReminderTable(provider.GetRequiredKeyedService<SqlStore>(SharedKey)));
        services.TryAddSingleton<IChunkStore>(provider => new SqlChunkStore(provider.GetRequiredKeyedService<SqlStore>(SharedKey)));
        return services.AddOrreryClusterStore(connection);
    }

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

        // A connection of its own: renewals wait for no one's values.
        services.TryAddSingleton<IClusterStore>(provider => connection.Kind == StorageKind.Redis
            ? new RedisClusterStore(OpenRedis(provider, connection, ClusterOptions))
            : new SqlClusterStore(Open(provider, connection, ClusterOptions)));
        return services;
    }

    internal static ICopyTarget OpenCopyTarget(IServiceProvider services, StorageConnection connection) => connection.Kind == StorageKind.Redis
        ? new RedisCopyTarget(OpenRedis(services, connection, CopyOptions))
        : new SqlCopyTarget(Open(services, connection, CopyOptions));

    static RedisStore OpenRedis(IServiceProvider services, StorageConnection connection, SqlDatabaseOptions options) => new(
        connection.Text, connection.Prefix, $"Redis {connection}", options.OperationTimeout, services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILoggerFactory>().CreateLogger("Orrery.Storage"));

    static SqlStore Open(IServiceProvider services, StorageConnection connection, SqlDatabaseOptions options)
    {
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Orrery.Storage");
        return new(new SqlDatabase(StorageDialects.Of(connection.Kind), connection.Text, options, services.GetRequiredService<TimeProvider>(), logger), logger);
    }
}
