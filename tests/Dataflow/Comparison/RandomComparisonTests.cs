using System.Globalization;
using Npgsql;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Binding;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Tests.Servers;

namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>
/// Random queries over random histories: after every step the view holds what PostgreSQL answers to the same query over the same tables. ORRERY_SQL_CASES says how many (default 250),
/// ORRERY_SQL_SEED which is the first. A failure names its seed.
/// </summary>
public sealed class RandomComparisonTests
{
    [Fact]
    public async Task After_every_step_a_view_holds_what_PostgreSQL_answers()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        await using var server = await PostgreSqlServer.Start();
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        int cases = int.Parse(Environment.GetEnvironmentVariable("ORRERY_SQL_CASES") ?? "250", CultureInfo.InvariantCulture);
        int first = int.Parse(Environment.GetEnvironmentVariable("ORRERY_SQL_SEED") ?? "1", CultureInfo.InvariantCulture);
        int refused = 0;
        var failures = new List<string>();
        for (int seed = first; seed < first + cases && failures.Count < 10; seed++)
        {
            try
            {
                if (!await Run(seed, connection)) refused++;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failures.Add($"seed {seed}: {error.Message}{(error is ShouldAssertException or PostgresException ? "" : error.StackTrace)}");
            }
        }

        failures.ShouldBeEmpty(string.Join("\n\n", failures));
        // The binder may refuse a few, joins without a bound that simplification laid bare; most must run.
        refused.ShouldBeLessThan(Math.Max(5, cases / 5));
    }

    private static async Task<bool> Run(int seed, NpgsqlConnection connection)
    {
        var random = new Random(seed);
        var catalog = new ScriptCatalog(RandomTables.Script);
        var query = new RandomQuery(random).Query(random.Next(1, 4));
        Plan plan;
        try
        {
            plan = catalog.View(query.Ours);
        }
        catch (SqlBindingException error) when (error.Message.Contains("has no bound", StringComparison.Ordinal) || error.Message.Contains("is met by equality alone", StringComparison.Ordinal))
        {
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"{query.Ours}\n{error.Message}", error);
        }

        // Every second case crashes now and then, and goes on from its last checkpoint and what was given since.
        using var crashes = seed % 2 == 0 ? new CrashingGraph(catalog, plan, new Random(seed)) : null;
        var graph = new DataflowGraph();
        using var disposal = graph;
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        var tables = new RandomTables(random);
        // Some rows are there before the view is.
        if (random.Next(2) == 0)
        {
            Step(graph, tables);
            if (crashes is not null) await crashes.Step(0, tables.Last, Text);
        }

        var view = graph.AddView("v", plan);
        var told = new Dictionary<string, int>();
        view.ReadRows((row, weight) => Count(told, Text(row, view.Layout), weight));
        int steps = random.Next(3, 8);
        for (int step = 0; step < steps; step++)
        {
            tables.Change(graph);
            graph.Step(step);
            var changes = new Dictionary<string, int>();
            view.ReadChanges((row, weight) => Count(changes, Text(row, view.Layout), weight));
            foreach (var (row, weight) in changes) Count(told, row, weight);
            graph.EndStep();
            if (crashes is not null) Compare(Net(changes), Net(await crashes.Step(step, tables.Last, Text)), $"changes of step {step} after crashes: {query.Ours}");
            view.Status.ShouldBe(ViewStatus.Live, view.Reason);
            var expected = await Ask(connection, $"{tables.With()} {query.Theirs}", query);
            Compare(expected, Rows(view), $"step {step} of {query.Theirs}\n{PlanPrinter.Explain(plan)}\n{tables.With()}");
            var accumulated = told.SelectMany(pair => Enumerable.Repeat(pair.Key, Math.Max(0, pair.Value))).Order(StringComparer.Ordinal).ToList();
            Compare(expected, accumulated, $"changes up to step {step} of {query.Theirs}");
            if (random.Next(6) == 0) view = graph.ReplaceView("v", plan);
        }

        // One that joins at the end sees the same; when all have gone, nothing is left but the tables.
        using (var other = new DataflowGraph()) Check(other);
        var late = graph.AddView("late", catalog.View(query.Ours), new ViewOptions());
        Compare(Rows(view), Rows(late), $"late view of {query.Ours}");
        graph.RemoveView("v");
        graph.RemoveView("late");
        graph.Report().Select(report => report.Kind).ShouldAllBe(kind => kind == "Table");
        return true;

        static void Check(DataflowGraph empty) => empty.Report().ShouldBeEmpty();
    }

    private static void Step(DataflowGraph graph, RandomTables tables)
    {
        tables.Change(graph);
        graph.Step(0);
        graph.EndStep();
    }

    private static List<string> Net(Dictionary<string, int> changes) =>
        [.. changes.Where(change => change.Value != 0).Select(change => $"{change.Value}: {change.Key}").Order(StringComparer.Ordinal)];

    private static void Count(Dictionary<string, int> rows, string row, int weight) => rows[row] = rows.GetValueOrDefault(row) + weight;

    private static void Compare(List<string> expected, List<string> actual, string about)
    {
        if (expected.SequenceEqual(actual)) return;
        var missing = new List<string>(expected);
        foreach (string row in actual) missing.Remove(row);
        var surplus = new List<string>(actual);
        foreach (string row in expected) surplus.Remove(row);
        throw new ShouldAssertException($"{about}\nmissing: {string.Join(" ; ", missing.Take(5))}\nsurplus: {string.Join(" ; ", surplus.Take(5))}");
    }

    private static List<string> Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(Enumerable.Repeat(Text(row, view.Layout), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Text(nint row, RowLayout layout)
    {
        var values = RowValues.ToObjects(row, layout);
        return string.Join('|', values.Select((value, column) => (value, layout.Schema[column].Type.Kind) switch
        {
            (null, _) => "null",
            (Int128 number, _) => Plain((decimal)number / (decimal)Math.Pow(10, layout.Schema[column].Type.Scale)),
            (double number, _) => Plain(number),
            (long number, SqlTypeKind.Timestamp) => DateTime.UnixEpoch.AddMicroseconds(number).ToString("s", CultureInfo.InvariantCulture),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        }));
    }

    private static async Task<List<string>> Ask(NpgsqlConnection connection, string sql, RandomQuery.Text query)
    {
        var rows = new List<string>();
        await using var command = new NpgsqlCommand(sql, connection);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "null" : reader.GetValue(column) switch
                {
                    decimal number => Plain(number),
                    double number => Plain(number),
                    DateTime time => time.ToString("s", CultureInfo.InvariantCulture),
                    var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
                })));
            }
        }
        catch (PostgresException error)
        {
            throw new InvalidOperationException($"PostgreSQL: {error.MessageText}\n{query.Theirs}", error);
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Plain(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    // PostgreSQL's deviations are not exact; 9 digits are enough to see a wrong one.
    private static string Plain(double number) => (Math.Round(number, 9) + 0.0).ToString("R", CultureInfo.InvariantCulture);
}
