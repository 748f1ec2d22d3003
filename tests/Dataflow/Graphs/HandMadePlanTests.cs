using Orrery.Dataflow.Graphs;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Tests.Graphs;

public sealed class HandMadePlanTests
{
    private static readonly SqlType Key = SqlType.BigInt.Nullable(false);

    private static readonly Relation Orders = new(
        "orders", RelationKind.Table, new RowSchema([new("id", Key), new("shop", SqlType.BigInt), new("amount", SqlType.BigInt)]), [0], new Dictionary<string, string>());

    private static readonly Relation Shops = new("shops", RelationKind.Table, new RowSchema([new("id", Key), new("city", SqlType.String)]), [0], new Dictionary<string, string>());

    [Fact]
    public void A_left_join_gives_nulls_until_the_partner_comes_and_again_when_it_goes()
    {
        using var graph = new DataflowGraph();
        var orders = graph.AddTable(Orders);
        var shops = graph.AddTable(Shops);
        var view = graph.AddView("wide", LeftJoin());

        Step(graph, () => orders.Upsert(Order(graph, 1, 7, 100)));
        Rows(view).ShouldBe(["1 7 100 null null"]);
        Step(graph, () => shops.Upsert(Shop(graph, 7, "Suzhou")));
        Rows(view).ShouldBe(["1 7 100 7 Suzhou"]);
        Step(graph, () =>
        {
            orders.Upsert(Order(graph, 1, 7, 150));
            orders.Upsert(Order(graph, 2, null, 5));
            shops.Upsert(Shop(graph, 7, "Hangzhou"));
        });
        Rows(view).ShouldBe(["1 7 150 7 Hangzhou", "2 null 5 null null"]);
        Step(graph, () => shops.Delete(Shop(graph, 7, null)));
        Rows(view).ShouldBe(["1 7 150 null null", "2 null 5 null null"]);
    }

    [Fact]
    public void A_group_gives_its_row_only_when_it_changed_and_a_view_that_joins_later_sees_what_is_there()
    {
        using var graph = new DataflowGraph();
        var orders = graph.AddTable(Orders);
        graph.AddTable(Shops);
        Step(graph, () =>
        {
            orders.Upsert(Order(graph, 1, 7, 100));
            orders.Upsert(Order(graph, 2, 7, 50));
            orders.Upsert(Order(graph, 3, 8, 1));
        });
        var scan = new ScanPlan(Orders, [1, 2], new RowSchema([Orders.Schema[1], Orders.Schema[2]]));
        AggregateCall[] calls =
        [
            new(AggregateFunction.Count, Arguments.None, false, null, SortKeys.None, Key, "n"),
            new(AggregateFunction.Sum, new Arguments([new ColumnExpression(1, SqlType.BigInt, "amount")]), false, null, SortKeys.None, SqlType.BigInt, "total"),
            new(AggregateFunction.Maximum, new Arguments([new ColumnExpression(1, SqlType.BigInt, "amount")]), false, null, SortKeys.None, SqlType.BigInt, "most"),
        ];
        var plan = new AggregatePlan(scan, new Arguments([new ColumnExpression(0, SqlType.BigInt, "shop")]), calls, new RowSchema([new("shop", SqlType.BigInt), new("n", Key), new("total", SqlType.BigInt), new("most", SqlType.BigInt)]));
        var view = graph.AddView("totals", plan);
        Rows(view).ShouldBe(["7 2 150 100", "8 1 1 1"]);

        var changes = new List<string>();
        orders.Upsert(Order(graph, 1, 7, 20));
        orders.Upsert(Order(graph, 3, 8, 1));
        graph.Step(1);
        view.ReadChanges((row, weight) => changes.Add($"{weight}: {Text(view.Layout, row)}"));
        graph.EndStep();
        changes.Order().ShouldBe(["-1: 7 2 150 100", "1: 7 2 70 50"]);
        Step(graph, () => orders.Delete(Order(graph, 3, null, null)));
        Rows(view).ShouldBe(["7 2 70 50"]);
    }

    private static JoinPlan LeftJoin()
    {
        var left = new ScanPlan(Orders, [0, 1, 2], Orders.Schema);
        var right = new ScanPlan(Shops, [0, 1], Shops.Schema);
        var schema = new RowSchema([.. Orders.Schema.Columns, new("shop_id", SqlType.BigInt), new("city", SqlType.String)]);
        return new JoinPlan(left, right, JoinKind.Left, new Arguments([new ColumnExpression(1, SqlType.BigInt, "shop")]), new Arguments([new ColumnExpression(0, Key, "id")]), null, schema);
    }

    private static void Step(DataflowGraph graph, Action changes)
    {
        changes();
        graph.Step(1);
        graph.EndStep();
    }

    private static nint Order(DataflowGraph graph, long id, long? shop, long? amount)
    {
        using var builder = new RowBuilder(graph.FindTable("orders").Layout, graph.Arena);
        builder.Begin();
        builder.SetInt64(0, id);
        if (shop is { } number) builder.SetInt64(1, number);
        if (amount is { } value) builder.SetInt64(2, value);
        return builder.End();
    }

    private static nint Shop(DataflowGraph graph, long id, string? city)
    {
        using var builder = new RowBuilder(graph.FindTable("shops").Layout, graph.Arena);
        builder.Begin();
        builder.SetInt64(0, id);
        if (city is not null) builder.SetBytes(1, System.Text.Encoding.UTF8.GetBytes(city));
        return builder.End();
    }

    private static List<string> Rows(DataflowView view)
    {
        var rows = new List<string>();
        view.ReadRows((row, weight) => rows.AddRange(Enumerable.Repeat(Text(view.Layout, row), weight)));
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    private static string Text(RowLayout layout, nint row) => string.Join(' ', Enumerable.Range(0, layout.Count).Select(column =>
        RowReader.IsNull(row, column) ? "null"
        : layout.Schema[column].Type.IsVariable ? RowReader.Bytes(row, layout.OffsetOf(column)).ToString()
        : RowReader.Integer(row, layout.OffsetOf(column), layout.Schema[column].Type).ToString()));
}
