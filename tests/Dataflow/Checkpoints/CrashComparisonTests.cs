using System.Globalization;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Binding;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Tests.Checkpoints;

/// <summary>
/// Random queries over random histories, two graphs side by side: one runs through, the other is taken as a checkpoint, lost and restored between any two steps, now and then in the middle of a checkpoint. All that they
/// tell must be the same, row by row in the same order. ORRERY_CHECKPOINT_CASES says how many (default 60), ORRERY_CHECKPOINT_SEED which is the first. A failure names its seed.
/// </summary>
public sealed class CrashComparisonTests
{
    private const string More = """
        CREATE TABLE events (id BIGINT NOT NULL, k BIGINT, v BIGINT, f DOUBLE, s STRING, at TIMESTAMP(3), WATERMARK FOR at AS at - INTERVAL '40' SECOND) WITH ('connector' = 'topic', 'format' = 'json');
        """;

    /// <summary>What the random queries do not ask: states that only grow, timers, sessions.</summary>
    private static readonly string[] Fixed =
    [
        "SELECT k, MIN(v) AS lo, MAX(s) AS hi, SUM(f) AS sum_f, STDDEV_SAMP(f) AS dev, COUNT(DISTINCT v) AS different, STRING_AGG(s, ',') AS list FROM events GROUP BY k",
        "SELECT k, v, s, at FROM (SELECT k, v, s, at, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC) AS rn FROM events) WHERE rn <= 3",
        "SELECT k, v FROM events WHERE at > NOW() - INTERVAL '30' SECOND",
        "SELECT k, COUNT(*) AS n FROM events WHERE at > NOW() - INTERVAL '1' MINUTE GROUP BY k",
        "SELECT window_start, window_end, k, COUNT(*) AS n FROM TABLE(SESSION(TABLE events PARTITION BY k, DESCRIPTOR(at), INTERVAL '5' SECONDS)) GROUP BY window_start, window_end, k",
        "SELECT id, k, SUM(v) OVER (PARTITION BY k ORDER BY at, id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS total, LAG(v) OVER (PARTITION BY k ORDER BY at, id) AS former FROM events",
        "SELECT DISTINCT k, s FROM events",
        "SELECT e.id, e.v, t.a, t.s FROM events AS e LEFT JOIN t0 FOR SYSTEM_TIME AS OF e.at AS t ON e.k = t.id",
        "SELECT e.k, e.v, t.d FROM events AS e JOIN t1 AS t ON e.k = t.id WHERE e.v > 3",
    ];

    [Fact]
    public async Task A_graph_that_is_lost_and_restored_between_any_two_steps_tells_what_one_tells_that_was_not()
    {
        int cases = int.Parse(Environment.GetEnvironmentVariable("ORRERY_CHECKPOINT_CASES") ?? "60", CultureInfo.InvariantCulture);
        int first = int.Parse(Environment.GetEnvironmentVariable("ORRERY_CHECKPOINT_SEED") ?? "1", CultureInfo.InvariantCulture);
        for (int seed = first; seed < first + cases; seed++)
        {
            try
            {
                await Run(seed);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                throw new InvalidOperationException($"seed {seed}: {error.Message}", error);
            }
        }
    }

