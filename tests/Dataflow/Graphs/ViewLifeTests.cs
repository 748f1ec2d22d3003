using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Tests.Graphs;

public sealed class ViewLifeTests
{
    private const string Script = "CREATE TABLE t (id BIGINT NOT NULL, v BIGINT, at TIMESTAMP_LTZ(3), s STRING, PRIMARY KEY (id) NOT ENFORCED)";

    private const long Second = 1_000_000;

    [Fact]
    public void A_row_of_the_last_minute_goes_at_its_very_instant_without_input()
    {
        var catalog = new ScriptCatalog(Script);
        using var graph = Graph(catalog);
        var view = graph.AddView("v", catalog.View("SELECT id FROM t WHERE at > NOW() - INTERVAL '60' SECOND"));
        Step(graph, 100 * Second, (1, 0, 90 * Second, ""), (2, 0, 100 * Second, ""), (3, 0, 10 * Second, ""));
        Rows(view).ShouldBe(["1", "2"]);
        graph.NextTimer.ShouldBe(150 * Second);
        Step(graph, 150 * Second - 1);
        Rows(view).ShouldBe(["1", "2"]);
        Step(graph, 150 * Second);
        Rows(view).ShouldBe(["2"]);
        graph.NextTimer.ShouldBe(160 * Second);
        Step(graph, 160 * Second);
        Rows(view).ShouldBeEmpty();
        graph.NextTimer.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void A_view_without_a_value_stops_with_the_reason_and_the_others_go_on()
    {
        var catalog = new ScriptCatalog(Script);
        using var graph = Graph(catalog);
        var letters = new List<string>();
        graph.OnDeadLetter = row => letters.Add($"{row.View}: {row.Error.Message}");
        const string text = "SELECT id, 100 / v AS share FROM t";
        var failing = graph.AddView("failing", catalog.View(text));
        var dropping = graph.AddView("dropping", catalog.View(text), new ViewOptions { Errors = ErrorPolicy.DeadLetter });
        var empty = graph.AddView("empty", catalog.View(text), new ViewOptions { Errors = ErrorPolicy.Null });
        Step(graph, 1, (1, 5, 0, ""), (2, 10, 0, ""));
        Rows(failing).ShouldBe(["1 20", "2 10"]);
        Step(graph, 2, (2, 0, 0, ""), (3, 4, 0, ""));
        failing.Status.ShouldBe(ViewStatus.Failed);
        failing.Reason.ShouldNotBeEmpty();
        Rows(failing).ShouldBe(["1 20", "2 10"]);
        Rows(dropping).ShouldBe(["1 20", "3 25"]);
        letters.ShouldHaveSingleItem().ShouldStartWith("dropping: ");
        Rows(empty).ShouldBe(["1 20", "2 NULL", "3 25"]);
        Step(graph, 3, (2, 2, 0, ""));
        Rows(dropping).ShouldBe(["1 20", "2 50", "3 25"]);
        graph.RemoveView("failing");
        graph.AddView("failing", catalog.View(text)).Status.ShouldBe(ViewStatus.Live);
    }

    [Fact]
    public void A_view_that_outgrows_its_bound_is_paused_and_named_and_the_others_go_on()
    {
        var catalog = new ScriptCatalog(Script);
        using var graph = new DataflowGraph(new DataflowOptions { StepsPerSizeCheck = 1 });
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        var large = graph.AddView("large", catalog.View("SELECT id, s FROM t WHERE v >= 0"), new ViewOptions { BytesMax = 4_000_000 });
        var small = graph.AddView("small", catalog.View("SELECT COUNT(*) AS n FROM t"));
        for (int step = 0; step < 40 && large.Status == ViewStatus.Live; step++)
            Step(graph, step, [.. Enumerable.Range(step * 1000, 1000).Select(id => ((long)id, 1L, 0L, new string('x', 100)))]);
        large.Status.ShouldBe(ViewStatus.Paused);
        large.Reason.ShouldContain("large");
        large.Rows.ShouldBeGreaterThan(0);
        Step(graph, 100, (1_000_000, 1, 0, ""));
        small.Status.ShouldBe(ViewStatus.Live);
        Rows(small).ShouldBe([$"{graph.FindTable("t").Rows}"]);
    }

    [Fact]
    public void State_beyond_the_bound_lies_in_files_and_answers_the_same()
    {
        string folder = Directory.CreateTempSubdirectory("orrery-spill-").FullName;
        try
        {
            var catalog = new ScriptCatalog(Script);
            using (var graph = new DataflowGraph(new DataflowOptions { ResidentBytesMax = 2_000_000, SpillFolder = folder }))
            {
                foreach (var relation in catalog.Relations) graph.AddTable(relation);
                var view = graph.AddView("v", catalog.View("SELECT v, COUNT(*) AS n, MIN(s) AS first FROM t GROUP BY v"));
                for (int step = 0; step < 20; step++)
                    Step(graph, step, [.. Enumerable.Range(step * 2000, 2000).Select(id => ((long)id, (long)(id % 3), 0L, $"{id:D100}"))]);
                graph.SpilledBytes.ShouldBeGreaterThan(0);
                Rows(view).ShouldBe([$"0 13334 {0:D100}", $"1 13333 {1:D100}", $"2 13333 {2:D100}"]);
            }

            Directory.GetFiles(folder).ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Views_that_ask_the_same_share_their_operators()
    {
        var catalog = new ScriptCatalog(Script);
        using var graph = Graph(catalog);
        graph.AddView("one", catalog.View("SELECT v, COUNT(*) AS n FROM t GROUP BY v"));
        int before = graph.Report().Count;
        graph.AddView("other", catalog.View("SELECT t.v AS x, COUNT(*) AS y FROM t GROUP BY t.v"));
        graph.Report().Count.ShouldBe(before);
        graph.RemoveView("one");
        graph.Report().Count.ShouldBe(before);
        graph.RemoveView("other");
        graph.Report().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("SELECT a.id, a.s, b.v FROM t AS a JOIN t AS b ON b.id = a.v")]
    [InlineData("SELECT id, UPPER(s) AS s, v FROM t WHERE v > 2")]
    [InlineData("SELECT v, COUNT(*) AS n, MAX(s) AS last FROM t GROUP BY v")]
    [InlineData("SELECT id, v FROM t WHERE v < 3 UNION ALL SELECT a.id, b.v FROM t AS a LEFT JOIN t AS b ON b.id = a.v")]
    [InlineData("SELECT id, v FROM (SELECT id, v, ROW_NUMBER() OVER (PARTITION BY v ORDER BY id) AS place FROM t) AS p WHERE place = 1")]
    public void A_view_whose_rows_are_computed_shows_what_one_that_keeps_them_shows(string text)
    {
        var catalog = new ScriptCatalog(Script);
        using var graph = Graph(catalog);
        using var beside = Graph(catalog);
        var random = new Random(7);
        var computed = graph.AddView("c", catalog.View(text), new ViewOptions { IsMaterialized = false });
        var kept = beside.AddView("c", catalog.View(text));
        for (int step = 0; step < 20; step++)
        {
            var rows = Enumerable.Range(0, 30).Select(_ => (Id: (long)random.Next(60), V: (long)random.Next(8), 0L, S: $"text {random.Next(5)}")).DistinctBy(static row => row.Id).ToArray();
            Step(graph, step, rows);
            Step(beside, step, rows);
            Rows(computed).ShouldBe(Rows(kept));
            // Asked while rows wait for the next step.
            graph.FindTable("t").Upsert(RowValues.FromObjects([100L + step, 1L, 0L, "waiting"], graph.FindTable("t").Layout, graph.Arena));
            Rows(computed).ShouldBe(Rows(kept));
            Step(graph, step);
            Step(beside, step, (100 + step, 1, 0, "waiting"));
            Rows(computed).ShouldBe(Rows(kept));
        }

        graph.PauseView("c", "asked for");
        var before = Rows(kept);
        Step(graph, 30, (1, 7, 0, "later"));
        Rows(computed).ShouldBe(before);
    }

    private static DataflowGraph Graph(ScriptCatalog catalog)
    {
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        return graph;
    }

    private static void Step(DataflowGraph graph, long now, params (long Id, long V, long At, string S)[] rows)
    {
        var table = graph.FindTable("t");
        foreach (var (id, v, at, s) in rows) table.Upsert(RowValues.FromObjects([id, v, at, s], table.Layout, graph.Arena));
        graph.Step(now);
        graph.EndStep();
    }

    private static List<string> Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(
            Enumerable.Repeat(string.Join(' ', RowValues.ToObjects(row, view.Layout).Select((value, column) => RowValues.Text(value, view.Layout.Schema[column].Type))), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
