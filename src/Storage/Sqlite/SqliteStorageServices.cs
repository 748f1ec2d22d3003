using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Sqlite;

/// <summary>Chooses the embedded file as the store for grain state, reminders and chunks.</summary>
public static class SqliteStorageServices
{
    /// <summary>
    /// The embedded file as the silo's default grain storage, its reminder table and its chunk store. The file is opened, and a fault of it
    /// found, when the silo starts.
    /// </summary>
    public static ISiloBuilder AddSqliteStorage(this ISiloBuilder silo, Action<SqliteStorageOptions> configure)
    {
        silo.Services.AddSqliteStorage(configure);
        return silo.AddGrainStorageAsDefault(static services => services.GetRequiredService<IFencedGrainStorage>());
    }

    /// <summary>
    /// Registers <see cref="IFencedGrainStorage"/>, <see cref="IReminderTable"/>, <see cref="IChunkStore"/> and <see cref="SqliteStore"/> over one
    /// file. A silo takes the reminder table from here; its grain storage it has to be told by name.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, Action<SqliteStorageOptions> configure)
    {
        services.Configure(configure);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SqliteInstruments>();
        services.TryAddSingleton<SqliteStore>();
        services.TryAddSingleton<IFencedGrainStorage, SqliteGrainStorage>();
        services.TryAddSingleton<IReminderTable, SqliteReminderTable>();
        services.TryAddSingleton<IChunkStore, SqliteChunkStore>();
        return services;
    }
}
