using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Partitions;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Compilation;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Tests.Partitions;

/// <summary>What depends on clocks, on event times, on the order of changes or on values that cannot be computed is at several partitions what it is in one graph.</summary>
public sealed class PartitionedShapesTests
{
    private const long Second = 1_000_000;
    private const string Script = """
        CREATE TABLE t (id BIGINT NOT NULL, k BIGINT, n INT, at TIMESTAMP(3), PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE w (id BIGINT NOT NULL, k BIGINT, n INT, at TIMESTAMP(3) NOT NULL, WATERMARK FOR at AS at - INTERVAL '5' SECOND) WITH ('append-only' = 'true');
        CREATE TABLE r (k BIGINT NOT NULL, rate INT, PRIMARY KEY (k) NOT ENFORCED);
        """;

    [Theory]
    [InlineData("SELECT id, k FROM t WHERE at > NOW() - INTERVAL '20' SECOND")]
    [InlineData("SELECT k, COUNT(*) AS n FROM t WHERE at > NOW() - INTERVAL '20' SECOND AND at <= NOW() GROUP BY k")]
    [InlineData("SELECT COUNT(*) AS n, SUM(n) AS s FROM t WHERE at + INTERVAL '5' SECOND <= NOW()")]
    [InlineData("SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE t PARTITION BY k, DESCRIPTOR(at), INTERVAL '5' SECONDS)) GROUP BY k, window_start, window_end")]
    [InlineData("SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE t, DESCRIPTOR(at), INTERVAL '5' SECONDS)) GROUP BY window_start, window_end")]
    [InlineData("SELECT window_start, MAX(n) AS n FROM TABLE(HOP(TABLE w, DESCRIPTOR(at), INTERVAL '5' SECONDS, INTERVAL '10' SECONDS)) GROUP BY window_start")]
    [InlineData("SELECT k, window_end, SUM(n) AS n FROM TABLE(TUMBLE(TABLE w, DESCRIPTOR(at), INTERVAL '10' SECONDS)) GROUP BY k, window_end")]
    [InlineData("SELECT id, k, n FROM w")]
    [InlineData("SELECT w.id, w.n * r.rate AS n FROM w LEFT JOIN r FOR SYSTEM_TIME AS OF w.at ON w.k = r.k")]
    [InlineData("SELECT t.id, r.rate FROM t JOIN r FOR SYSTEM_TIME AS OF t.at ON t.k = r.k")]
    [InlineData("SELECT k, SUM(rate) AS n FROM (SELECT t.k, r.rate FROM t JOIN r FOR SYSTEM_TIME AS OF t.at ON t.n = r.k) x GROUP BY k")]
    [InlineData("SELECT id, n FROM t ORDER BY n DESC, id LIMIT 3 OFFSET 1")]
    [InlineData("SELECT id, SUM(n) OVER (ORDER BY id) AS s FROM t")]
    [InlineData("SELECT COUNT(*) AS n FROM t HAVING COUNT(*) > 3")]
    [InlineData("SELECT t.id FROM t CROSS JOIN (SELECT MAX(rate) AS m FROM r) x WHERE t.n < x.m")]
    [InlineData("SELECT x.m, t.id FROM (SELECT MAX(rate) AS m FROM r) x LEFT JOIN t ON TRUE")]
    [InlineData("SELECT id FROM t WHERE k NOT IN (SELECT k FROM r WHERE rate > 1)")]
    [InlineData("SELECT id FROM t WHERE n NOT IN (SELECT x.n FROM w x WHERE x.k = t.k)")]
    [InlineData("SELECT k FROM t UNION ALL SELECT v FROM (VALUES (1), (2), (3)) AS x(v)")]
    [InlineData("SELECT k, COUNT(*) AS n FROM (SELECT k FROM t UNION ALL SELECT k FROM r) x GROUP BY k")]
    [InlineData("SELECT t.id, r.rate FROM t JOIN r ON CAST(t.n AS BIGINT) = r.k")]
    [InlineData("SELECT t.id, r.rate FROM t JOIN r ON CAST(t.n AS DECIMAL(12, 2)) = CAST(r.k AS DECIMAL(20, 1))")]
    [InlineData("SELECT t.id, r.rate FROM t FULL JOIN r ON t.n = r.k AND t.k > r.rate")]
    public async Task It_is_as_in_one_graph(string query)
    {
        for (int seed = 1; seed <= 2; seed++)
        {
            var random = new Random(seed);
            using var pair = new PairedDataflow(Script, 2 + seed % 3, random);
            // Odd ones join when there are rows already.
            var history = new History(random);
            long now = 1_700_000_000 * Second;
            if (seed % 2 == 0) await pair.AddView("v", query);
            await pair.Step(now, history.Next(now), "first");
            if (seed % 2 == 1) await pair.AddView("v", query);
            await pair.AddView("above", "SELECT COUNT(*) AS n FROM v");
            for (int step = 0; step < 15; step++)
            {
                bool isTimer = random.Next(3) == 0 && pair.Alone.NextTimer != long.MaxValue;
                now = isTimer ? Math.Max(now, pair.Alone.NextTimer) : now + random.Next(4) * Second;
                await pair.Step(now, isTimer ? [] : history.Next(now), $"seed {seed}, step {step}, {query}");
                foreach (string table in (string[])["t", "w", "r"])
                {
                    pair.Parts.Partitions.Sum(partition => partition.Graph.FindTable(table).LateRows).ShouldBe(pair.Alone.FindTable(table).LateRows);
                    pair.Parts.Partitions.ShouldAllBe(partition => partition.Graph.FindTable(table).Watermark == pair.Alone.FindTable(table).Watermark);
                }
            }
        }
    }

