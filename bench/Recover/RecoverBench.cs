using System.Diagnostics;
using Orrery.Bench.Dataflow;
using Orrery.Bench.Harness;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Recover;

/// <summary>
/// A graph of a join, an aggregate and a top list over order lines until its state has so many megabytes; a checkpoint to a folder; so many changes behind it. Then, as after a crash: open, restore, do the changes again. Beside
/// it the checkpoint's files are read and copied into memory, nothing else. The files are in the system's cache: on a cold disk its speed comes on top.
/// </summary>
static class RecoverBench
{
    const string Tables = """
        CREATE TABLE lines (id BIGINT NOT NULL, order_id BIGINT NOT NULL, product BIGINT NOT NULL, sku STRING, quantity INT NOT NULL, price DECIMAL(18, 4), amount DECIMAL(18, 2), discount DECIMAL(18, 2), status INT,
          created TIMESTAMP(3), updated TIMESTAMP(3), remark STRING, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE orders (id BIGINT NOT NULL, buyer BIGINT, PRIMARY KEY (id) NOT ENFORCED);
        """;

    const int StepRows = 10_000;

    static readonly (string Name, string Text)[] Views =
    [
        ("wide", "SELECT l.id, l.sku, l.amount, o.buyer FROM lines AS l INNER JOIN orders AS o ON l.order_id = o.id"),
        ("totals", "SELECT product, COUNT(*) AS n, SUM(amount) AS total, MAX(price) AS price FROM lines GROUP BY product"),
        ("best", "SELECT product, id, amount FROM (SELECT product, id, amount, ROW_NUMBER() OVER (PARTITION BY product ORDER BY amount DESC) AS place FROM lines) AS ranked WHERE place <= 3"),
    ];

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        long megabytes = context.Options.Number("megabytes", 1024, 1, 64 * 1024);
        int behind = (int)context.Options.Number("changes", 500_000, 0, 100_000_000);
        var store = new FolderCheckpointStore(context.Scratch);
        int rows = 0;
        long state;
        double rest, delta, deltaRest;
        string expected;
        using (DataflowGraph graph = Make())
        {
            long started = Stopwatch.GetTimestamp();
            for (; graph.ResidentBytes < megabytes << 20; rows += StepRows)
                Step(graph, rows, rows);
            context.Say($"{rows:N0} rows, {graph.ResidentBytes / 1048576.0:N0} MiB of state, made in {Seconds(started):N1} s");
            var checkpoints = new GraphCheckpoints(store);
            started = Stopwatch.GetTimestamp();
            CheckpointReport report = await checkpoints.Write(graph, new byte[1], CancellationToken.None);
            rest = Seconds(started);
            context.Say($"checkpoint of {report.StateBytes / 1048576.0:N0} MiB, {report.WrittenBytes / 1048576.0:N0} MiB written in {rest:N2} s, {report.Segments} segments");
            for (int done = 0; done < behind / 10; done += StepRows)
                Step(graph, done, rows + done);
            started = Stopwatch.GetTimestamp();
            CapturedCheckpoint captured = await checkpoints.Capture(graph, new byte[1], CancellationToken.None);
            deltaRest = Seconds(started);
            report = await checkpoints.Complete(captured, CancellationToken.None);
            delta = Seconds(started);
            state = report.StateBytes;
            context.Say($"the next one, behind {behind / 10:N0} changes: {report.WrittenBytes / 1048576.0:N0} MiB written, at rest {deltaRest:N2} s of {delta:N2} s");
            for (int done = 0; done < behind; done += StepRows)
                Step(graph, behind / 10 + done, rows + done);
            expected = Digest(graph);
        }

