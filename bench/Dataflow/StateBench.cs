using System.Diagnostics;
using Orrery.Bench.Harness;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Rows;

namespace Orrery.Bench.Dataflow;

/// <summary>Bytes of state for each of a million order lines of 12 columns that are kept for a join with their orders (two lines an order), indexes and all, by the packed size of the row.</summary>
static class StateBench
{
    const string Tables = """
        CREATE TABLE lines (id BIGINT NOT NULL, order_id BIGINT NOT NULL, product BIGINT NOT NULL, sku STRING, quantity INT NOT NULL, price DECIMAL(18, 4), amount DECIMAL(18, 2), discount DECIMAL(18, 2), status INT,
          created TIMESTAMP(3), updated TIMESTAMP(3), remark STRING, PRIMARY KEY (id) NOT ENFORCED);
        CREATE TABLE orders (id BIGINT NOT NULL, buyer BIGINT, PRIMARY KEY (id) NOT ENFORCED);
        """;

    public static Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        int count = (int)context.Options.Number("rows", 1_000_000);
        var catalog = new BenchCatalog(Tables, isAppendOnly: false);
        using var graph = new DataflowGraph();
        var lines = graph.AddTable(catalog.FindRelation("lines")!);
        graph.AddTable(catalog.FindRelation("orders")!);
        graph.AddView("wide", catalog.View("SELECT l.id, l.sku, l.amount, o.buyer FROM lines AS l INNER JOIN orders AS o ON l.order_id = o.id"), new ViewOptions { IsMaterialized = false });
        long before = graph.ResidentBytes, packed = 0;
        var random = new Random(5);
        using var builder = new RowBuilder(lines.Layout, graph.Arena);
        long started = Stopwatch.GetTimestamp();
        for (int first = 0; first < count; first += 10_000)
        {
            for (int number = first; number < Math.Min(count, first + 10_000); number++)
            {
                nint row = RowValues.FromObjects(
                    [
                        (long)number, number / 2 * 7919L, (long)random.Next(20_000), $"SKU-{random.Next(100_000):00000}", (long)random.Next(1, 9), (Int128)random.Next(10_000_000), (Int128)random.Next(1_000_000),
                        (Int128)random.Next(1000), (long)random.Next(5), 1_767_225_600_000_000L + number, 1_767_225_600_000_000L + number * 2L, random.Next(3) == 0 ? "leave at the door" : null,
                    ], builder);
                packed += PackedRow.Length(row);
                lines.Upsert(row);
            }

            graph.Step(first);
            graph.EndStep();
        }

        context.Say($"{count:N0} rows of {(double)packed / count:N1} bytes in {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s; {(double)(graph.ResidentBytes - before) / count:N1} bytes of state a row");
        return Task.FromResult<IReadOnlyList<Figure>>(
            [new Figure("state by packed size", (double)(graph.ResidentBytes - before) / packed, "x", "lower", 1.5, "packed rows alone", 1)]);
    }
}
