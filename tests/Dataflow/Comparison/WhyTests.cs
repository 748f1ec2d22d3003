using Orrery.Dataflow.Graphs;
using Orrery.Sql.Binding;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Dataflow.Tests.Comparison;

/// <summary>WHY: over the source rows that it names, and no others, the view has the same rows again.</summary>
public sealed class WhyTests
{
    [Theory]
    [InlineData("SELECT x.id, y.id AS m, x.s FROM t0 x JOIN t1 y ON x.a = y.a WHERE x.b > 0", "id = 3", true)]
    [InlineData("SELECT x.id, y.id AS m FROM t0 x LEFT JOIN t1 y ON x.a = y.a AND y.b > 0", "id < 5", true)]
    [InlineData("SELECT x.id, y.id AS m FROM t0 x FULL JOIN t1 y ON x.id = y.id", "m IS NULL OR m = 4", true)]
    [InlineData("SELECT a, COUNT(*) AS n, MIN(d) AS d FROM t0 GROUP BY a", "a = 2 OR a IS NULL", true)]
    [InlineData("SELECT x.a, SUM(y.b) AS n FROM t0 x JOIN t1 y ON x.a = y.a GROUP BY x.a HAVING COUNT(*) > 1", "n > 0", true)]
    [InlineData("SELECT z.n, COUNT(*) AS m FROM (SELECT a, COUNT(*) AS n FROM t0 GROUP BY a) z GROUP BY z.n", "n = 2", true)]
    [InlineData("SELECT id, a FROM t0 WHERE a IN (SELECT a FROM t1 WHERE b > 0)", "a >= 0", true)]
    [InlineData("SELECT id, a FROM t0 WHERE a NOT IN (SELECT a FROM t1 WHERE a IS NOT NULL)", "id < 6", false)]
    [InlineData("SELECT id FROM t0 x WHERE EXISTS (SELECT 1 FROM t1 y WHERE y.a = x.a AND y.b > x.b)", "id < 9", true)]
    [InlineData("SELECT id, a FROM (SELECT x.*, ROW_NUMBER() OVER (PARTITION BY a ORDER BY id DESC) AS n FROM t0 x) z WHERE n <= 2", "a < 3", false)]
    [InlineData("SELECT id, SUM(b) OVER (PARTITION BY a ORDER BY id) AS n FROM t0", "id = 5", false)]
    [InlineData("SELECT id, 1 AS w FROM t0 UNION ALL SELECT a, 2 FROM t1", "w = 2 AND id = 1", false)]
    [InlineData("SELECT a FROM t0 INTERSECT SELECT a FROM t1", "a > 1", true)]
    [InlineData("SELECT a FROM t0 EXCEPT SELECT a FROM t1", "a > 1", false)]
    [InlineData("SELECT id, (SELECT COUNT(*) FROM t1 y WHERE y.a = x.a) AS n FROM t0 x", "id > 4", true)]
    [InlineData("SELECT id FROM t0 WHERE d > (SELECT MIN(d) FROM t1)", "id > 4", true)]
    [InlineData("SELECT a, g, COUNT(*) AS n FROM t0 GROUP BY CUBE (a, g)", "a = 1 AND g IS NULL", false)]
    public void Over_the_rows_behind_them_the_rows_are_the_same(string query, string condition, bool readsBoth)
    {
        int met = 0;
        for (int seed = 1; seed <= 5; seed++)
        {
            var catalog = new ScriptCatalog(RandomTables.Script);
            var tables = catalog.Relations.ToList();
            catalog.Add(((BoundCreateView)SqlBinder.Bind(SqlParser.ParseStatement($"CREATE VIEW v AS {query}"), catalog)).Relation);
            var why = (BoundWhy)SqlBinder.Bind(SqlParser.ParseStatement($"WHY v WHERE {condition}"), catalog);
            why.Sources.Select(source => source.Table.Name).ShouldBe(readsBoth || query.Contains("UNION", StringComparison.Ordinal) ? query.Contains("t1", StringComparison.Ordinal) ? ["t0", "t1"] : ["t0"] : ["t0"]);
            using var graph = new DataflowGraph();
            foreach (var table in tables) graph.AddTable(table);
            var random = new RandomTables(new Random(seed));
            for (int step = 0; step < 3; step++)
            {
                random.Change(graph);
                random.Change(graph);
                graph.Step(step);
                graph.EndStep();
            }

            var expected = Rows(graph, "result", why.Result);
            met += expected.Count;
            using var only = new DataflowGraph();
            foreach (var table in tables) only.AddTable(table);
            foreach (var source in why.Sources)
            {
                var target = only.FindTable(source.Table.Name);
                var view = graph.AddView("from " + source.Table.Name, source.Plan);
                view.ReadRows((row, weight) =>
                {
                    weight.ShouldBe(1);
                    target.Upsert(RowValues.FromObjects(RowValues.ToObjects(row, view.Layout), target.Layout, only.Arena));
                });
            }

            only.Step(0);
            only.EndStep();
            Rows(only, "result", why.Result).ShouldBe(expected, $"history {seed}\n{string.Join('\n', why.Sources.Select(source => source.Table.Name + "\n" + PlanPrinter.Explain(source.Plan)))}");
        }

        met.ShouldBeGreaterThan(0);
    }

    private static List<string> Rows(DataflowGraph graph, string name, Plan plan)
    {
        var view = graph.AddView(name, plan);
        view.Status.ShouldBe(ViewStatus.Live, view.Reason);
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(Enumerable.Repeat(string.Join('|', RowValues.ToObjects(row, view.Layout)), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
