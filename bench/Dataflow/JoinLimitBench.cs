using System.Diagnostics;
using System.Runtime.InteropServices;
using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Dataflow;

/// <summary>
/// The join of order items with their order, after-sales, product and shop: source changes a second on one core, as SQL and as a loop over dictionaries of the same rows that somebody might write by hand.
/// Orders and their items come, are paid and sent on, some come back, products and shops change now and then and touch many rows.
/// </summary>
static class JoinLimitBench
{
    const int ChangesPerStep = 1_000;

    const string Tables = """
        CREATE TABLE orders (id BIGINT NOT NULL, buyer BIGINT NOT NULL, created BIGINT NOT NULL, paid BIGINT NOT NULL, shop BIGINT NOT NULL, status INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE items (id BIGINT NOT NULL, order_id BIGINT NOT NULL, product BIGINT NOT NULL, price BIGINT NOT NULL, amount BIGINT NOT NULL, quantity INT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE aftersales (item BIGINT NOT NULL, refund BIGINT NOT NULL, refunded BIGINT NOT NULL, state INT NOT NULL, PRIMARY KEY (item) NOT ENFORCED);
        CREATE TABLE products (id BIGINT NOT NULL, category BIGINT NOT NULL, brand BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE shops (id BIGINT NOT NULL, city BIGINT NOT NULL, grade BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED);
        """;

    const string Query = """
        SELECT o.id AS order_id, i.id AS item, o.buyer, o.created, o.paid, i.product, i.price, i.amount, a.refund, a.refunded, p.category, p.brand, s.city, s.grade, i.quantity, o.status, o.shop, a.state
        FROM items AS i INNER JOIN orders AS o ON i.order_id = o.id LEFT JOIN aftersales AS a ON i.id = a.item LEFT JOIN products AS p ON i.product = p.id LEFT JOIN shops AS s ON o.shop = s.id
        """;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        var changes = OrderChanges.Make((int)context.Options.Number("changes", 1_000_000));
        double loop = 0, sql = 0;
        long loopRows = 0, sqlRows = 0;
        for (int run = 0; run < context.Runs; run++)
        {
            var hand = new OrderLoop();
            long started = Stopwatch.GetTimestamp();
            foreach (ref readonly var change in CollectionsMarshal.AsSpan(changes)) hand.Apply(change);
            loop = Math.Max(loop, changes.Count / Stopwatch.GetElapsedTime(started).TotalSeconds);
            loopRows = hand.Emitted;
            double rate = RunSql(context, changes, run == 0, out sqlRows);
            sql = Math.Max(sql, rate);
        }

        context.Say($"{changes.Count:N0} source changes; the loop gives {loopRows:N0} wide changes, SQL {sqlRows:N0}");
        return Task.FromResult<IReadOnlyList<Figure>>(
        [
            new Figure("five-way join", sql, "changes/s", "higher", 0.3 * loop, "loop by hand", loop),
            new Figure("share of the loop", sql / loop, "x", "higher", 0.3),
        ]);
    }

    static double RunSql(BenchContext context, List<OrderChange> changes, bool isTold, out long rows)
    {
        using var graph = new DataflowGraph(new DataflowOptions { Clock = context.Options.Has("operators") ? TimeProvider.System : null });
        double rate = Rate(graph, changes, out rows);
        if (isTold && context.Options.Has("operators"))
            foreach (var report in graph.Report())
                context.Say($"  {report.Id} {report.Kind} <- {string.Join(",", report.Inputs)}: {report.RowsIn:N0} in, {report.RowsOut:N0} out, {report.StateRows:N0} rows, {report.StateBytes / 1e6:N1} MB, {report.BusyMicroseconds / 1e6:N2} s");
        return rate;
    }

    /// <summary>Source changes a second through the join in a graph that is empty.</summary>
    /// <param name="rows">Changes of the view.</param>
    public static double Rate(DataflowGraph graph, List<OrderChange> changes, out long rows)
    {
        var catalog = new BenchCatalog(Tables, isAppendOnly: false);
        DataflowTable[] tables = [.. catalog.Relations.Select(relation => graph.AddTable(relation))];
        var view = graph.AddView("wide", catalog.View(Query), new ViewOptions { IsMaterialized = false });
        using var memory = new RowArena(long.MaxValue);
        nint[] packed = Pack(changes, tables, memory);
        long told = 0;
        long started = Stopwatch.GetTimestamp();
        for (int first = 0; first < packed.Length; first += ChangesPerStep)
        {
            int end = Math.Min(packed.Length, first + ChangesPerStep);
            for (int index = first; index < end; index++) tables[(int)changes[index].Kind].Upsert(packed[index]);
            graph.Step(first);
            view.ReadChanges((_, _) => told++);
            graph.EndStep();
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        rows = told;
        return packed.Length / seconds;
    }

    static nint[] Pack(List<OrderChange> changes, DataflowTable[] tables, RowArena memory)
    {
        RowBuilder[] builders = [.. tables.Select(table => new RowBuilder(table.Layout, memory))];
        nint[] rows = new nint[changes.Count];
        for (int index = 0; index < rows.Length; index++)
        {
            var change = changes[index];
            var builder = builders[(int)change.Kind];
            builder.Begin();
            Span<long> values = [change.Key, change.A, change.B, change.C, change.D, change.E];
            for (int column = 0; column < builder.Layout.Count; column++) builder.SetInt64(column, values[column]);
            rows[index] = builder.End();
        }

        foreach (var builder in builders) builder.Dispose();
        return rows;
    }
}
