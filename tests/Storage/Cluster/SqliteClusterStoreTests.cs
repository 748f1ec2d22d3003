using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Connectors.Sqlite;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Tests.Persistence;
using Orrery.Storage.Sqlite;

namespace Orrery.Storage.Tests.Cluster;

public sealed class SqliteClusterStoreTests : ClusterStoreCompliance, IDisposable
{
    readonly string directory = Directory.CreateTempSubdirectory("orrery-cluster-").FullName;
    readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<SqliteInstruments>().BuildServiceProvider();
    readonly List<SqliteClusterStore> stores = [];

    protected override Task<IClusterStore> ConnectAsync()
    {
        var store = new SqliteClusterStore(Path.Combine(directory, "sub", SqliteClusterStore.DefaultFileName), services.GetRequiredService<SqliteInstruments>(), TimeProvider.System, NullLogger<SqliteClusterStore>.Instance);
        lock (stores) stores.Add(store);
        return Task.FromResult<IClusterStore>(store);
    }

    public void Dispose()
    {
        foreach (var store in stores) store.Dispose();
        services.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
