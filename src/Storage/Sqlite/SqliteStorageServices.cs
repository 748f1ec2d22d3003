using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;

namespace Orrery.Storage.Sqlite;

/// <summary>Chooses the embedded file as the store for grain state, reminders and chunks.</summary>
public static class SqliteStorageServices
{
    /// <summary>Registers <see cref="IFencedGrainStorage"/>, <see cref="IReminderTable"/>, <see cref="IChunkStore"/> and <see cref="SqliteStore"/> over one file.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, Action<SqliteStorageOptions> configure)
    {
        services.AddOptions<SqliteStorageOptions>().Configure(configure);
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
