using Orrery.Storage.Chunks;
using Orrery.Storage.Hosting;
using Orrery.Storage.Tests.Chunks;

namespace Orrery.Storage.Tests.Shared;

/// <summary>Chunks in a real server.</summary>
public abstract class SharedChunkStoreTests : ChunkStoreCompliance, IAsyncLifetime
{
    SharedStore silo = null!;

    protected override IChunkStore Store => silo.Chunks;

    public async ValueTask InitializeAsync() => silo = new(await NewAsync());

    public async ValueTask DisposeAsync()
    {
        if (silo is not null) await silo.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<StorageConnection> NewAsync();
}

public sealed class PostgreSqlChunkStoreTests(Servers servers) : SharedChunkStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewPostgreSqlAsync();
}

public sealed class RedisChunkStoreTests(Servers servers) : SharedChunkStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewRedisAsync();
}

public sealed class MariaDbChunkStoreTests(Servers servers) : SharedChunkStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewMariaDbAsync();
}

public sealed class SqlServerChunkStoreTests(Servers servers) : SharedChunkStoreTests
{
    protected override Task<StorageConnection> NewAsync() => servers.NewSqlServerAsync();
}
