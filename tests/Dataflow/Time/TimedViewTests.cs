using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Time;

/// <summary>Views that depend on the clock, and sessions, against a few lines that say the same over random histories.</summary>
public sealed class TimedViewTests
{
    private const string Script = "CREATE TABLE t (id BIGINT NOT NULL, k BIGINT, at TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);";
    private const long Second = 1_000_000;

    [Theory]
    [InlineData("SELECT id, k FROM t WHERE at > NOW() - INTERVAL '20' SECOND", 20)]
    [InlineData("SELECT id, k FROM t WHERE at > NOW() - INTERVAL '20' SECOND AND at <= NOW()", 0, 20)]
    [InlineData("SELECT id, k FROM t WHERE at + INTERVAL '5' SECOND <= NOW()", -5)]
    public void A_row_is_there_from_the_instant_it_enters_until_the_one_it_leaves_and_steps_at_the_timer_tell_each_change(string query, params int[] seconds)
    {
        for (int seed = 1; seed <= 25; seed++)
        {
            var random = new Random(seed);
            using var graph = Make(query);
            var view = graph.FindView("v");
            var rows = new Dictionary<long, (long K, long? At)>();
            var told = new Dictionary<string, int>();
            long now = 1_700_000_000 * Second;
            for (int step = 0; step < 60; step++)
            {
                // Half of the steps are those that the timer asks for: without input, at its very instant.
                bool isTimer = random.Next(2) == 0 && graph.NextTimer != long.MaxValue;
                if (isTimer) now = Math.Max(now, graph.NextTimer);
                else now += random.Next(4) * Second;
                if (!isTimer) Change(random, graph, rows, now, 40);
                graph.Step(now);
                view.ReadChanges((row, weight) => Count(told, Text(row, view.Layout), weight));
                graph.EndStep();
                var expected = rows.Where(row => row.Value.At is { } at && IsThere(at, now, seconds)).Select(row => $"{row.Key} {row.Value.K}").Order(StringComparer.Ordinal).ToList();
                Rows(view).ShouldBe(expected, $"seed {seed}, step {step}");
                told.Where(pair => pair.Value != 0).Select(pair => $"{pair.Value} {pair.Key}").Order(StringComparer.Ordinal).ShouldBe(expected.Select(row => "1 " + row).Order(StringComparer.Ordinal), $"seed {seed}, step {step}");
                graph.NextTimer.ShouldBeGreaterThan(now);
            }
        }
    }

    [Fact]
    public void Sessions_merge_and_part_as_rows_come_and_go()
    {
        for (int seed = 1; seed <= 25; seed++)
        {
            var random = new Random(seed);
            using var graph = Make("SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(at), INTERVAL '5' SECONDS)) GROUP BY k, window_start, window_end");
            var rows = new Dictionary<long, (long K, long? At)>();
            for (int step = 0; step < 40; step++)
            {
                Change(random, graph, rows, 1_700_000_000 * Second, 60);
                graph.Step(step);
                graph.EndStep();
                Rows(graph.FindView("v")).ShouldBe(Sessions(rows.Values, 5 * Second), $"seed {seed}, step {step}");
            }
        }
    }

    [Fact]
    public void Long_histories_of_sessions_are_kept_where_a_step_changes_a_few_rows()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            using var graph = Make("SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(at), INTERVAL '5' SECONDS)) GROUP BY k, window_start, window_end");
            var rows = new Dictionary<long, (long K, long? At)>();
            var told = new Dictionary<string, int>();
            for (int step = 0; step < 40; step++)
            {
                // Sessions of some rows, some of many; ids and times far more than a step touches.
                Change(random, graph, rows, 1_700_000_000 * Second, 400, step == 0 ? 600 : random.Next(1, 4), 900);
                graph.Step(step);
                var view = graph.FindView("v");
                view.ReadChanges((row, weight) => Count(told, Text(row, view.Layout), weight));
                graph.EndStep();
                var expected = Sessions(rows.Values, 5 * Second);
                Rows(view).ShouldBe(expected, $"seed {seed}, step {step}");
                told.Where(pair => pair.Value != 0).Select(pair => $"{pair.Value} {pair.Key}").Order(StringComparer.Ordinal).ShouldBe(expected.Select(row => "1 " + row).Order(StringComparer.Ordinal), $"seed {seed}, step {step}");
            }
        }
    }

    /// <summary>{20}: until 20 s after its time. {0, 20}: from its time until 20 s after. {-5}: from 5 s after its time.</summary>
    private static bool IsThere(long at, long now, int[] seconds) => seconds switch
    {
        [var until] when until > 0 => now < at + until * Second,
        [var from] => now >= at - from * Second,
        [.., var until] => now >= at && now < at + until * Second,
        _ => true,
    };

    private static List<string> Sessions(IEnumerable<(long K, long? At)> rows, long gap)
    {
        var sessions = new List<string>();
        foreach (var group in rows.Where(row => row.At is not null).GroupBy(row => row.K))
        {
            long[] times = [.. group.Select(row => row.At!.Value).Order()];
            for (int first = 0, place = 0; place < times.Length; place++)
            {
                if (place + 1 < times.Length && times[place + 1] - times[place] < gap) continue;
                sessions.Add($"{group.Key} {times[first]} {times[place] + gap} {place - first + 1}");
                first = place + 1;
            }
        }

        sessions.Sort(StringComparer.Ordinal);
        return sessions;
    }

    private static DataflowGraph Make(string query)
    {
        var catalog = new ScriptCatalog(Script);
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        graph.AddView("v", catalog.View(query));
        return graph;
    }

    private static void Change(Random random, DataflowGraph graph, Dictionary<long, (long K, long? At)> rows, long now, int spread) => Change(random, graph, rows, now, spread, random.Next(5), 20);

    private static void Change(Random random, DataflowGraph graph, Dictionary<long, (long K, long? At)> rows, long now, int spread, int count, int ids)
    {
        var table = graph.FindTable("t");
        for (; count > 0; count--)
        {
            long id = random.Next(ids);
            long k = random.Next(3);
            long? at = random.Next(8) == 0 ? null : now + random.Next(-spread, spread) * Second;
            nint row = RowValues.FromObjects([id, k, at is null ? null : DateTime.UnixEpoch.AddMicroseconds(at.Value)], table.Layout, graph.Arena);
            if (random.Next(4) == 0)
            {
                table.Delete(row);
                rows.Remove(id);
            }
            else
            {
                table.Upsert(row);
                rows[id] = (k, at);
            }
        }
    }

    private static List<string> Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(Enumerable.Repeat(Text(row, view.Layout), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Text(nint row, RowLayout layout) => string.Join(' ', RowValues.ToObjects(row, layout));

    private static void Count(Dictionary<string, int> told, string row, int weight) => told[row] = told.GetValueOrDefault(row) + weight;
}
