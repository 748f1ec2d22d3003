using System.Globalization;
using Npgsql;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Tests.Servers;

namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>Queries whose plans are far from their text: subqueries of all kinds, grouping sets, merged columns, numbers of rows. Over random histories they hold what PostgreSQL answers.</summary>
public sealed class SubqueryComparisonTests
{
    private const int Histories = 4;

    internal static readonly string[] Queries =
    [
        "SELECT x.id, (SELECT COUNT(*) FROM t2 y WHERE y.a = x.a) AS n FROM t0 x",
        "SELECT x.id, (SELECT COUNT(*) + 1 FROM t2 y WHERE y.a = x.a AND y.b > 0) AS n FROM t0 x",
        "SELECT x.id, (SELECT MAX(y.d) FROM t2 y WHERE y.a = x.a) AS n FROM t0 x",
        "SELECT x.id, (SELECT COALESCE(MAX(y.b), -1) FROM t2 y WHERE y.a = x.a AND y.s = x.s) AS n FROM t0 x",
        "SELECT x.id, (SELECT y.s FROM t1 y WHERE y.id = x.a) AS n FROM t0 x",
        "SELECT x.id FROM t0 x WHERE x.d > (SELECT MIN(y.d) FROM t2 y)",
        "SELECT x.id FROM t0 x WHERE (SELECT COUNT(*) FROM t2 y WHERE y.a = x.a) = 0",
        "SELECT x.id FROM t0 x WHERE x.b = 1 OR EXISTS (SELECT 1 FROM t2 y WHERE y.a = x.a)",
        "SELECT x.id FROM t0 x WHERE x.b = 1 OR NOT EXISTS (SELECT 1 FROM t2 y WHERE y.a = x.a AND y.b > 0)",
        "SELECT x.id, x.a IN (SELECT y.a FROM t2 y) AS n FROM t0 x",
        "SELECT x.id, x.a IN (SELECT y.a FROM t2 y WHERE y.b = x.b) AS n FROM t0 x",
        "SELECT x.id, x.a NOT IN (SELECT y.a FROM t2 y WHERE y.s = 'a') AS n FROM t0 x",
        "SELECT x.id FROM t0 x WHERE x.a NOT IN (SELECT y.a FROM t2 y WHERE y.b = x.b)",
        "SELECT x.id FROM t0 x WHERE x.a NOT IN (SELECT y.a FROM t2 y WHERE y.s = 'a')",
        "SELECT x.id FROM t0 x WHERE NOT (x.a IN (SELECT y.a FROM t2 y)) OR x.b > 1",
        "SELECT x.id, EXISTS (SELECT 1 FROM t2 y) AS n FROM t0 x",
        "SELECT x.id FROM t0 x WHERE EXISTS (SELECT 1 FROM t2 y WHERE y.b = 3)",
        "SELECT x.id FROM t0 x WHERE NOT EXISTS (SELECT 1 FROM t2 y WHERE y.b = 3 AND y.s = 'ab')",
        "SELECT x.id FROM t0 x WHERE x.d > ALL (SELECT y.d FROM t2 y WHERE y.a = 1)",
        "SELECT x.id, x.d > ALL (SELECT y.d FROM t2 y WHERE y.a = x.a) AS n FROM t0 x",
        "SELECT x.id, x.b <= ANY (SELECT y.b FROM t2 y WHERE y.a = x.a) AS n FROM t0 x",
        "SELECT x.id, x.b <> ANY (SELECT y.b FROM t2 y WHERE y.a = x.a) AS n FROM t0 x",
        "SELECT x.id, x.b = ALL (SELECT y.b FROM t2 y WHERE y.a = x.a) AS n FROM t0 x",
        "SELECT x.id FROM t0 x WHERE (x.id, x.b) IN (SELECT y.id, y.b FROM t2 y)",
        "SELECT x.id, l.n, l.m FROM t0 x CROSS JOIN LATERAL (SELECT COUNT(*) AS n, MIN(y.id) AS m FROM t2 y WHERE y.a = x.a) l",
        "SELECT x.id, l.s, l.n FROM t0 x LEFT JOIN LATERAL (SELECT y.s, y.a + 1 AS n FROM t1 y WHERE y.a = x.a AND y.b > x.b) l ON TRUE",
        "SELECT x.id, l.m FROM t0 x LEFT JOIN LATERAL (SELECT y.id AS m FROM t1 y WHERE y.a = x.a ORDER BY y.id DESC LIMIT 2) l ON TRUE",
        "SELECT x.id FROM t0 x WHERE x.id IN (SELECT y.a FROM t1 y WHERE y.b IN (SELECT z.b FROM t2 z WHERE z.s = y.s))",
        "SELECT x.id FROM t0 x WHERE EXISTS (SELECT 1 FROM t1 y WHERE y.a = x.a UNION ALL SELECT 1 FROM t2 z WHERE z.a = x.a)",
        "SELECT x.a, COUNT(*) AS n FROM t0 x GROUP BY x.a HAVING COUNT(*) > (SELECT COUNT(*) FROM t2 y WHERE y.a = x.a)",
        "SELECT x.a, x.g, COUNT(*) AS n, GROUPING(x.a, x.g) AS w FROM t0 x GROUP BY CUBE (x.a, x.g)",
        "SELECT x.a, x.s, MIN(x.id) AS n FROM t0 x GROUP BY ROLLUP (x.a, x.s)",
        "SELECT x.a, x.s, COUNT(DISTINCT x.b) AS n FROM t2 x GROUP BY GROUPING SETS ((x.a), (x.s), (), ())",
        "SELECT a, COUNT(*) AS n FROM t0 x FULL JOIN t1 y USING (a) GROUP BY a",
        "SELECT id, x.s, y.s AS n FROM t0 x FULL JOIN t1 y USING (id)",
        "SELECT x.id, y.id AS m FROM t0 x RIGHT JOIN t1 y ON x.a = y.a AND x.b > 0 WHERE y.b IS NOT NULL",
        "SELECT x.id, y.id AS m FROM t0 x LEFT JOIN t1 y ON x.a = y.a AND y.b > 0 AND x.b > 0 WHERE y.id IS NULL OR x.b < 3",
        "SELECT x.id, y.n FROM t0 x LEFT JOIN (SELECT a, TRUE AS n FROM t2 GROUP BY a) y ON x.a = y.a",
        "SELECT x.id, m.n FROM t0 x, (SELECT MAX(b) AS n FROM t2) m WHERE x.b < m.n",
        "SELECT id, n FROM (SELECT x.*, ROW_NUMBER() OVER (PARTITION BY a ORDER BY id DESC) AS n FROM t0 x) z WHERE n BETWEEN 2 AND 3 AND a > 0",
        "SELECT id, n FROM (SELECT x.*, DENSE_RANK() OVER (ORDER BY b NULLS FIRST) AS n FROM t0 x) z WHERE n < 3 AND id > 2",
        "SELECT a, SUM(COUNT(*)) OVER (ORDER BY a NULLS FIRST) AS n FROM t0 GROUP BY a",
        "SELECT DISTINCT x.a, COUNT(*) OVER (PARTITION BY x.a) AS n FROM t0 x",
        "WITH w AS (SELECT a, COUNT(*) AS n FROM t2 GROUP BY a) SELECT p.a, p.n + q.n AS n FROM w p JOIN w q ON p.a = q.a + 1",
        "SELECT x.id FROM t0 x JOIN t1 y ON x.b = y.a WHERE x.b IN (0, 1, 2) AND CASE WHEN y.g THEN x.id > 3 ELSE x.id < 8 END",
        "SELECT x.id, (SELECT COUNT(*) FROM t2 y WHERE y.a = x.a AND y.b > x.b) AS n FROM t0 x",
        "SELECT x.id, (SELECT MAX(y.d) FROM t2 y WHERE y.a = x.a AND y.b >= x.b AND y.s <> x.s) AS n FROM t0 x",
        "SELECT x.id, (SELECT COUNT(*) + 1 FROM t2 y WHERE y.a = x.a AND y.b BETWEEN x.b AND x.b + 2) AS n FROM t0 x WHERE x.g",
        "SELECT x.id FROM t0 x WHERE (SELECT COUNT(*) FROM t2 y WHERE y.a = x.a AND y.d > x.d) < 2",
        "SELECT x.id FROM t0 x WHERE x.d > (SELECT MIN(y.d) FROM t0 y WHERE y.a = x.a AND y.id <> x.id)",
        "SELECT x.id, x.d > ALL (SELECT y.d FROM t2 y WHERE y.a = x.a AND y.b > x.b) AS n FROM t0 x",
        "SELECT x.id, x.a IN (SELECT y.a FROM t2 y WHERE y.b > x.b AND y.s = x.s) AS n FROM t0 x",
        "SELECT x.id FROM t0 x WHERE x.a NOT IN (SELECT y.a FROM t2 y WHERE y.s = x.s AND y.b > x.b)",
        "SELECT x.id FROM t0 x WHERE x.b = 1 OR NOT EXISTS (SELECT 1 FROM t2 y WHERE y.a = x.a AND y.d < x.d)",
        "SELECT x.id, l.n, l.m FROM t0 x LEFT JOIN LATERAL (SELECT COUNT(*) AS n, MIN(y.id) AS m FROM t2 y WHERE y.a = x.a AND y.b > x.b) l ON TRUE",
        "SELECT x.id, l.m FROM t0 x CROSS JOIN LATERAL (SELECT y.id AS m FROM t1 y WHERE y.a = x.a AND y.b > x.b ORDER BY y.id LIMIT 1) l",
        "SELECT x.id FROM t0 x WHERE EXISTS (SELECT y.s FROM t2 y WHERE y.a = x.a AND y.b > x.b GROUP BY y.s HAVING COUNT(*) > 1)",
        "SELECT x.a, (SELECT COUNT(*) FROM t2 y WHERE y.a = x.a AND y.b > x.a) AS n, MAX(x.b) AS m FROM t0 x GROUP BY x.a",
        "SELECT x.id, (SELECT SUM(y.d) FROM t2 y WHERE y.a = x.a AND y.b > x.b) AS n, (SELECT SUM(z.d) FROM t1 z WHERE z.a = x.a AND z.b < x.b) AS m FROM t0 x",
        "SELECT x.id, y.id AS m FROM t0 x JOIN t1 y ON x.a = y.a AND x.ts BETWEEN y.ts - INTERVAL '14' MINUTE AND y.ts + INTERVAL '7' MINUTE",
        "SELECT x.id, y.id AS m FROM t0 x LEFT JOIN t1 y ON x.a = y.a AND y.ts >= x.ts AND y.ts < x.ts + INTERVAL '30' MINUTE",
        "SELECT x.id, y.id AS m FROM t0 x FULL JOIN t1 y ON x.a = y.a AND x.ts >= y.ts - INTERVAL '10' MINUTE AND x.ts < y.ts",
        "SELECT x.a, x.g FROM t0 x GROUP BY GROUPING SETS ((x.a), (x.g), ())",
        "SELECT x.a, x.s FROM t2 x GROUP BY ROLLUP (x.a, x.s)",
        "SELECT a FROM t0 INTERSECT SELECT a FROM t1 EXCEPT SELECT a FROM t2 WHERE b = 1",
        "SELECT x.id FROM (SELECT id, a FROM t0 UNION SELECT id, a FROM t2) x WHERE x.a = 2",
    ];

