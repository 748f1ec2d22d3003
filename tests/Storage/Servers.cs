using MySql.Data.MySqlClient;
using Npgsql;
using Orrery.Storage.Hosting;
using Orrery.Storage.Tests;
using Orrery.Tests.Servers;

[assembly: AssemblyFixture(typeof(Servers))]

namespace Orrery.Storage.Tests;

/// <summary>The real servers of this run: each is started when a test first asks for it, and each test has a database of its own in it.</summary>
public sealed class Servers : IAsyncDisposable
{
    readonly SemaphoreSlim gate = new(1, 1);
    PostgreSqlServer? postgreSql;
    MariaDbServer? mariaDb;
    RedisServer? redis;
    int databases;

    internal async Task<StorageConnection> NewPostgreSqlAsync()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        var server = await Once(() => postgreSql, async () => postgreSql = await PostgreSqlServer.Start());
        var name = NextName();
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name} TEMPLATE template0", connection);
        await command.ExecuteNonQueryAsync();
        return StorageConnection.Parse($"postgres://postgres@127.0.0.1:{server.Port}/{name}");
    }

    internal async Task<StorageConnection> NewMariaDbAsync()
    {
        if (MariaDbServer.Missing is { } missing) Assert.Skip(missing);
        var server = await Once(() => mariaDb, async () => mariaDb = await MariaDbServer.Start(performanceSchema: false));
        var name = NextName();
        await using var connection = new MySqlConnection(server.ConnectionString);
        connection.Open();
        using var command = new MySqlCommand($"SET GLOBAL innodb_flush_log_at_trx_commit = 1; CREATE DATABASE {name}", connection);
        command.ExecuteNonQuery();
        return StorageConnection.Parse($"mysql://root@127.0.0.1:{server.Port}/{name}");
    }

    internal async Task<StorageConnection> NewRedisAsync()
    {
        if (RedisServer.Missing is { } missing) Assert.Skip(missing);
        var server = await Once(() => redis, async () => redis = await RedisServer.Start());
        return StorageConnection.Parse($"redis://127.0.0.1:{server.Port}/0?prefix={NextName()}");
    }

    public async ValueTask DisposeAsync()
    {
        if (mariaDb is not null) await mariaDb.DisposeAsync();
        if (redis is not null) await redis.DisposeAsync();
        if (postgreSql is not null) await postgreSql.DisposeAsync();
    }

    string NextName() => $"test{Interlocked.Increment(ref databases)}";

    async Task<T> Once<T>(Func<T?> find, Func<Task<T>> start)
        where T : class
    {
        await gate.WaitAsync();
        try
        {
            return find() ?? await start();
        }
        finally
        {
            gate.Release();
        }
    }
}
