using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using MySql.Data.MySqlClient;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.ChangeCapture.MySql;
using Orrery.Tests.Servers;

namespace Orrery.Connectors.Tests.ChangeCapture.MySql;

/// <summary>A MariaDB for tests of capture, and what they do with it.</summary>
public sealed class CaptureServer : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    MariaDbServer? server;
    int databases;

    internal MariaDbServer Server => server ?? throw new InvalidOperationException("It was not started.");

    public async ValueTask InitializeAsync()
    {
        if (MariaDbServer.Missing is null) server = await MariaDbServer.Start(performanceSchema: false);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }

    /// <summary>A database of its own for a test.</summary>
    public string MakeDatabase()
    {
        if (MariaDbServer.Missing is { } missing) Assert.Skip(missing);
        string name = "d" + Interlocked.Increment(ref databases);
        Run($"CREATE DATABASE {name} CHARACTER SET utf8mb4");
        return name;
    }

    public MySqlConnection Connect(string? database = null) => Connect(Server, database);

    internal static MySqlConnection Connect(MariaDbServer server, string? database = null)
    {
        var connection = new MySqlConnection(server.ConnectionString + ";Pooling=false;CharSet=utf8mb4;DefaultCommandTimeout=120" + (database is null ? "" : ";Database=" + database));
        connection.Open();
        Run(connection, "SET NAMES utf8mb4");
        return connection;
    }

    public void Run(params string[] statements)
    {
        using var connection = Connect();
        foreach (string statement in statements) Run(connection, statement);
    }

    public void RunIn(string database, params string[] statements)
    {
        using var connection = Connect(database);
        foreach (string statement in statements) Run(connection, statement);
    }

    public static void Run(MySqlConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    internal static MySqlEndpoint EndpointOf(MariaDbServer server) => new() { Host = "127.0.0.1", Port = server.Port, User = "root", Tls = MySqlTls.Disabled };

    public MySqlCaptureOptions Options(string database) => new() { Endpoint = EndpointOf(Server), Tables = [database + ".*"], Name = database, Heartbeat = TimeSpan.FromSeconds(1) };

    public static MySqlCapture Open(MySqlCaptureOptions options, string? checkpoint = null) =>
        new(options, checkpoint, TimeProvider.System, NullLogger<MySqlCapture>.Instance, new CaptureInstruments(new Meters()));

    /// <summary>Reads until it was enough.</summary>
    public static async Task<string> ReadUntil(IChangeSource source, Action<ChangeBatch> take, Func<bool> enough)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, TestContext.Current.CancellationToken);
        var batch = new ChangeBatch();
        string checkpoint = "";
        while (!enough())
        {
            await source.ReadAsync(batch, both.Token);
            take(batch);
            checkpoint = batch.Checkpoint;
        }

        return checkpoint;
    }

    sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);

        public void Dispose()
        {
        }
    }
}
