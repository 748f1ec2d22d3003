using Microsoft.Extensions.DependencyInjection;
using Orrery.Runtime.Storage;
using Orrery.Runtime.Tests.Persistence;
using Orrery.Storage.Hosting;

namespace Orrery.Storage.Tests.Shared;

/// <summary>The cluster store of a real server; each connection is another process's as far as the server can tell.</summary>
public abstract class SharedClusterStoreTests : ClusterStoreCompliance, IAsyncDisposable
{
    readonly List<ServiceProvider> processes = [];
    readonly SemaphoreSlim gate = new(1, 1);
    StorageConnection? connection;

    protected abstract Task<StorageConnection> NewAsync();

    protected override async Task<IClusterStore> ConnectAsync()
    {
        await gate.WaitAsync();
        try
        {
            connection ??= await NewAsync();
            var process = new ServiceCollection().AddOrreryClusterStore(connection).BuildServiceProvider();
            processes.Add(process);
            return process.GetRequiredService<IClusterStore>();
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes) await process.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class PostgreSqlClusterStoreTests(Servers servers) : SharedClusterStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewPostgreSqlAsync();
}

public sealed class RedisClusterStoreTests(Servers servers) : SharedClusterStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewRedisAsync();
}

public sealed class MariaDbClusterStoreTests(Servers servers) : SharedClusterStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewMariaDbAsync();
}

public sealed class SqlServerClusterStoreTests(Servers servers) : SharedClusterStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewSqlServerAsync();
}
