using System.Diagnostics;
using Npgsql;
using Orrery.Bench.Harness;
using Orrery.Interfaces.Sql;
using Orrery.Retail.Pipelines;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Retail;

/// <summary>Source rows a second from canal's messages in the log through all pipelines of a silo into the results' tables of a PostgreSQL on the same machine, until all of it is there.</summary>
static class RetailSinks
{
    const int Batch = 1_000, Warm = 60_000;
    const string Commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3), Look = TimeSpan.FromMilliseconds(100);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (PostgreSqlServer.Missing is { } missing)
            throw new InvalidOperationException(missing);
        int transactions = (int)context.Options.Number("transactions", 20_000, 1_000, 1_000_000);
        await using PostgreSqlServer server = await PostgreSqlServer.Start("fsync=on", "wal_level=replica", "shared_buffers=256MB", "max_wal_size=4GB");
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, RetailPipelines.PostgreSqlTables);
        await using RetailSilo silo = await RetailSilo.StartAsync(context, "retail-sinks");
        foreach (PipelineSink sink in RetailPipelines.Sinks(RetailPipelines.PostgreSqlSinksFile, server.ConnectionString))
            await silo.RunAsync($"{sink.Table};\n{sink.Insert};");
        // What comes first fills the tables, makes connections and lets the runtime compile.
        await CarryAsync(silo, [.. Enumerable.Range(0, (int)context.Options.Number("warm", Warm, Batch, 1_000_000) / Batch).Select(_ => silo.Next(Batch))]);
        RetailBatch[] batches = [.. Enumerable.Range(0, transactions / Batch).Select(_ => silo.Next(Batch))];
        await ExecuteAsync(connection, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT pg_stat_statements_reset()");
        long commits = (long)await ReadAsync(connection, Commits);
        long rows = batches.Sum(static batch => batch.Rows), began = Stopwatch.GetTimestamp();
        TimeSpan before = Environment.CpuUsage.TotalTime, serverBefore = ServerProcessor();
        await CarryAsync(silo, batches);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds, ofServer = (ServerProcessor() - serverBefore).TotalSeconds;
        commits = (long)await ReadAsync(connection, Commits) - commits;
        decimal written = await ReadAsync(connection, "SELECT COALESCE(SUM(rows), 0) FROM pg_stat_statements WHERE query LIKE 'INSERT%' OR query LIKE 'DELETE%USING%'");
        if (context.Options.Has("statements"))
            await SayStatementsAsync(context, connection);
        if (await ReadAsync(connection, "SELECT COALESCE(SUM(order_count), 0) FROM ads_order_sales_sum") is var orders && orders != batches[^1].After.Orders)
            throw new InvalidOperationException($"PostgreSQL has {orders} orders; {batches[^1].After.Orders} were to be there.");
        foreach (PipelineInfo pipeline in await silo.Sql.Pipelines())
            if (pipeline.Problem is { } problem)
                throw new InvalidOperationException($"{pipeline.Name}: {problem}");
        context.Say($"{rows:N0} rows in {seconds:N2} s, {processor:N2} s of the processor in this process, {ofServer:N2} s in PostgreSQL; {transactions:N0} transactions of the chain, {commits:N0} of PostgreSQL with {written:N0} rows of results");
        return
        [
            new Figure("canal's messages to PostgreSQL, a second of this machine", rows / seconds, "rows/s", "higher"),
            new Figure("canal's messages to PostgreSQL, a second of this process's processor time", rows / processor, "rows/s", "higher", 30_000),
        ];
    }

    static async Task CarryAsync(RetailSilo silo, RetailBatch[] batches)
    {
        long began = Stopwatch.GetTimestamp();
        foreach (RetailBatch batch in batches)
            await silo.GiveAsync(batch);
        while (await silo.AskAsync() != batches[^1].After || (await silo.Sql.Pipelines()).Any(static pipeline => pipeline.LagRecords > 0 || pipeline.Sink is { WaitingRows: > 0 }))
        {
            await Task.Delay(Look);
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"After {Patience.TotalMinutes:F0} minutes not all is there: {string.Join("; ", (await silo.Sql.Pipelines()).Where(static pipeline => pipeline.Problem is not null || pipeline.LagRecords > 0 || pipeline.Sink is { WaitingRows: > 0 }).Select(static pipeline => $"{pipeline.Name} lag {pipeline.LagRecords}, {pipeline.Sink?.WaitingRows} rows wait, {pipeline.Problem}"))}");
        }
    }

    /// <summary>What PostgreSQL's processes have taken of the processors, those that ended too; zero where the system does not tell.</summary>
    static TimeSpan ServerProcessor()
    {
        if (!OperatingSystem.IsLinux())
            return default;
        long ticks = 0;
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(static folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                string text = File.ReadAllText(Path.Combine(folder, "stat"));
                if (text.Contains("(postgres)", StringComparison.Ordinal))
                    // utime, stime and those of children that ended.
                    ticks += text[(text.LastIndexOf(')') + 2)..].Split(' ').Skip(11).Take(4).Sum(static field => long.Parse(field, System.Globalization.CultureInfo.InvariantCulture));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return TimeSpan.FromSeconds(ticks / 100.0);
    }

    static async Task SayStatementsAsync(BenchContext context, NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT LEFT(regexp_replace(query, '[0-9a-f]{16}|orrery_stage_\\w+', '*'), 110), SUM(calls)::float8, SUM(total_exec_time)::float8, SUM(rows)::float8 FROM pg_stat_statements GROUP BY 1 ORDER BY 3 DESC LIMIT 25", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            context.Say($"{reader.GetDouble(2),9:N1} ms {reader.GetDouble(1),8:N0} calls {reader.GetDouble(3),9:N0} rows  {reader.GetString(0).ReplaceLineEndings(" ")}");
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string text)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync();
    }

    static async Task<decimal> ReadAsync(NpgsqlConnection connection, string query)
    {
        await using var command = new NpgsqlCommand(query, connection);
        return Convert.ToDecimal(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
