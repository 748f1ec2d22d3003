using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Orrery.Agent.Databases;
using Orrery.Client;
using Orrery.Connectors;
using Orrery.Tests.Servers;

namespace Orrery.Agent.Tests.Databases;

/// <summary>A watcher of one database that reports to a door.</summary>
internal sealed class WatchedDatabase : IAsyncDisposable
{
    readonly CancellationTokenSource stop = new();
    readonly OrreryClient client;
    readonly DatabaseWatcher watcher;
    readonly Task run;

    WatchedDatabase(DoorHost door, string engine, string connectionString)
    {
        Door = door;
        client = new OrreryClient(new OrreryClientOptions { Url = door.Url, Key = "ok_test_secret", Server = "erp-01" });
        var options = new AgentOptions { DatabaseInterval = TimeSpan.FromSeconds(1), DatabaseReportInterval = TimeSpan.FromSeconds(1), DatabaseTimeout = TimeSpan.FromSeconds(2) };
        watcher = new DatabaseWatcher(new DatabaseTarget("main", engine, connectionString), options, client, TimeProvider.System, NullLogger.Instance);
        run = watcher.RunAsync(stop.Token);
    }

    public DoorHost Door { get; }

    public static async Task<WatchedDatabase> Start(string engine, string connectionString) => new(await DoorHost.Start(), engine, connectionString);

    public JsonElement? Report => Door.Document("databases");

    /// <summary>The newest value of a metric, whatever the engine's label.</summary>
    public double? Newest(string metric) => Door.Samples.Where(s => s.Key.StartsWith($"erp-01|{metric}{{database=main,engine=", StringComparison.Ordinal))
        .OrderByDescending(s => long.Parse(s.Key[(s.Key.LastIndexOf('|') + 1)..])).Select(s => (double?)s.Value).FirstOrDefault();

    public Task Until(Func<bool> condition, string what) => Door.Until(condition, $"{what}; the report is {Report}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        watcher.Dispose();
        await client.DisposeAsync();
        await Door.DisposeAsync();
    }

    /// <summary>Runs a statement as the database's administrator, past the read-only session.</summary>
    public static void Execute(DbConnection connection, string statement)
    {
        using DbCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.CommandTimeout = 30;
        command.ExecuteNonQuery();
    }
}
