using Orrery.Tests.Servers;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>The real stores that the chaos runs on, by name.</summary>
static class ChaosStores
{
    /// <summary>Why a store cannot be started here, or null.</summary>
    public static string? Missing(string name) => name == "postgres" ? PostgreSqlServer.Missing : RedisServer.Missing;

    public static async Task<IChaosStore> StartAsync(string name) =>
        name == "postgres" ? new PostgreSqlChaosStore(await PostgreSqlServer.Start()) : new RedisChaosStore(await RedisServer.Start());

    sealed class PostgreSqlChaosStore(PostgreSqlServer server) : IChaosStore
    {
        public int Port => server.Port;

        public string ConnectionThrough(int port) => $"postgres://postgres@127.0.0.1:{port}/postgres";

        public Task RestartAsync() => server.Restart();

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }

    sealed class RedisChaosStore(RedisServer server) : IChaosStore
    {
        public int Port => server.Port;

        public string ConnectionThrough(int port) => $"redis://127.0.0.1:{port}/0";

        public Task RestartAsync() => server.Restart();

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