    [Theory]
    [InlineData("SELECT id, 100 / n AS q FROM t")]
    [InlineData("SELECT 100 / n AS q, COUNT(*) AS c FROM t GROUP BY 100 / n")]
    [InlineData("SELECT t.id, r.rate FROM t JOIN r ON 4 / t.n = r.k")]
    [InlineData("SELECT k, 10 / SUM(n) AS q FROM t GROUP BY k")]
    [InlineData("SELECT 10 / SUM(n) AS q FROM t")]
    [InlineData("SELECT q, COUNT(*) AS c FROM (SELECT k, 10 / SUM(n) AS q FROM t GROUP BY k) x GROUP BY q")]
    public async Task Values_that_cannot_be_computed_have_the_same_end(string query)
    {
        foreach (var policy in (ErrorPolicy[])[ErrorPolicy.Fail, ErrorPolicy.Null, ErrorPolicy.DeadLetter])
        {
            for (int seed = 1; seed <= 2; seed++)
            {
                var random = new Random(seed);
                using var pair = new PairedDataflow(Script, 3, random);
                var history = new History(random);
                int alone = 0, together = 0;
                pair.Alone.OnDeadLetter = _ => alone++;
                foreach (var partition in pair.Parts.Partitions) partition.Graph.OnDeadLetter = _ => Interlocked.Increment(ref together);
                await pair.AddView("v", query, policy);
                await pair.AddView("above", "SELECT COUNT(*) AS n FROM v");
                await pair.AddView("beside", "SELECT k, COUNT(*) AS n FROM t GROUP BY k");
                for (int step = 0; step < 12; step++) await pair.Step(step, history.Next(0), $"{policy}, seed {seed}, step {step}, {query}");
                pair.Parts.StatusOf("beside").Status.ShouldBe(ViewStatus.Live);
                if (policy != ErrorPolicy.Fail) pair.Parts.StatusOf("v").Status.ShouldBe(ViewStatus.Live);
                together.ShouldBe(alone);
            }
        }
    }

    [Fact]
    public async Task A_view_that_cannot_be_filled_at_one_partition_is_added_at_none()
    {
        using var pair = new PairedDataflow(Script, 3, new Random(1), TableFeed.Anywhere);
        await pair.Step(0, [("t", [1L, 1L, 2, null], 1), ("t", [2L, 1L, 0, null], 1)], "rows");
        var plan = pair.Catalog.View("SELECT k, 1 / n AS q FROM t");
        (await Should.ThrowAsync<SqlValueException>(() => pair.Parts.AddView("v", plan))).Message.ShouldContain("zero");
        foreach (var partition in pair.Parts.Partitions)
        {
            partition.Graph.Views.ShouldBeEmpty();
            partition.Graph.Report().Count.ShouldBe(3);
        }

        await pair.AddView("v", "SELECT k, 1 / n AS q FROM t WHERE n <> 0");
        await pair.Step(1, [("t", [3L, 1L, 5, null], 1)], "after");
    }

    [Fact]
    public async Task A_view_whose_parts_together_outgrow_its_bound_is_paused_at_all_partitions()
    {
        using var parts = new LocalDataflow(3, new DataflowOptions { StepsPerSizeCheck = 2 });
        var catalog = new ScriptCatalog(Script);
        foreach (var relation in catalog.Relations) parts.AddTable(relation);
        await parts.AddView("v", catalog.View("SELECT k, n, COUNT(*) AS c FROM t GROUP BY k, n"), new ViewOptions { BytesMax = 1024 });
        for (long id = 0; id < 200; id++)
        {
            var graph = parts.Partitions[0].Graph;
            parts.Partitions[0].Give("t", RowValues.FromObjects([id, id, 1, null], graph.FindTable("t").Layout, graph.Arena), 1, id);
        }

        await parts.Step(1);
        parts.EndStep();
        parts.StatusOf("v").Status.ShouldBe(ViewStatus.Live);
        await parts.Step(2);
        parts.EndStep();
        foreach (var partition in parts.Partitions) partition.Graph.FindView("v").Status.ShouldBe(ViewStatus.Paused);
    }

    /// <summary>Random changes of the three tables; n is small and at times zero.</summary>
    private sealed class History(Random random)
    {
        private readonly HashSet<long> _rates = [];
        private long _next;

        public List<(string Table, object?[] Row, int Weight)> Next(long now)
        {
            var changes = new List<(string, object?[], int)>();
            var start = DateTime.UnixEpoch.AddMicroseconds(now);
            for (int count = random.Next(8); count > 0; count--)
            {
                long? key = random.Next(6) == 0 ? null : random.Next(4);
                int n = random.Next(9) == 0 ? 0 : random.Next(1, 6);
                DateTime? at = random.Next(8) == 0 ? null : start.AddSeconds(random.Next(-25, 25));
                switch (random.Next(3))
                {
                    case 0:
                        changes.Add(("t", [(long)random.Next(12), key, n, at], random.Next(5) == 0 ? 0 : 1));
                        break;
                    case 1:
                        changes.Add(("w", [_next++, key, n, start.AddSeconds(random.Next(-12, 6))], 1));
                        break;
                    default:
                        long rate = random.Next(4);
                        bool isGone = random.Next(4) == 0 && _rates.Contains(rate);
                        if (isGone) _rates.Remove(rate);
                        else _rates.Add(rate);
                        changes.Add(("r", [rate, random.Next(1, 4)], isGone ? 0 : 1));
                        break;
                }
            }

            return changes;
        }
    }
}
