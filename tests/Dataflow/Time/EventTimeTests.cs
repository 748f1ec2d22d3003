using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Time;

/// <summary>Event time: watermarks and the lateness they allow, windows over what is in time, and lookups as of when a row passes; against a few lines that say the same over random histories.</summary>
public sealed class EventTimeTests
{
    private const long Second = 1_000_000;
    private const long Start = 1_700_000_000 * Second;
    private const int DelaySeconds = 10;

    private const string Script = """
        CREATE TABLE e (id BIGINT NOT NULL, k BIGINT, v BIGINT, at TIMESTAMP(3), WATERMARK FOR at AS at - INTERVAL '10' SECOND) WITH ('connector' = 'topic', 'format' = 'json');
        CREATE TABLE u (id BIGINT NOT NULL, k BIGINT, at TIMESTAMP(3), WATERMARK FOR at AS at - INTERVAL '10' SECOND, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE d (k BIGINT NOT NULL, name STRING, PRIMARY KEY (k) NOT ENFORCED);
        """;

    private sealed record Event(long Id, long K, long V, long? At);

    [Theory]
    [InlineData("SELECT id, k, v, at FROM e", "rows")]
    [InlineData("SELECT window_start, window_end, k, COUNT(*) AS n, SUM(v) AS s FROM TABLE(TUMBLE(TABLE e, DESCRIPTOR(at), INTERVAL '7' SECOND)) GROUP BY window_start, window_end, k", "tumble")]
    [InlineData("SELECT TUMBLE_START(at, INTERVAL '7' SECOND) AS a, TUMBLE_END(at, INTERVAL '7' SECOND) AS b, k, COUNT(*) AS n, SUM(v) AS s FROM e GROUP BY k, TUMBLE(at, INTERVAL '7' SECOND)", "tumble")]
    [InlineData("SELECT window_start, window_end, k, COUNT(*) AS n, SUM(v) AS s FROM TABLE(HOP(TABLE e, DESCRIPTOR(at), INTERVAL '4' SECOND, INTERVAL '12' SECOND)) GROUP BY window_start, window_end, k", "hop")]
    [InlineData("SELECT window_start, window_end, k, COUNT(*) AS n, SUM(v) AS s FROM TABLE(CUMULATE(TABLE e, DESCRIPTOR(at), INTERVAL '5' SECOND, INTERVAL '20' SECOND)) GROUP BY window_start, window_end, k", "cumulate")]
    [InlineData("SELECT window_start, window_end, k, COUNT(*) AS n, SUM(v) AS s FROM TABLE(SESSION(TABLE e PARTITION BY k, DESCRIPTOR(at), INTERVAL '3' SECOND)) GROUP BY window_start, window_end, k", "session")]
    public void Rows_within_the_delay_count_whatever_their_order_and_later_ones_are_dropped_and_counted(string query, string windows)
    {
        int dropped = 0, disordered = 0;
        for (int seed = 1; seed <= 12; seed++)
        {
            var random = new Random(seed);
            using var graph = Make(query, keepsEvents: false);
            var kept = new List<Event>();
            long latest = long.MinValue, late = 0;
            for (int step = 0; step < 30; step++)
            {
                // The watermark that counts is that of the steps before: rows of one step are not late by each other.
                long watermark = latest == long.MinValue ? long.MinValue : latest - DelaySeconds * Second;
                foreach (var row in Events(random, step))
                {
                    Add(graph, row);
                    if (row.At < watermark)
                    {
                        late++;
                        continue;
                    }

                    if (row.At < latest) disordered++;
                    kept.Add(row);
                    latest = Math.Max(latest, row.At ?? latest);
                }

                graph.Step(step);
                graph.EndStep();
                Rows(graph).ShouldBe(Expected(kept, windows), $"seed {seed}, step {step}");
                graph.FindTable("e").LateRows.ShouldBe(late);
                graph.FindTable("e").Watermark.ShouldBe(latest == long.MinValue ? long.MinValue : latest - DelaySeconds * Second);
            }

            dropped += (int)late;
        }

        dropped.ShouldBeGreaterThan(20);
        disordered.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void A_late_row_of_a_key_leaves_the_one_that_is_there_and_a_deletion_is_never_late()
    {
        using var graph = Make("SELECT id, k FROM u");
        var table = graph.FindTable("u");
        void Put(long id, long k, int second) => table.Upsert(RowValues.FromObjects([id, k, At(Start + second * Second)], table.Layout, graph.Arena));
        Put(1, 10, 0);
        Put(2, 20, 100);
        Step(graph, 0);
        Put(1, 11, 50);
        Put(2, 21, 90);
        Step(graph, 1);
        Rows(graph).ShouldBe(["1 10", "2 21"]);
        table.LateRows.ShouldBe(1);
        table.Delete(RowValues.FromObjects([1L, 0L, At(Start)], table.Layout, graph.Arena));
        table.Upsert(RowValues.FromObjects([3L, 30L, null], table.Layout, graph.Arena));
        Step(graph, 2);
        Rows(graph).ShouldBe(["2 21", "3 30"]);
        table.LateRows.ShouldBe(1);
    }

    [Theory]
    [InlineData("SELECT e.id, e.k, d.name FROM e LEFT JOIN d FOR SYSTEM_TIME AS OF e.at AS d ON e.k = d.k", true, false)]
    [InlineData("SELECT e.id, e.k, d.name FROM e JOIN d FOR SYSTEM_TIME AS OF PROCTIME() AS d ON e.k = d.k", false, false)]
    [InlineData("SELECT e.id, e.k, d.name FROM e LEFT JOIN d FOR SYSTEM_TIME AS OF e.at AS d ON e.k = d.k AND d.name <> 'b'", true, true)]
    [InlineData("SELECT e.id, e.k, d.name FROM e JOIN d FOR SYSTEM_TIME AS OF e.at AS d ON e.k = d.k WHERE d.name <> 'b'", false, true)]
    public void A_lookup_gives_what_stands_when_the_row_passes_and_keeps_it_whatever_comes_later(string query, bool isLeft, bool isConditional)
    {
        for (int seed = 1; seed <= 15; seed++)
        {
            var random = new Random(seed);
            using var graph = Make(query, keepsEvents: false);
            var view = graph.FindView("v");
            var names = new Dictionary<long, string>();
            var expected = new List<string>();
            var told = new List<string>();
            long id = 0;
            for (int step = 0; step < 40; step++)
            {
                var table = graph.FindTable("d");
                for (int count = random.Next(3); count > 0; count--)
                {
                    long k = random.Next(4);
                    if (random.Next(3) == 0) names.Remove(k);
                    else names[k] = "abc"[random.Next(3)].ToString();
                    nint row = RowValues.FromObjects([k, names.GetValueOrDefault(k)], table.Layout, graph.Arena);
                    if (names.ContainsKey(k)) table.Upsert(row);
                    else table.Delete(row);
                }

                // Rows of the step see the other side as it stands after the step.
                for (int count = random.Next(3); count > 0; count--)
                {
                    long k = random.Next(5);
                    Add(graph, new Event(id, k, 0, Start + step * Second));
                    bool isFound = names.TryGetValue(k, out string? name) && !(isConditional && name == "b");
                    if (isFound || isLeft) expected.Add($"{id} {k} {(isFound ? name : "")}");
                    id++;
                }

                graph.Step(step);
                view.ReadChanges((row, weight) =>
                {
                    weight.ShouldBe(1);
                    told.Add(Text(row, view.Layout));
                });
                graph.EndStep();
                expected.Sort(StringComparer.Ordinal);
                Rows(graph).ShouldBe(expected, $"seed {seed}, step {step}");
                told.Order(StringComparer.Ordinal).ToList().ShouldBe(expected, $"seed {seed}, step {step}");
            }
        }
    }

    [Fact]
    public void A_row_that_goes_takes_back_what_was_looked_up_for_it_not_what_stands_now()
    {
        using var graph = Make("SELECT u.at, u.id, u.k, d.name FROM u LEFT JOIN d FOR SYSTEM_TIME AS OF u.at AS d ON u.k = d.k");
        var (rows, names) = (graph.FindTable("u"), graph.FindTable("d"));
        void Name(long k, string name) => names.Upsert(RowValues.FromObjects([k, name], names.Layout, graph.Arena));
        void Put(long id, long k, int second) => rows.Upsert(RowValues.FromObjects([id, k, At(Start + second * Second)], rows.Layout, graph.Arena));
        List<string> Given() => [.. Rows(graph).Select(row => row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Order(StringComparer.Ordinal)];
        Name(1, "old");
        Put(1, 1, 0);
        Put(2, 1, 0);
        Step(graph, 0);
        Name(1, "new");
        Step(graph, 1);
        Given().ShouldBe(["1 1 old", "2 1 old"]);
        // Another row of the key passes now: it sees what stands, the others stay as they were given.
        Put(2, 1, 5);
        Step(graph, 2);
        Given().ShouldBe(["1 1 old", "2 1 new"]);
        rows.Delete(RowValues.FromObjects([1L, 1L, At(Start)], rows.Layout, graph.Arena));
        names.Delete(RowValues.FromObjects([1L, null], names.Layout, graph.Arena));
        Step(graph, 3);
        Given().ShouldBe(["2 1 new"]);
        Put(3, 1, 6);
        Step(graph, 4);
        Given().ShouldBe(["2 1 new", "3 1 "]);
    }

    private static IEnumerable<Event> Events(Random random, int step)
    {
        for (int count = random.Next(5); count > 0; count--)
        {
            long? at = random.Next(12) == 0 ? null : Start + (step * 3 - random.Next(random.Next(4) == 0 ? 40 : 12)) * Second;
            yield return new Event(random.Next(1_000_000), random.Next(3), random.Next(10), at);
        }
    }

    private static List<string> Expected(List<Event> rows, string windows)
    {
        var found = rows.SelectMany(row => Windows(rows, row, windows).Select(window => (window, row)));
        var lines = windows == "rows"
            ? rows.Select(row => $"{row.Id} {row.K} {row.V} {row.At}")
            : found.GroupBy(pair => (pair.window, pair.row.K)).Select(group => $"{group.Key.window.Start} {group.Key.window.End} {group.Key.K} {group.Count()} {group.Sum(pair => pair.row.V)}");
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<(long Start, long End)> Windows(List<Event> rows, Event row, string windows)
    {
        if (row.At is not { } at) return [];
        static long Floor(long time, long unit) => time - time % unit;
        switch (windows)
        {
            case "tumble":
                return [(Floor(at, 7 * Second), Floor(at, 7 * Second) + 7 * Second)];
            case "hop":
                return Enumerable.Range(0, 3).Select(step => Floor(at, 4 * Second) - step * 4 * Second).Select(start => (start, start + 12 * Second));
            case "cumulate":
                long first = Floor(at, 20 * Second);
                return Enumerable.Range(1, 4).Select(step => (first, first + step * 5 * Second)).Where(window => at < window.Item2);
            case "session":
                long[] times = [.. rows.Where(other => other.K == row.K && other.At is not null).Select(other => other.At!.Value).Order()];
                long start = at, end = at;
                foreach (long time in times.Where(time => time > at)) if (time - end < 3 * Second) end = time;
                foreach (long time in times.Where(time => time < at).Reverse()) if (start - time < 3 * Second) start = time;
                return [(start, end + 3 * Second)];
            default:
                return [];
        }
    }

    private static DateTime At(long microseconds) => DateTime.UnixEpoch.AddMicroseconds(microseconds);

    private static void Add(DataflowGraph graph, Event row)
    {
        var table = graph.FindTable("e");
        table.Add(RowValues.FromObjects([row.Id, row.K, row.V, row.At is { } at ? At(at) : null], table.Layout, graph.Arena), 1);
    }

    private static DataflowGraph Make(string query, bool keepsEvents = true)
    {
        var catalog = new ScriptCatalog(Script);
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation, keepsRows: keepsEvents || relation.Name != "e");
        graph.AddView("v", catalog.View(query));
        return graph;
    }

    private static void Step(DataflowGraph graph, long now)
    {
        graph.Step(now);
        graph.EndStep();
    }

    private static List<string> Rows(DataflowGraph graph)
    {
        var view = graph.FindView("v");
        view.Status.ShouldBe(ViewStatus.Live, view.Reason);
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(Enumerable.Repeat(Text(row, view.Layout), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Text(nint row, RowLayout layout) => string.Join(' ', RowValues.ToObjects(row, layout));
}
