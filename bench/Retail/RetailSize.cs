using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;
using Orrery.Retail.Canal;
using Orrery.Retail.Tests.Pipelines;

namespace Orrery.Bench.Retail;

/// <summary>
/// State of an order line: the chain is played until there are so many lines, and what the second half added is divided by its lines. State grows with its rows, so ten million lines take ten million times that. The
/// chain's story has bills, tills and stock besides; the figure is of what the pipelines of orders need, and the whole warehouse stands beside it.
/// </summary>
static class RetailSize
{
    const int OperatorsTold = 40;
    const double Wanted = 10_000_000;
    static readonly string[] OrderResults = ["dwd_gqsh_order_gqsh_order", "dwd_gqsh_order_gqsh_order_item", "ads_order_sales", "ads_order_item_sales", "ads_order_sales_sum"];

    public static IReadOnlyList<Figure> Run(BenchContext context)
    {
        int lines = (int)context.Options.Number("lines", 200_000, 1_000, 20_000_000);
        using var warehouse = new InProcessWarehouse();
        var model = RetailBench.Model();
        var encoder = new CanalEncoder();
        DateTime at = RetailBench.Began;
        (long Lines, long All, long Orders) half = default;
        while (true)
        {
            var step = new List<CanalMessage>();
            for (int number = 0; number < 500; number++)
                step.AddRange(encoder.Encode(model.Next(at = at.AddSeconds(1))));
            warehouse.Step(warehouse.Slices(step));
            (long Lines, long All, long Orders) now = Measure(warehouse.Graph);
            if (half.Lines == 0 && now.Lines >= lines / 2)
                half = now;
            if (now.Lines < lines)
                continue;
            double more = now.Lines - half.Lines, orders = (now.Orders - half.Orders) / more, all = (now.All - half.All) / more;
            if (context.Options.Has("operators")) Tell(context, warehouse.Graph, now.Lines);
            context.Say($"{now.Lines:N0} lines: {now.All / 1e6:N0} MB of state, {now.Orders / 1e6:N0} MB of it for orders; the second half added {orders:N0} bytes a line for orders, {all:N0} for all");
            return
            [
                new Figure("state of ten million order lines", orders * Wanted / (1L << 30), "GB", "lower", 4, "the whole warehouse beside them", all * Wanted / (1L << 30)),
            ];
        }
    }

    static (long Lines, long All, long Orders) Measure(DataflowGraph graph)
    {
        var orders = OrderResults.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return (graph.FindTable("ods_gqsh_order_item").Rows, graph.ResidentBytes, graph.Report().Where(node => node.Views.Any(orders.Contains)).Sum(static node => node.StateBytes));
    }

    /// <summary>What holds most, a line an operator: bytes for each order line, those of a row, rows for each order line, and the views that it stands for.</summary>
    static void Tell(BenchContext context, DataflowGraph graph, long lines)
    {
        foreach (var node in graph.Report().OrderByDescending(static node => node.StateBytes).Take(OperatorsTold))
            context.Say($"{node.StateBytes / (double)lines,8:N1} a line {node.StateBytes / (double)Math.Max(1, node.StateRows),8:N0} a row {node.StateRows / (double)lines,7:N2} rows a line  {node.Kind,-12} {node.Detail} "
                + $"({string.Join(", ", node.Views.Take(3))}{(node.Views.Count > 3 ? ", ..." : "")})");
    }
}
