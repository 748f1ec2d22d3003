using Microsoft.Extensions.DependencyInjection;
using MySql.Data.MySqlClient;
using Orrery.Storage.Hosting;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Storage;

/// <summary>The store that is measured: the embedded file, a server of the bench's own that flushes each commit to the disk, or one that was named.</summary>
sealed class BenchStore : IAsyncDisposable
{
    readonly IAsyncDisposable? server;
    readonly ServiceProvider services;

    BenchStore(StorageConnection connection, IAsyncDisposable? server, bool isGiven)
    {
        this.server = server;
        IsGiven = isGiven;
        IsShared = connection.Kind != StorageKind.Sqlite;
        services = new ServiceCollection().AddOrreryStorage(connection).BuildServiceProvider();
    }

    public IServiceProvider Services => services;

    public bool IsShared { get; }

    /// <summary>Whether it is somebody's own, and not made anew for each run.</summary>
    public bool IsGiven { get; }

    /// <exception cref="FormatException">There is no such store, or its server is not installed.</exception>
    public static async Task<BenchStore> StartAsync(string name, string directory)
    {
        switch (name)
        {
            case "sqlite":
                Directory.CreateDirectory(directory);
                return new(StorageConnection.Parse($"sqlite:{directory}/orrery.db"), null, false);
            case "postgres":
                if (PostgreSqlServer.Missing is { } noPostgreSql) throw new FormatException(noPostgreSql);
                var postgreSql = await PostgreSqlServer.Start("fsync=on", "shared_buffers=256MB");
                return new(StorageConnection.Parse($"postgres://postgres@127.0.0.1:{postgreSql.Port}/postgres"), postgreSql, false);
            case "mariadb":
                if (MariaDbServer.Missing is { } noMariaDb) throw new FormatException(noMariaDb);
                var mariaDb = await MariaDbServer.Start(performanceSchema: false);
                using (var connection = new MySqlConnection(mariaDb.ConnectionString))
                {
                    connection.Open();
                    using var command = new MySqlCommand("SET GLOBAL innodb_flush_log_at_trx_commit = 1; SET GLOBAL sync_binlog = 1; CREATE DATABASE orrery", connection);
                    command.ExecuteNonQuery();
                }

                return new(StorageConnection.Parse($"mysql://root@127.0.0.1:{mariaDb.Port}/orrery"), mariaDb, false);
            case "redis":
                if (RedisServer.Missing is { } noRedis) throw new FormatException(noRedis);
                var redis = await RedisServer.Start();
                return new(StorageConnection.Parse($"redis://127.0.0.1:{redis.Port}/0"), redis, false);
            default:
                return new(StorageConnection.Parse(name), null, true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        if (server is not null) await server.DisposeAsync();
    }
}
