using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Storage;
using Orrery.Storage.Chunks;
using Orrery.Storage.Sqlite;

namespace Orrery.Storage.Tests.Sqlite;

/// <summary>A data directory and the services that work on it; opened, closed and opened again by the tests.</summary>
sealed class StoreDirectory : IDisposable
{
    readonly Lock gate = new();
    readonly bool isOwn;
    ServiceProvider? services;

    public StoreDirectory()
    {
        Path = Directory.CreateTempSubdirectory("orrery-storage-").FullName;
        isOwn = true;
    }

    public StoreDirectory(string path) => Path = path;

    public string Path { get; }

    public string FilePath => System.IO.Path.Combine(Path, SqliteStorageOptions.DefaultFileName);

    public SqliteStore Store => Get<SqliteStore>();

    public IFencedGrainStorage States => Get<IFencedGrainStorage>();

    public IReminderTable Reminders => Get<IReminderTable>();

    public IChunkStore Chunks => Get<IChunkStore>();

    public void Close()
    {
        services?.Dispose();
        services = null;
    }

    public void Dispose()
    {
        Close();
        if (isOwn) Directory.Delete(Path, recursive: true);
    }

    T Get<T>() where T : notnull
    {
        lock (gate) services ??= Build();
        return services.GetRequiredService<T>();
    }

    ServiceProvider Build() => new ServiceCollection().AddSqliteStorage(options =>
    {
        options.DataDirectory = Path;
        options.BusyTimeout = TimeSpan.FromMilliseconds(100);
    }).BuildServiceProvider();
}
