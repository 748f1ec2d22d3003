using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Graphs;

/// <summary>The newest row of each key, told by the table's own rows, over keys of few rows and of many.</summary>
public sealed class FirstOfPartitionTests
{
    private const string Script = "CREATE TABLE t (id BIGINT NOT NULL, k BIGINT, v BIGINT, s STRING, PRIMARY KEY (id) NOT ENFORCED)";
    private const string Query = "SELECT k, id, v FROM (SELECT k, id, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, id) AS place FROM t) AS newest WHERE place = 1";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_first_row_of_small_and_of_large_partitions_is_that_of_the_rows_there(int seed)
    {
        var random = new Random(seed);
        var catalog = new ScriptCatalog(Script);
        using var graph = new DataflowGraph();
        graph.AddTable(catalog.Relations.Single());
        var view = graph.AddView("v", catalog.View(Query));
        graph.Report().ShouldContain(node => node.Kind == "First");
        var table = graph.FindTable("t");
        var rows = new Dictionary<long, (long? K, long V)>();
        var told = new Dictionary<string, int>();
        DataflowView? late = null;
        for (int step = 0; step < 60; step++)
        {
            // Key 0 grows beyond what is looked through, and in the end all go.
            for (int number = 0; number < 40; number++)
            {
                long id = random.Next(600);
                if (random.Next(60) < step || step > 54)
                {
                    table.Delete(RowValues.FromObjects([id, null, null, null], table.Layout, graph.Arena));
                    rows.Remove(id);
                    continue;
                }

                long? k = random.Next(20) == 0 ? null : random.Next(2) == 0 ? 0 : random.Next(30);
                long v = random.Next(50);
                table.Upsert(RowValues.FromObjects([id, k, v, $"text {id % 7}"], table.Layout, graph.Arena));
                rows[id] = (k, v);
            }

            if (step == 59)
                for (long id = 0; id < 600; id++)
                {
                    table.Delete(RowValues.FromObjects([id, null, null, null], table.Layout, graph.Arena));
                    rows.Remove(id);
                }

            graph.Step(step);
            view.ReadChanges((row, weight) => told[Text(row, view)] = told.GetValueOrDefault(Text(row, view)) + weight);
            graph.EndStep();
            string[] expected = [.. rows.GroupBy(static row => row.Value.K)
                .Select(static group => group.OrderByDescending(static row => row.Value.V).ThenBy(static row => row.Key).First())
                .Select(static row => $"{row.Value.K} {row.Key} {row.Value.V}").Order(StringComparer.Ordinal)];
            string.Join(";", Rows(view)).ShouldBe(string.Join(";", expected), $"step {step}");
            string.Join(";", told.Where(static row => row.Value != 0).Select(static row => row.Key).Order(StringComparer.Ordinal)).ShouldBe(string.Join(";", expected), $"changes until step {step}");
            if (step == 30)
            {
                rows.Values.Count(static row => row.K == 0).ShouldBeGreaterThan(FirstOperator.RowsLookedMax);
                graph.RemoveView("v");
                view = graph.AddView("v", catalog.View(Query));
                late = graph.AddView("late", catalog.View(Query));
            }

            if (late is not null) Rows(late).ShouldBe(expected);
        }

        rows.ShouldBeEmpty();
        graph.Report().Single(static node => node.Kind == "First").StateRows.ShouldBe(0);
    }

    private static List<string> Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(Enumerable.Repeat(Text(row, view), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Text(nint row, DataflowView view) => string.Join(' ', RowValues.ToObjects(row, view.Layout));
}
