using System.Globalization;
using Npgsql;
using Orrery.Dataflow.Graphs;
using Orrery.Retail.Canal;
using Orrery.Retail.Changes;
using Orrery.Retail.Pipelines;
using Orrery.Retail.Schema;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Tests.Servers;

namespace Orrery.Retail.Tests.Pipelines;

/// <summary>
/// The proof of the pipelines: whatever happened in the chain of shops, and in whatever order canal's messages came, each result holds what the same SQL answers, run as a batch by PostgreSQL over the source tables as
/// they stand. ORRERY_RETAIL_SEEDS says how many histories (default 3), ORRERY_RETAIL_TRANSACTIONS how long the first is (default 6,000; the others a fifth). A failure names its seed.
/// </summary>
public sealed class PipelineComparisonTests
{
    [Fact]
    public async Task Every_result_holds_what_PostgreSQL_answers_over_the_source_tables()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        int seeds = Number("ORRERY_RETAIL_SEEDS", 3), transactions = Number("ORRERY_RETAIL_TRANSACTIONS", 6_000);
        await using var server = await PostgreSqlServer.Start();
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var failures = new List<string>();
        for (int seed = 1; seed <= seeds; seed++)
            await Run(seed, seed == 1 ? transactions : transactions / 5, connection, failures);
        failures.ShouldBeEmpty(string.Join("\n\n", failures));
    }

    private static async Task Run(int seed, int transactions, NpgsqlConnection connection, List<string> failures)
    {
        using var warehouse = new InProcessWarehouse();
        var state = new RetailState();
        var feed = new CanalFeed(new CanalEncoder(), new Disturbance { HeldPerMille = 30, ReplaysPerMille = 10 }, seed);
        var random = new Random(seed);
        var waiting = new List<CanalMessage>();
        int number = 0;
        foreach (RetailTransaction transaction in History.Of(seed, transactions))
        {
            state.Apply(transaction);
            waiting.AddRange(feed.Carry(transaction));
            if (random.Next(20) == 0) Step();
            if (++number == transactions / 3) Check(await Compare($"seed {seed} in the middle", Behind()));
        }

        waiting.AddRange(feed.Flush());
        Step();
        warehouse.Rejected.ShouldBeEmpty();
        Check(await Compare($"seed {seed} at the end", state));

        void Step()
        {
            warehouse.Step(warehouse.Slices(waiting));
            waiting.Clear();
        }

        // In the middle all lanes are let go, so that both sides stand at one position.
        RetailState Behind()
        {
            waiting.AddRange(feed.Flush());
            Step();
            return state;
        }

        void Check(IEnumerable<string> differences) => failures.AddRange(differences);

        async Task<List<string>> Compare(string about, RetailState expected)
        {
            await Fill(connection, expected);
            var differences = new List<string>();
            foreach (PipelineStatement result in RetailPipelines.Results)
            {
                DataflowView view = warehouse.Graph.FindView(result.Name);
                view.Status.ShouldBe(ViewStatus.Live, $"{result.Name}: {view.Reason}");
                List<string> theirs = await Ask(connection, result.Name), ours = Rows(view);
                if (ours.Count == 0 && about.EndsWith("end", StringComparison.Ordinal)) differences.Add($"{about}: {result.Name} has no rows, which shows nothing");
                if (theirs.SequenceEqual(ours)) continue;
                var left = new List<string>(theirs);
                foreach (string row in ours) left.Remove(row);
                var right = new List<string>(ours);
                foreach (string row in theirs) right.Remove(row);
                differences.Add(
                    $"{about}: {result.Name}, {theirs.Count} rows there, {ours.Count} here\nmissing: {string.Join("\n         ", left.Take(3))}\nsurplus: {string.Join("\n         ", right.Take(3))}\n{PlanPrinter.Explain(view.Plan)}");
            }

            return differences;
        }
    }

    /// <summary>The source tables, filled anew, and the pipelines' views over them.</summary>
    private static async Task Fill(NpgsqlConnection connection, RetailState state)
    {
        await Run("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        foreach (RetailTable table in RetailSchema.Instance.Tables)
        {
            await Run($"CREATE TABLE ods_{table.Name} ({string.Join(", ", table.Columns.Select(static column => $"{column.Name} {TypeOf(column)}"))})");
            await using var copy = await connection.BeginTextImportAsync($"COPY ods_{table.Name} FROM STDIN", TestContext.Current.CancellationToken);
            foreach (object?[] row in state.Rows(table))
                await copy.WriteAsync(string.Join('\t', row.Select((value, place) => CanalEncoder.Text(value, table.Columns[place])?.Replace("\\", "\\\\").Replace("\n", "\\n").Replace("\t", "\\t") ?? "\\N")) + "\n");
        }

        foreach (PipelineStatement view in RetailPipelines.Views)
            await Run($"CREATE TABLE {view.Name} AS {view.Query}");

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            try
            {
                await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            }
            catch (PostgresException error)
            {
                throw new InvalidOperationException($"PostgreSQL: {error.MessageText}\n{sql}", error);
            }
        }
    }

    private static string TypeOf(RetailColumn column) => column.Form switch
    {
        ColumnForm.Integer => "bigint",
        ColumnForm.Decimal => column.Type.Replace("decimal", "numeric", StringComparison.Ordinal),
        ColumnForm.DateTime => "timestamp",
        ColumnForm.Date => "date",
        _ => "text",
    };

    private static async Task<List<string>> Ask(NpgsqlConnection connection, string view)
    {
        var rows = new List<string>();
        await using var command = new NpgsqlCommand($"SELECT * FROM {view}", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "null" : reader.GetValue(column) switch
            {
                decimal number => Plain(number),
                DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                DateTime time => time.ToString("s", CultureInfo.InvariantCulture),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            })));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static List<string> Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(Enumerable.Repeat(Text(RowValues.ToObjects(row, view.Layout), view.Layout), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Text(object?[] values, RowLayout layout) => string.Join('|', values.Select((value, column) => (value, layout.Schema[column].Type.Kind) switch
    {
        (null, _) => "null",
        (Int128 number, _) => Plain((decimal)number / (decimal)Math.Pow(10, layout.Schema[column].Type.Scale)),
        (long number, Orrery.Sql.Types.SqlTypeKind.Timestamp) => DateTime.UnixEpoch.AddMicroseconds(number).ToString("s", CultureInfo.InvariantCulture),
        (long number, Orrery.Sql.Types.SqlTypeKind.Date) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(number)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    }));

    private static string Plain(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    private static int Number(string variable, int otherwise) => int.Parse(Environment.GetEnvironmentVariable(variable) ?? otherwise.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
