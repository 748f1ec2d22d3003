using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Hosting;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Sqlite;

/// <summary>Chooses the embedded file as the store for grain state, reminders and chunks.</summary>
public static class SqliteStorageServices
{
    /// <summary>
    /// The embedded file as the silo's default grain storage, its reminder table and its chunk store. The file is opened, and a fault of it
    /// found, when the silo first asks for one of them.
    /// </summary>
    public static ISiloBuilder AddSqliteStorage(this ISiloBuilder silo, Action<SqliteStorageOptions> configure)
    {
        silo.Services.AddSqliteStorage(configure);
        return silo
            .AddGrainStorageAsDefault(services => services.GetRequiredService<SqliteGrainStorage>())
            .UseReminderTable(services => services.GetRequiredService<SqliteReminderTable>());
    }

    /// <summary>Registers <see cref="SqliteStore"/> and, over it, <see cref="SqliteGrainStorage"/>, <see cref="SqliteReminderTable"/> and <see cref="IChunkStore"/>; for use without a silo.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, Action<SqliteStorageOptions> configure)
    {
        services.Configure(configure);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SqliteInstruments>();
        services.TryAddSingleton<SqliteStore>();
        services.TryAddSingleton<SqliteGrainStorage>();
        services.TryAddSingleton<SqliteReminderTable>();
        services.TryAddSingleton<IChunkStore, SqliteChunkStore>();
        return services;
    }
}
