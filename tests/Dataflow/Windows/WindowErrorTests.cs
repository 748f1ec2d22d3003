using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Windows;

/// <summary>Running sums that leave their type for some rows, under each policy.</summary>
public sealed class WindowErrorTests
{
    [Theory]
    [InlineData(ErrorPolicy.Null, "1 9223372036854775807|2 |3 9223372036854775805", "1 9223372036854775807|2 |3 |4 9223372036854775800", "1 1|2 9|3 14|4 15")]
    [InlineData(ErrorPolicy.DeadLetter, "1 9223372036854775807|3 9223372036854775805", "1 9223372036854775807|4 9223372036854775800", "1 1|2 9|3 14|4 15")]
    public void A_sum_that_does_not_fit_is_null_or_its_row_is_not_there_until_it_fits_again(ErrorPolicy policy, string first, string second, string third)
    {
        var catalog = new ScriptCatalog("CREATE TABLE t (id BIGINT NOT NULL, v BIGINT, PRIMARY KEY (id) NOT ENFORCED);");
        using var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        var view = graph.AddView("v", catalog.View("SELECT id, SUM(v) OVER (ORDER BY id) AS total FROM t"), new ViewOptions { Errors = policy });
        Step(graph, (1, long.MaxValue), (2, 8), (3, -10));
        Rows(view).ShouldBe(first);
        Step(graph, (3, 5), (4, -20));
        Rows(view).ShouldBe(second);
        Step(graph, (1, 1), (4, 1));
        Rows(view).ShouldBe(third);
        view.Status.ShouldBe(ViewStatus.Live);
    }

    private static void Step(DataflowGraph graph, params (long Id, long V)[] rows)
    {
        var table = graph.FindTable("t");
        foreach (var (id, v) in rows) table.Upsert(RowValues.FromObjects([id, v], table.Layout, graph.Arena));
        graph.Step(0);
        graph.EndStep();
    }

    private static string Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, _) => rows.Add(string.Join(' ', RowValues.ToObjects(row, view.Layout))));
        rows.Sort(StringComparer.Ordinal);
        return string.Join('|', rows);
    }
}
