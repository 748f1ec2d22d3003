using Orrery.Dataflow.Graphs;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Tests.Comparison;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Tests.Checkpoints;

public sealed class GraphCheckpointsTests
{
    private const string Script = "CREATE TABLE t (id BIGINT NOT NULL, k BIGINT, v BIGINT, PRIMARY KEY (id) NOT ENFORCED);";
    private const string Query = "SELECT k, SUM(v) AS total FROM t GROUP BY k";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_changed_is_written_and_what_no_checkpoint_needs_is_deleted()
    {
        using var graph = Make(("totals", Query));
        Fill(graph, 0, 20_000);
        var store = new MemoryCheckpointStore();
        var checkpoints = new GraphCheckpoints(store);
        var first = await checkpoints.Write(graph, new byte[] { 1 }, Cancellation);
        first.IsBase.ShouldBeTrue();
        Fill(graph, 7, 1);
        var second = await checkpoints.Write(graph, new byte[] { 2 }, Cancellation);
        second.IsBase.ShouldBeFalse();
        second.WrittenBytes.ShouldBeLessThan(first.WrittenBytes / 3);
        for (int round = 0; round < 30; round++)
        {
            Fill(graph, round * 500, 500);
            (await checkpoints.Write(graph, new byte[] { 3 }, Cancellation)).StateBytes.ShouldBeGreaterThan(0);
        }

        store.Files.Values.Sum(file => (long)file.Length).ShouldBeLessThan(first.StateBytes * 8);
        store.Files.Keys.Count(name => name.StartsWith("manifest", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task Segments_are_kept_few_by_writing_little_of_them_once_more_and_what_is_restored_is_the_same()
    {
        using var graph = Make(("totals", Query));
        Fill(graph, 0, 60_000);
        var store = new MemoryCheckpointStore();
        var options = new CheckpointOptions { SegmentBytesMax = 256 * 1024, HeldBytesMax = 0, SegmentsToStateMax = 1.2, SegmentsMax = 8 };
        var checkpoints = new GraphCheckpoints(store, options);
        var first = await checkpoints.Write(graph, new byte[] { 1 }, Cancellation);
        int anew = 0;
        for (int round = 0; round < 60; round++)
        {
            Fill(graph, round * 997 % 60_000, 40);
            var report = await checkpoints.Write(graph, new byte[] { 2 }, Cancellation);
            if (report.IsBase) anew++;
            report.WrittenBytes.ShouldBeLessThan(first.WrittenBytes / 2);
            report.Segments.ShouldBeLessThanOrEqualTo(2 * (8 + (int)(report.StateBytes / options.SegmentBytesMax)) + 2);
        }

        anew.ShouldBe(0);
        using var other = Make(("totals", Query));
        var opened = new GraphCheckpoints(store, options);
        await opened.Open(Cancellation);
        await opened.Restore(other, Cancellation);
        Rows(other, "totals").ShouldBe(Rows(graph, "totals"));
        Fill(graph, 5, 9);
        Fill(other, 5, 9);
        Rows(other, "totals").ShouldBe(Rows(graph, "totals"));
    }

    [Fact]
    public async Task A_missing_segment_is_named_and_a_damaged_block_is_refused()
    {
        using var graph = Make(("totals", Query));
        Fill(graph, 0, 1000);
        var store = new MemoryCheckpointStore();
        await new GraphCheckpoints(store).Write(graph, new byte[] { 1 }, Cancellation);
        string segment = store.Files.Keys.Single(name => name.StartsWith("segment", StringComparison.Ordinal));
        byte[] bytes = store.Files[segment];

        store.Files.Remove(segment);
        (await Should.ThrowAsync<CheckpointException>(() => new GraphCheckpoints(store).Open(Cancellation))).Message.ShouldContain(segment);

        store.Files[segment] = [.. bytes];
        store.Files[segment][bytes.Length / 2] ^= 1;
        var damaged = new GraphCheckpoints(store);
        (await damaged.Open(Cancellation)).ShouldNotBeNull();
        using var fresh = Make(("totals", Query));
        (await Should.ThrowAsync<CheckpointException>(() => damaged.Restore(fresh, Cancellation))).Message.ShouldContain(segment);
        Should.Throw<InvalidOperationException>(() => fresh.Step(1));
    }

    [Fact]
    public async Task A_view_that_the_checkpoint_does_not_know_is_filled_from_the_rows_and_one_that_stopped_stays_stopped()
    {
        using var graph = Make(("totals", Query), ("risky", "SELECT id, 10 / v AS part FROM t"));
        Fill(graph, 0, 9);
        graph.FindTable("t").Upsert(RowValues.FromObjects([100L, 1L, 0L], graph.FindTable("t").Layout, graph.Arena));
        graph.Step(5);
        graph.EndStep();
        graph.FindView("risky").Status.ShouldBe(ViewStatus.Failed);
        var store = new MemoryCheckpointStore();
        await new GraphCheckpoints(store).Write(graph, new byte[] { 1 }, Cancellation);

        using var other = Make(("risky", "SELECT id, 10 / v AS part FROM t"), ("totals", Query), ("many", "SELECT k, COUNT(*) AS n FROM t GROUP BY k"));
        var checkpoints = new GraphCheckpoints(store);
        await checkpoints.Open(Cancellation);
        (await checkpoints.Restore(other, Cancellation)).ShouldBe(["many"]);
        other.FindView("risky").Status.ShouldBe(ViewStatus.Failed);
        other.FindView("risky").Reason.ShouldBe(graph.FindView("risky").Reason);
        Rows(other, "risky").ShouldBe(Rows(graph, "risky"));
        Rows(other, "totals").ShouldBe(Rows(graph, "totals"));
        Rows(other, "many").ShouldNotBeEmpty();
        Fill(graph, 3, 4);
        Fill(other, 3, 4);
        Rows(other, "totals").ShouldBe(Rows(graph, "totals"));
    }

    private static DataflowGraph Make(params (string Name, string Text)[] views)
    {
        var catalog = new ScriptCatalog(Script);
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        foreach (var (name, text) in views) graph.AddView(name, catalog.View(text));
        return graph;
    }

    private static void Fill(DataflowGraph graph, int first, int count)
    {
        var table = graph.FindTable("t");
        for (int id = first; id < first + count; id++) table.Upsert(RowValues.FromObjects([(long)id, (long)(id % 5), (long)(id + count)], table.Layout, graph.Arena));
        graph.Step(graph.NowMicroseconds == long.MinValue ? 0 : graph.NowMicroseconds + 1);
        graph.EndStep();
    }

    private static List<string> Rows(DataflowGraph graph, string view)
    {
        var rows = new List<string>();
        var found = graph.FindView(view);
        found.ReadRows((row, weight) => rows.Add($"{weight} {string.Join('|', RowValues.ToObjects(row, found.Layout))}"));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }
}
