using Microsoft.Data.SqlClient;
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

    /// <summary>A live SQL Server is named by ORRERY_TEST_SQLSERVER: the driver's connection string of a user who may make databases. The build must see it too: it gives the tests cultures.</summary>
    internal async Task<StorageConnection> NewSqlServerAsync()
    {
        var text = Environment.GetEnvironmentVariable("ORRERY_TEST_SQLSERVER");
        if (string.IsNullOrEmpty(text)) Assert.Skip("ORRERY_TEST_SQLSERVER names no SQL Server.");
        var name = $"orrery_{Environment.ProcessId}_{NextName()}";
        await using var connection = new SqlConnection(text);
        await connection.OpenAsync();
        await using var command = new SqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return StorageConnection.Parse("sqlserver:" + new SqlConnectionStringBuilder(text) { InitialCatalog = name }.ConnectionString);
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
