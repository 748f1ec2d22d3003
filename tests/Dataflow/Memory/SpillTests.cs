using System.Diagnostics;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Tests.Checkpoints;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Memory;

/// <summary>State of every kind of operator beyond the bound, beside a graph that has it in memory: the same rows, and how much slower is told.</summary>
public sealed class SpillTests(ITestOutputHelper output)
{
    private const int Steps = 10;
    private const int RowsPerStep = 1_200;

    private const string Script = """
        CREATE TABLE o (id BIGINT NOT NULL, k BIGINT NOT NULL, v BIGINT, s STRING, at TIMESTAMP(3) NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE c (k BIGINT NOT NULL, name STRING, PRIMARY KEY (k) NOT ENFORCED);
        """;

    private static readonly string[] Queries =
    [
        "SELECT o.id, o.s, c.name FROM o JOIN c ON o.k = c.k",
        "SELECT o.id, c.name FROM o FULL JOIN c ON o.k = c.k AND o.v > 100",
        "SELECT k, COUNT(*) AS n, SUM(v) AS total, MAX(s) AS last, COUNT(DISTINCT v) AS different FROM o GROUP BY k",
        "SELECT DISTINCT v, s FROM o",
        "SELECT k, id, v FROM (SELECT k, id, v, ROW_NUMBER() OVER (PARTITION BY k ORDER BY v DESC, id) AS n FROM o) WHERE n <= 3",
        "SELECT id, LAG(v) OVER w AS former, SUM(v) OVER w AS total FROM o WINDOW w AS (PARTITION BY k ORDER BY at, id)",
        "SELECT k, window_start, window_end, COUNT(*) AS n FROM TABLE(SESSION(TABLE o PARTITION BY k, DESCRIPTOR(at), INTERVAL '5' SECONDS)) GROUP BY k, window_start, window_end",
        "SELECT id, v FROM o WHERE at > NOW() - INTERVAL '2' HOUR",
        "SELECT k FROM c WHERE k NOT IN (SELECT k FROM o WHERE v > 400)",
    ];

    [Fact]
    public async Task State_in_files_gives_the_same_rows_also_after_a_restart_from_a_checkpoint()
    {
        string folder = Directory.CreateTempSubdirectory("orrery-spill-").FullName;
        try
        {
            using var resident = Make(new DataflowOptions());
            var spilling = Make(new DataflowOptions { ResidentBytesMax = 0, SpillFolder = folder });
            var store = new MemoryCheckpointStore();
            var checkpoints = new GraphCheckpoints(store);
            var cancellation = TestContext.Current.CancellationToken;
            try
            {
                var (inMemory, inFiles) = (TimeSpan.Zero, TimeSpan.Zero);
                for (int step = 0; step < Steps; step++)
                {
                    inMemory += Step(resident, step, out string expected);
                    inFiles += Step(spilling, step, out string told);
                    told.ShouldBe(expected, $"step {step}");
                    if (step != Steps / 2) continue;
                    await checkpoints.Write(spilling, Array.Empty<byte>(), cancellation);
                    spilling.Dispose();
                    Directory.GetFiles(folder).ShouldBeEmpty();
                    spilling = Make(new DataflowOptions { ResidentBytesMax = 0, SpillFolder = folder });
                    checkpoints = new GraphCheckpoints(store);
                    (await checkpoints.Open(cancellation)).ShouldNotBeNull();
                    (await checkpoints.Restore(spilling, cancellation)).ShouldBeEmpty();
                }

                // Small pieces stay in memory: a file each would cost more than it saves.
                spilling.SpilledBytes.ShouldBeGreaterThan(resident.ResidentBytes / 3);
                resident.SpilledBytes.ShouldBe(0);
                foreach (var view in resident.Views) Rows(spilling.FindView(view.Name)).ShouldBe(Rows(view), view.Name);
                output.WriteLine($"{Steps * RowsPerStep:N0} rows through {Queries.Length} views: {inMemory.TotalSeconds:N2} s with {resident.ResidentBytes / 1e6:N0} MB in memory, "
                    + $"{inFiles.TotalSeconds:N2} s with {spilling.SpilledBytes / 1e6:N0} MB in files ({inFiles / inMemory:N2} times as long).");
            }
            finally
            {
                spilling.Dispose();
            }

            Directory.GetFiles(folder).ShouldBeEmpty();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static DataflowGraph Make(DataflowOptions options)
    {
        var catalog = new ScriptCatalog(Script);
        var graph = new DataflowGraph(options);
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        for (int index = 0; index < Queries.Length; index++) graph.AddView("v" + index, catalog.View(Queries[index]));
        return graph;
    }

    /// <summary>One step, made of its number alone; what the views tell, folded to a line each.</summary>
    private static TimeSpan Step(DataflowGraph graph, int step, out string told)
    {
        var random = new Random(step);
        var (orders, customers) = (graph.FindTable("o"), graph.FindTable("c"));
        long now = 1_700_000_000_000_000;
        for (int count = 0; count < RowsPerStep; count++)
        {
            long id = random.Next(30_000);
            nint row = RowValues.FromObjects(
                [id, id % 700, (long)random.Next(500), $"text {random.Next(2_000):D40}", DateTime.UnixEpoch.AddMicroseconds(now - random.Next(30_000) * 1_000_000L)], orders.Layout, graph.Arena);
            if (random.Next(8) == 0) orders.Delete(row);
            else orders.Upsert(row);
        }

        for (int count = 0; count < 50; count++) customers.Upsert(RowValues.FromObjects([(long)random.Next(800), $"name {random.Next(100)}"], customers.Layout, graph.Arena));
        var lines = new List<string>();
        long started = Stopwatch.GetTimestamp();
        graph.Step(now + step * 60_000_000L);
        var elapsed = Stopwatch.GetElapsedTime(started);
        foreach (var view in graph.Views)
        {
            ulong sum = 0;
            int changes = 0;
            view.Status.ShouldBe(ViewStatus.Live, view.Reason);
            view.ReadChanges((row, weight) =>
            {
                changes++;
                sum += PackedRow.Hash(row) * (ulong)weight;
            });
            lines.Add($"{view.Name}: {changes} changes, {sum:x}");
        }

        graph.EndStep();
        told = string.Join('\n', lines);
        return elapsed;
    }

    private static List<string> Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.Add($"{weight} {string.Join('|', RowValues.ToObjects(row, view.Layout))}"));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
