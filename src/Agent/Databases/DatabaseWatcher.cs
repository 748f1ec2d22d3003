using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orrery.Agent.Processes;
using Orrery.Client;
using Orrery.Connectors;

namespace Orrery.Agent.Databases;

/// <summary>
/// Watches one database on a thread of its own, since drivers block: one that hangs delays nobody else. A connection is kept between rounds
/// and made anew after any failure; while the database is away, <c>db_up</c> is 0, and the report says why.
/// </summary>
internal sealed class DatabaseWatcher(DatabaseTarget target, AgentOptions options, OrreryClient client, TimeProvider time, ILogger logger) : IDisposable
{
    const long ReportErrorMilliseconds = 300_000;
    readonly IDatabaseProbe probe = ProbeOf(target.Engine);
    DatabaseSeries? series;
    DbConnection? connection;
    string engine = target.Engine;
    string version = "";
    long reportAt, errorAt;
    int failures;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Factory.StartNew(Round, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            await Task.Delay(options.DatabaseInterval, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => connection?.Dispose();

    internal static IDatabaseProbe ProbeOf(string engine) => engine switch
    {
        "mysql" or "mariadb" => new MySqlProbe(),
        "postgresql" or "postgres" => new PostgreSqlProbe(),
        "sqlserver" or "mssql" => new SqlServerProbe(),
        "sqlite" => new SqliteProbe(),
        _ => throw new ArgumentException($"The database engine '{engine}' is unknown; known are mysql, mariadb, postgresql, sqlserver and sqlite."),
    };

    void Round()
    {
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            connection ??= Connect();
            var reader = new DatabaseReader(connection);
            if (now >= reportAt)
                Report(reader, now);
            var sample = new DatabaseSample();
            probe.Sample(reader, sample);
            Series().Set(sample, now);
            Recovered();
        }
        catch (Exception error)
        {
            connection?.Dispose();
            connection = null;
            Failed(error, now);
        }
        client.Push();
    }

    DbConnection Connect() => DatabaseProviders.TryFind(target.Engine, out IDatabaseProvider? provider)
        ? provider.Open(target.ConnectionString, options.DatabaseTimeout)
        : throw new ArgumentException($"The database engine '{target.Engine}' is unknown.");

    void Report(DatabaseReader reader, long now)
    {
        var draft = new DatabaseReportDraft();
        probe.Report(reader, draft);
        engine = draft.Engine;
        version = draft.Version;
        _ = client.ReportDatabaseAsync(draft.Finish(target.Name, DateTimeOffset.FromUnixTimeMilliseconds(now), reader.Notes));
        reportAt = now + (long)options.DatabaseReportInterval.TotalMilliseconds;
    }

    /// <summary>The label is what the server turned out to be (MariaDB answers to mysql), kept while it is away.</summary>
    DatabaseSeries Series() => series ??= new DatabaseSeries(client, target.Name, engine);

    void Failed(Exception error, long now)
    {
        // Before the first contact nothing says whether it is MySQL or MariaDB; the configured name serves.
        Series().Up(false, now);
        failures++;
        reportAt = 0;
        if (now < errorAt)
            return;
        errorAt = now + ReportErrorMilliseconds;
        string why = SecretMask.Text($"{error.GetType().Name}: {error.Message}");
        logger.DatabaseFailed(target.Name, target.Engine, failures, why);
        client.Event("database_unreachable", $"The database '{target.Name}' ({target.Engine}) could not be read: {why}", Client.LogLevel.Error,
            new Dictionary<string, string> { ["database"] = target.Name });
        _ = client.ReportDatabaseAsync(new DatabaseReport(target.Name, engine, version, DateTimeOffset.FromUnixTimeMilliseconds(now), new Dictionary<string, string>(), new Dictionary<string, long>(), [], why));
    }

    void Recovered()
    {
        if (failures == 0)
            return;
        logger.DatabaseRecovered(target.Name, failures);
        client.Event("database_back", $"The database '{target.Name}' can be read again after {failures} failures.", Client.LogLevel.Information, new Dictionary<string, string> { ["database"] = target.Name });
        failures = 0;
        errorAt = 0;
    }
}