        var restores = new List<double>();
        var catchUps = new List<double>();
        var copies = new List<double>();
        for (int run = 0; run < context.Runs; run++)
        {
            GC.Collect();
            using DataflowGraph graph = Make();
            long started = Stopwatch.GetTimestamp();
            var checkpoints = new GraphCheckpoints(store);
            if (await checkpoints.Open(CancellationToken.None) is null)
                throw new InvalidOperationException($"{context.Scratch} has no checkpoint.");
            double opened = Seconds(started);
            await checkpoints.Restore(graph, CancellationToken.None);
            double restored = Seconds(started);
            for (int done = 0; done < behind; done += StepRows)
                Step(graph, behind / 10 + done, rows + done);
            double whole = Seconds(started);
            restores.Add(restored);
            catchUps.Add(whole);
            context.Say($"opened in {opened:N2} s, restored in {restored:N2} s, {behind:N0} changes done again in {whole - restored:N2} s");
            if (Digest(graph) != expected)
                throw new InvalidOperationException("What was restored and caught up is not what was lost.");
            copies.Add(Copy(context.Scratch));
        }

        return
        [
            new Figure($"restore {state / 1048576.0:N0} MiB and catch up", BenchContext.Median(catchUps), "s", "lower", 10, "files read and copied", BenchContext.Median(copies)),
            new Figure("restore alone", BenchContext.Median(restores), "s", "lower", null, "files read and copied", BenchContext.Median(copies)),
            new Figure("first checkpoint, at rest", rest, "s", "lower"),
            new Figure("next checkpoint, at rest", deltaRest, "s", "lower"),
        ];
    }

    static DataflowGraph Make()
    {
        var catalog = new BenchCatalog(Tables, isAppendOnly: false);
        var graph = new DataflowGraph();
        foreach (var relation in catalog.Relations) graph.AddTable(relation);
        foreach ((string name, string text) in Views) graph.AddView(name, catalog.View(text));
        return graph;
    }

    /// <summary>Lines from a number on, each with its order; the same for the same number.</summary>
    static void Step(DataflowGraph graph, int first, int clock)
    {
        DataflowTable lines = graph.FindTable("lines"), orders = graph.FindTable("orders");
        var random = new Random(first);
        using var line = new RowBuilder(lines.Layout, graph.Arena);
        using var order = new RowBuilder(orders.Layout, graph.Arena);
        for (int number = first; number < first + StepRows; number++)
        {
            lines.Upsert(RowValues.FromObjects(
                [
                    (long)number, number / 2 * 7919L, (long)random.Next(20_000), $"SKU-{random.Next(100_000):00000}", (long)random.Next(1, 9), (Int128)random.Next(10_000_000), (Int128)random.Next(1_000_000),
                    (Int128)random.Next(1000), (long)random.Next(5), 1_767_225_600_000_000L + number, 1_767_225_600_000_000L + clock, random.Next(3) == 0 ? "leave at the door" : null,
                ], line));
            if (number % 2 == 0)
                orders.Upsert(RowValues.FromObjects([number / 2 * 7919L, (long)random.Next(100_000)], order));
        }

        graph.Step(Math.Max(clock, graph.NowMicroseconds));
        graph.EndStep();
    }

    static string Digest(DataflowGraph graph)
    {
        ulong digest = 0;
        foreach ((string name, _) in Views)
            graph.FindView(name).ReadRows((row, weight) => digest += PackedRow.Hash(row) * (ulong)weight);
        return $"{digest:x16}";
    }

    /// <summary>What the bytes alone cost.</summary>
    static double Copy(string folder)
    {
        long started = Stopwatch.GetTimestamp();
        byte[] buffer = new byte[1 << 20];
        foreach (string file in Directory.EnumerateFiles(folder, "segment-*"))
        {
            using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
            byte[] target = GC.AllocateUninitializedArray<byte>((int)stream.Length);
            int place = 0;
            for (int read; (read = stream.Read(buffer)) > 0; place += read)
                buffer.AsSpan(0, read).CopyTo(target.AsSpan(place));
        }

        return Seconds(started);
    }

    static double Seconds(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds;
}