    private static async Task Run(int seed)
    {
        var random = new Random(seed);
        var catalog = new ScriptCatalog(RandomTables.Script + More);
        var plans = Plans(random, catalog);
        var cancellation = TestContext.Current.CancellationToken;
        using var whole = Make(catalog, plans);
        var lost = Make(catalog, plans);
        var store = new MemoryCheckpointStore();
        var options = new CheckpointOptions { SegmentBytesMax = random.Next(1, 5) * 40_000, SegmentsToStateMax = random.Next(1, 4), SegmentsMax = random.Next(2, 40) };
        var checkpoints = new GraphCheckpoints(store, options);
        try
        {
            // Steps since the last checkpoint, to be done again; each as a seed.
            var history = new List<int>();
            int done = 0;
            int steps = random.Next(4, 14);
            for (int step = 0; step < steps; step++)
            {
                history.Add(seed * 1000 + step);
                string expected = Step(whole, history, step);
                Step(lost, history, step).ShouldBe(expected, $"step {step}");
                switch (random.Next(4))
                {
                    case 0:
                        await checkpoints.Write(lost, BitConverter.GetBytes(step + 1), cancellation);
                        break;
                    case 1:
                        store.CallsUntilCrash = random.Next(6);
                        try
                        {
                            await checkpoints.Write(lost, BitConverter.GetBytes(step + 1), cancellation);
                            store.CallsUntilCrash = -1;
                        }
                        catch (IOException)
                        {
                            if (random.Next(2) == 0) break;
                        }

                        (lost, checkpoints) = await Restart(lost);
                        break;
                    case 2:
                        (lost, checkpoints) = await Restart(lost);
                        break;
                }

                All(lost).ShouldBe(All(whole), $"rows after step {step}");
                lost.NextTimer.ShouldBe(whole.NextTimer);

                async Task<(DataflowGraph, GraphCheckpoints)> Restart(DataflowGraph former)
                {
                    former.Dispose();
                    var graph = Make(catalog, plans);
                    var opened = new GraphCheckpoints(store, options);
                    done = 0;
                    if (await opened.Open(cancellation) is { } position)
                    {
                        (await opened.Restore(graph, cancellation)).ShouldBeEmpty();
                        done = BitConverter.ToInt32(position.Span);
                    }

                    opened.Problems.ShouldBeEmpty();
                    for (int again = done; again <= step; again++) Step(graph, history, again);
                    return (graph, opened);
                }
            }
        }
        finally
        {
            lost.Dispose();
        }
    }

    private static List<Plan> Plans(Random random, ScriptCatalog catalog)
    {
        var plans = new List<Plan> { catalog.View(Fixed[random.Next(Fixed.Length)]), catalog.View(Fixed[random.Next(Fixed.Length)]) };
        for (int index = 0; index < 2; index++)
        {
            try
            {
                plans.Add(catalog.View(new RandomQuery(random).Query(random.Next(1, 4)).Ours));
            }
            catch (SqlBindingException)
            {
                // The comparison with PostgreSQL says which may be refused.
            }
        }

        return plans;
    }

    private static DataflowGraph Make(ScriptCatalog catalog, List<Plan> plans)
    {
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation, keepsRows: relation.Name != "events");
        for (int index = 0; index < plans.Count; index++) graph.AddView("v" + index, plans[index]);
        return graph;
    }

    /// <summary>One step, made of its number alone, and what the views tell.</summary>
    private static string Step(DataflowGraph graph, List<int> history, int step)
    {
        var random = new Random(history[step]);
        new RandomTables(random).Change(graph);
        var events = graph.FindTable("events");
        long now = 1_700_000_000_000_000 + step * 7_000_000L;
        for (int count = random.Next(6); count > 0; count--)
        {
            object?[] row = [(long)random.Next(1000), (long)random.Next(4), (long)random.Next(9), random.Next(9) == 0 ? null : random.Next(-5, 6) * 0.3, new[] { null, "a", "bb", "c" }[random.Next(4)],
                DateTime.UnixEpoch.AddMicroseconds(now - random.Next(60) * 1_000_000L)];
            events.Add(RowValues.FromObjects(row, events.Layout, graph.Arena), 1);
        }

        graph.Step(now);
        var told = new List<string>();
        foreach (var view in graph.Views) view.ReadChanges((row, weight) => told.Add($"{view.Name} {weight} {Text(row, view.Layout)}"));
        graph.EndStep();
        return string.Join('\n', told);
    }

    private static string All(DataflowGraph graph)
    {
        var rows = new List<string>();
        foreach (var view in graph.Views)
        {
            view.Status.ShouldBe(ViewStatus.Live, view.Reason);
            view.ReadRows((row, weight) => rows.Add($"{view.Name} {weight} {Text(row, view.Layout)}"));
        }

        return $"late {graph.FindTable("events").LateRows}\n{string.Join('\n', rows)}";
    }

    private static string Text(nint row, RowLayout layout) => string.Join('|', RowValues.ToObjects(row, layout).Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "null"));
}
