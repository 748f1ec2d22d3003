using System.Globalization;
using Npgsql;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Checkpoints;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Tests.Servers;

namespace Orrery.Dataflow.Tests.Windows;

/// <summary>
/// Window functions over long partitions of which a step changes a few places: at the end, in the middle, rows that are there twice, keys that move. After every step the view, and all that it has told, are
/// what PostgreSQL answers; now and then the graph goes on from a checkpoint.
/// </summary>
public sealed class WindowFunctionComparisonTests
{
    private const string Script = "CREATE TABLE t (k BIGINT NOT NULL, v BIGINT, d DECIMAL(12, 2), f DOUBLE, s STRING, n BIGINT NOT NULL, at TIMESTAMP(3) NOT NULL);";
    private const string All = "at, v NULLS FIRST, n, d NULLS FIRST, f NULLS FIRST, s NULLS FIRST";

    // Rows are told apart by all columns where places matter; by some where peers do.
    private static readonly string[] Calls =
    [
        $"ROW_NUMBER() OVER (PARTITION BY k ORDER BY {All})",
        $"LAG(v, 2) OVER (PARTITION BY k ORDER BY {All})",
        $"LEAD(v, 3, n) OVER (PARTITION BY k ORDER BY {All})",
        $"SUM(d) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        $"SUM(f) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN UNBOUNDED PRECEDING AND 2 FOLLOWING)",
        $"COUNT(v) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)",
        $"SUM(d) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING)",
        $"MAX(v) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN 5 PRECEDING AND 2 PRECEDING)",
        $"MIN(v) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        $"FIRST_VALUE(v) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN 2 FOLLOWING AND 4 FOLLOWING)",
        $"FIRST_VALUE(v) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        $"LAST_VALUE(s) OVER (PARTITION BY k ORDER BY {All} ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
        "SUM(d) OVER (PARTITION BY k ORDER BY v NULLS FIRST)",
        "COUNT(*) OVER (PARTITION BY k ORDER BY v DESC NULLS LAST)",
        "SUM(n) OVER (PARTITION BY k ORDER BY n RANGE BETWEEN 3 PRECEDING AND 2 FOLLOWING)",
        "COUNT(*) OVER (PARTITION BY k ORDER BY v DESC NULLS FIRST RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING)",
        "SUM(d) OVER (PARTITION BY k ORDER BY v NULLS LAST RANGE BETWEEN CURRENT ROW AND 4 FOLLOWING)",
        "MAX(n) OVER (PARTITION BY k ORDER BY at RANGE BETWEEN INTERVAL '90' SECOND PRECEDING AND CURRENT ROW)",
        "COUNT(v) OVER (PARTITION BY k ORDER BY at RANGE BETWEEN INTERVAL '5' MINUTE PRECEDING AND INTERVAL '1' MINUTE PRECEDING)",
        "RANK() OVER (PARTITION BY k ORDER BY v NULLS FIRST)",
        "DENSE_RANK() OVER (PARTITION BY k ORDER BY n DESC)",
        "PERCENT_RANK() OVER (PARTITION BY k ORDER BY n)",
        "SUM(d) OVER (PARTITION BY k)",
        "COUNT(*) FILTER (WHERE v > 4) OVER (PARTITION BY k ORDER BY at RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
    ];

    [Fact]
    public async Task Over_long_partitions_they_hold_and_have_told_what_PostgreSQL_answers()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        await using var server = await PostgreSqlServer.Start();
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        int cases = int.Parse(Environment.GetEnvironmentVariable("ORRERY_WINDOW_CASES") ?? "40", CultureInfo.InvariantCulture);
        int from = int.Parse(Environment.GetEnvironmentVariable("ORRERY_WINDOW_SEED") ?? "1", CultureInfo.InvariantCulture);
        for (int seed = from; seed < from + cases; seed++)
        {
            try
            {
                await Run(seed, connection);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new InvalidOperationException($"seed {seed}: {error.Message}", error);
            }
        }
    }

    private static async Task Run(int seed, NpgsqlConnection connection)
    {
        var random = new Random(seed);
        // Each call alone at first, so that its own reach is seen; then some together.
        string[] calls = seed <= Calls.Length ? [Calls[seed - 1]] : [.. Calls.OrderBy(_ => random.Next()).Take(random.Next(1, 4))];
        string query = $"SELECT k, v, d, f, s, n, at, {string.Join(", ", calls.Select((call, index) => $"{call} AS c{index}"))} FROM t";
        var catalog = new ScriptCatalog(Script);
        var plan = catalog.View(query);
        var store = new MemoryCheckpointStore();
        var graph = Make(catalog, plan);
        try
        {
            var rows = new List<object?[]>();
            var told = new Dictionary<string, int>();
            for (int step = 0; step < 14; step++)
            {
                Change(random, graph.FindTable("t"), graph.Arena, rows, step == 0 ? random.Next(40, 160) : random.Next(1, 4), step);
                graph.Step(step);
                var view = graph.FindView("v");
                view.ReadChanges((row, weight) => told[Text(row, view.Layout)] = told.GetValueOrDefault(Text(row, view.Layout)) + weight);
                graph.EndStep();
                view.Status.ShouldBe(ViewStatus.Live, view.Reason);
                var actual = new List<string>();
                view.ReadRows((row, weight) => actual.AddRange(Enumerable.Repeat(Text(row, view.Layout), weight)));
                actual.Sort(StringComparer.Ordinal);
                string about = $"step {step} of {query}\n{PlanPrinter.Explain(plan)}";
                actual.ShouldBe(await Ask(connection, rows, query), about);
                told.Values.ShouldAllBe(weight => weight >= 0);
                told.SelectMany(pair => Enumerable.Repeat(pair.Key, pair.Value)).Order(StringComparer.Ordinal).ToList().ShouldBe(actual, about);
                if (random.Next(5) != 0) continue;
                await new GraphCheckpoints(store).Write(graph, Array.Empty<byte>(), TestContext.Current.CancellationToken);
                graph.Dispose();
                graph = Make(catalog, plan);
                var checkpoints = new GraphCheckpoints(store);
                (await checkpoints.Open(TestContext.Current.CancellationToken)).ShouldNotBeNull();
                (await checkpoints.Restore(graph, TestContext.Current.CancellationToken)).ShouldBeEmpty();
                store = new MemoryCheckpointStore();
            }
        }
        finally
        {
            graph.Dispose();
        }
    }

    private static DataflowGraph Make(ScriptCatalog catalog, Plan plan)
    {
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        graph.AddView("v", plan);
        return graph;
    }

    private static void Change(Random random, DataflowTable table, RowArena arena, List<object?[]> rows, int count, int step)
    {
        for (; count > 0; count--)
        {
            switch (rows.Count > 20 ? random.Next(6) : 5)
            {
                case 0 or 1:
                    int place = random.Next(rows.Count);
                    table.Add(RowValues.FromObjects(rows[place], table.Layout, arena), -1);
                    rows.RemoveAt(place);
                    break;
                case 2:
                    // The same row once more.
                    Add(rows[random.Next(rows.Count)]);
                    break;
                case 3:
                    // At the end, as most come.
                    Add(NewRow(random, DateTime.UnixEpoch.AddSeconds(5_000 + step * 10)));
                    break;
                case 4:
                    // A row with another value: one goes, one comes.
                    place = random.Next(rows.Count);
                    object?[] changed = [.. rows[place]];
                    int column = random.Next(changed.Length);
                    changed[column] = NewRow(random, DateTime.UnixEpoch.AddSeconds(random.Next(4_000)))[column];
                    table.Add(RowValues.FromObjects(rows[place], table.Layout, arena), -1);
                    rows.RemoveAt(place);
                    Add(changed);
                    break;
                default:
                    Add(NewRow(random, DateTime.UnixEpoch.AddSeconds(random.Next(4_000))));
                    break;
            }
        }

        void Add(object?[] row)
        {
            table.Add(RowValues.FromObjects(row, table.Layout, arena), 1);
            rows.Add(row);
        }
    }

    private static object?[] NewRow(Random random, DateTime at) =>
    [
        (long)random.Next(2), random.Next(7) == 0 ? null : (long)random.Next(12), random.Next(7) == 0 ? null : random.Next(-300, 300) / 100m, random.Next(7) == 0 ? null : random.Next(-6, 7) * 0.5,
        random.Next(7) == 0 ? null : new[] { "", "a", "ab", "b" }[random.Next(4)], (long)random.Next(25), at,
    ];

    private static string Text(nint row, RowLayout layout) => string.Join('|', RowValues.ToObjects(row, layout).Select((value, column) => value switch
    {
        null => "null",
        Int128 number => Plain((decimal)number / (decimal)Math.Pow(10, layout.Schema[column].Type.Scale)),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        long number when layout.Schema[column].Type.IsTimestamp => DateTime.UnixEpoch.AddMicroseconds(number).ToString("s", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    }));

    private static async Task<List<string>> Ask(NpgsqlConnection connection, List<object?[]> rows, string query)
    {
        string[] types = ["bigint", "bigint", "numeric", "float8", "text", "bigint", "timestamp"];
        string values = string.Join(", ", rows.Select(row => "(" + string.Join(", ", row.Select((value, column) => value switch
        {
            null => $"NULL::{types[column]}",
            string text => $"'{text}'::text",
            DateTime time => $"'{time:yyyy-MM-dd HH:mm:ss}'::timestamp",
            _ => $"{Convert.ToString(value, CultureInfo.InvariantCulture)}::{types[column]}",
        })) + ")"));
        await using var command = new NpgsqlCommand($"WITH t(k, v, d, f, s, n, at) AS (VALUES {values}) {query}", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var result = new List<string>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            result.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "null" : reader.GetValue(column) switch
            {
                decimal number => Plain(number),
                double number => number.ToString("R", CultureInfo.InvariantCulture),
                DateTime time => time.ToString("s", CultureInfo.InvariantCulture),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            })));
        }

        result.Sort(StringComparer.Ordinal);
        return result;
    }

    private static string Plain(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);
}
