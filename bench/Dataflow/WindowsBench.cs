using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// Changes a second of views with window functions and sessions, a change a step, over one partition: what is near a place, what runs from the begin, sessions. Beside each the same over a partition of a
/// hundredth of the rows: the work of a change is in what it reaches, not in the partition.
/// </summary>
static class WindowsBench
{
    const string Tables = "CREATE TABLE readings (id BIGINT NOT NULL, device BIGINT NOT NULL, amount BIGINT, at TIMESTAMP(3) NOT NULL, PRIMARY KEY (id) NOT ENFORCED);";
    const int Steps = 2_000;

    // Of 100 rows one comes so many rows late; the others come at the end.
    const int RowsLate = 50;

    // A hundred times the rows may cost so much of the rate: trees are deeper and memory is further.
    const double ShareGoal = 0.4;

    static readonly (string Name, string Query, bool IsUpdated)[] Shapes =
    [
        ("neighbours and moving sum, updates anywhere", "SELECT id, LAG(amount) OVER w AS former, LEAD(amount) OVER w AS next, SUM(amount) OVER (PARTITION BY device ORDER BY at, id ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS ten FROM readings WINDOW w AS (PARTITION BY device ORDER BY at, id)", true),
        ("last 60 s by time, updates anywhere", "SELECT id, SUM(amount) OVER (PARTITION BY device ORDER BY at RANGE BETWEEN INTERVAL '60' SECOND PRECEDING AND CURRENT ROW) AS minute FROM readings", true),
        ("running sum and number, rows at the end", "SELECT id, SUM(amount) OVER w AS total, ROW_NUMBER() OVER w AS number FROM readings WINDOW w AS (PARTITION BY device ORDER BY at, id)", false),
        ("sessions, rows at the end", "SELECT id, window_start, window_end FROM TABLE(SESSION(TABLE readings PARTITION BY device, DESCRIPTOR(at), INTERVAL '8' SECONDS))", false),
    ];

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int rows = (int)context.Options.Number("rows", 100_000, 1_000);
        var catalog = new BenchCatalog(Tables, isAppendOnly: false);
        var figures = new List<Figure>();
        foreach (var (name, query, isUpdated) in Shapes)
        {
            double few = 0, many = 0;
            for (int run = 0; run < context.Runs; run++)
            {
                few = Math.Max(few, Rate(catalog, query, rows / 100, isUpdated));
                many = Math.Max(many, Rate(catalog, query, rows, isUpdated));
            }

            figures.Add(new Figure(name, many, "changes/s", "higher", ShareGoal * few, $"over {rows / 100:N0} rows", few));
        }

        return Task.FromResult<IReadOnlyList<Figure>>(figures);
    }

    static double Rate(BenchCatalog catalog, string query, int rows, bool isUpdated)
    {
        using var graph = new DataflowGraph();
        var table = graph.AddTable(catalog.FindRelation("readings")!);
        var view = graph.AddView("v", catalog.View(query), new ViewOptions { IsMaterialized = false });
        var random = new Random(3);
        using var builder = new RowBuilder(table.Layout, graph.Arena);
        for (int id = 0; id < rows; id++) Put(id, id);
        Step(0);
        long started = Stopwatch.GetTimestamp();
        for (int step = 1; step <= Steps; step++)
        {
            int id = isUpdated ? random.Next(rows) : rows + step;
            Put(id, isUpdated || step % 100 != 0 ? id : id - RowsLate);
            Step(step);
        }

        return Steps / Stopwatch.GetElapsedTime(started).TotalSeconds;

        // Every 20 readings a pause: a session's end. Readings are a second or two apart.
        void Put(int id, int place) => table.Upsert(RowValues.FromObjects([(long)id, 1L, (long)random.Next(1_000), 1_767_225_600_000_000L + place * 1_500_000L + place / 20 * 60_000_000L], builder));

        void Step(int step)
        {
            graph.Step(step);
            view.ReadChanges(static (_, _) => { });
            graph.EndStep();
        }
    }
}