    [Fact]
    public async Task Queries_hold_what_PostgreSQL_answers()
    {
        if (PostgreSqlServer.Missing is { } missing) Assert.Skip(missing);
        await using var server = await PostgreSqlServer.Start();
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var failures = new List<string>();
        foreach (string query in Queries)
        {
            try
            {
                for (int seed = 1; seed <= Histories; seed++) await Run(query, seed, connection);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                failures.Add($"{query}\n{error.Message}");
            }
        }

        failures.ShouldBeEmpty(string.Join("\n\n", failures));
    }

    private static async Task Run(string query, int seed, NpgsqlConnection connection)
    {
        var catalog = new ScriptCatalog(RandomTables.Script);
        var plan = catalog.View(query);
        using var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        var tables = new RandomTables(new Random(seed));
        var view = graph.AddView("v", plan);
        for (int step = 0; step < 4; step++)
        {
            tables.Change(graph);
            tables.Change(graph);
            graph.Step(step);
            graph.EndStep();
            view.Status.ShouldBe(ViewStatus.Live, view.Reason);
            var actual = new List<string>();
            view.ReadRows((row, weight) => actual.AddRange(Enumerable.Repeat(Text(RowValues.ToObjects(row, view.Layout), view.Layout), weight)));
            actual.Sort(StringComparer.Ordinal);
            string with = tables.With();
            var expected = await Ask(connection, query.StartsWith("WITH ", StringComparison.Ordinal) ? $"{with}, {query[5..]}" : $"{with} {query}");
            actual.ShouldBe(expected, $"step {step} of history {seed}\n{PlanPrinter.Explain(plan)}\n{with}");
        }
    }

    private static string Text(object?[] values, RowLayout layout) => string.Join('|', values.Select((value, column) => value switch
    {
        null => "null",
        Int128 number => Plain((decimal)number / (decimal)Math.Pow(10, layout.Schema[column].Type.Scale)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    }));

    private static async Task<List<string>> Ask(NpgsqlConnection connection, string sql)
    {
        var rows = new List<string>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(column => reader.IsDBNull(column) ? "null" : reader.GetValue(column) switch
            {
                decimal number => Plain(number),
                var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            })));
        }

        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Plain(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);
}
