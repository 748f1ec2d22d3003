using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Graphs;

/// <summary>Views that are filled within bounds: past one nothing of them stays, and others are as before.</summary>
public sealed class FillLimitTests
{
    private const string Script = "CREATE TABLE t (id BIGINT NOT NULL, k BIGINT, v BIGINT, PRIMARY KEY (id) NOT ENFORCED);";
    private const int Rows = 20_000;

    public static TheoryData<string> Queries =>
    [
        "SELECT a.id, b.id AS other FROM t AS a INNER JOIN t AS b ON a.k = b.k",
        "SELECT a.id, b.id AS other FROM t AS a LEFT JOIN t AS b ON a.k = b.k AND a.v < b.v",
        "SELECT k, v, COUNT(*) AS n FROM (SELECT a.k, b.v FROM t AS a INNER JOIN t AS b ON a.k = b.k) AS pairs GROUP BY k, v",
        "SELECT DISTINCT a.id, b.id AS other FROM t AS a INNER JOIN t AS b ON a.k = b.k INNER JOIN t AS c ON b.v = c.v",
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_view_that_takes_too_much_memory_is_given_up_soon_and_nothing_of_it_stays(string query)
    {
        using var graph = Make(out var catalog);
        int operators = graph.Report().Count;
        var error = Should.Throw<RowMemoryException>(() => graph.AddView("q", catalog.View(query), null, new FillLimit(32 << 20)));
        error.Message.ShouldContain("33,554,432");
        ShouldBeAsBefore(graph, catalog, operators);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void A_view_that_is_cancelled_stops_within_its_work(string query)
    {
        using var graph = Make(out var catalog);
        int operators = graph.Report().Count;
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => graph.AddView("q", catalog.View(query), null, new FillLimit(long.MaxValue, cancelled.Token)));
        ShouldBeAsBefore(graph, catalog, operators);
    }

    [Fact]
    public void What_a_step_does_has_no_such_bound()
    {
        using var graph = Make(out var catalog);
        Should.Throw<RowMemoryException>(() => graph.AddView("q", catalog.View("SELECT a.id, b.id AS other FROM t AS a INNER JOIN t AS b ON a.k = b.k"), null, new FillLimit(1)));
        Fill(graph, Rows, Rows);
        graph.FindView("totals").Rows.ShouldBe(10);
    }

    private static void ShouldBeAsBefore(DataflowGraph graph, ScriptCatalog catalog, int operators)
    {
        graph.Views.Select(view => view.Name).ShouldBe(["totals"]);
        graph.Report().Count.ShouldBe(operators);
        Fill(graph, 0, 10);
        var answer = graph.AddView("again", catalog.View("SELECT COUNT(*) AS n FROM (SELECT DISTINCT k FROM t) AS keys"), null, new FillLimit(64 << 20));
        object? count = null;
        answer.ReadRows((row, _) => count = RowValues.ToObject(row, answer.Layout, 0));
        count.ShouldBe(10L);
    }

    private static DataflowGraph Make(out ScriptCatalog catalog)
    {
        catalog = new ScriptCatalog(Script);
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        graph.AddView("totals", catalog.View("SELECT k, SUM(v) AS total FROM t GROUP BY k"));
        Fill(graph, 0, Rows);
        return graph;
    }

    private static void Fill(DataflowGraph graph, int first, int count)
    {
        var table = graph.FindTable("t");
        for (int id = first; id < first + count; id++) table.Upsert(RowValues.FromObjects([(long)id, (long)(id % 10), (long)id], table.Layout, graph.Arena));
        graph.Step(graph.NowMicroseconds == long.MinValue ? 0 : graph.NowMicroseconds + 1);
        graph.EndStep();
    }
}
