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
    const int Batch = 200;
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10), Look = TimeSpan.FromMilliseconds(50);

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (PostgreSqlServer.Missing is { } missing)
            throw new InvalidOperationException(missing);
        int transactions = (int)context.Options.Number("transactions", 20_000, 1_000, 1_000_000);
        await using PostgreSqlServer server = await PostgreSqlServer.Start("fsync=on", "shared_buffers=256MB", "max_wal_size=4GB");
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await ExecuteAsync(connection, RetailPipelines.PostgreSqlTables);
        await using RetailSilo silo = await RetailSilo.StartAsync(context, "retail-sinks");
        foreach (PipelineSink sink in RetailPipelines.Sinks(RetailPipelines.PostgreSqlSinksFile, server.ConnectionString))
            await silo.RunAsync($"{sink.Table};\n{sink.Insert};");
        RetailBatch[] batches = [.. Enumerable.Range(0, transactions / Batch).Select(_ => silo.Next(Batch))];
        long rows = batches.Sum(static batch => batch.Rows), began = Stopwatch.GetTimestamp();
        TimeSpan before = Environment.CpuUsage.TotalTime;
        foreach (RetailBatch batch in batches)
            await silo.GiveAsync(batch);
        while (await silo.AskAsync() != batches[^1].After || (await silo.Sql.Pipelines()).Any(static pipeline => pipeline.LagRecords > 0 || pipeline.Sink is { WaitingRows: > 0 }))
        {
            await Task.Delay(Look);
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"After {Patience.TotalMinutes:F0} minutes not all is there.");
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds, processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        if (await ReadAsync(connection, "SELECT COALESCE(SUM(order_count), 0) FROM ads_order_sales_sum") is var orders && orders != batches[^1].After.Orders)
            throw new InvalidOperationException($"PostgreSQL has {orders} orders; {batches[^1].After.Orders} were to be there.");
        foreach (PipelineInfo pipeline in await silo.Sql.Pipelines())
            if (pipeline.Problem is { } problem)
                throw new InvalidOperationException($"{pipeline.Name}: {problem}");
        context.Say($"{rows:N0} rows in {seconds:N2} s, {processor:N2} s of the processor in this process, {context.Options.Number("transactions", 20_000):N0} transactions");
        return
        [
            new Figure("canal's messages to PostgreSQL, a second of this machine", rows / seconds, "rows/s", "higher"),
            new Figure("canal's messages to PostgreSQL, a second of this process's processor time", rows / processor, "rows/s", "higher", 30_000),
        ];
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
