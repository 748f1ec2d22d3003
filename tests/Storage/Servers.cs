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

    public async ValueTask DisposeAsync()
    {
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
