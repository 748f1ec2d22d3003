using System.Text;
using Orrery.Dataflow.Aggregates;
using Orrery.Dataflow.Operators;
using Orrery.Dataflow.State;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Graphs;

internal sealed partial class PlanBuilder
{
    private Operator BuildAggregate(AggregatePlan aggregate, string fingerprint)
    {
        var needed = new List<BoundExpression>(aggregate.Keys);
        foreach (var call in aggregate.Calls) needed.AddRange(ExpressionsOf(call));
        var source = Extend(Resolve(aggregate.Input, isArranged: false), needed, isArranged: false, out int[] columns);
        // The one group, which has a row even over no rows, is the first partition's.
        if (aggregate.Keys.Count == 0 && registry.Partition.Number > 0) return new NothingOperator(fingerprint, new RowLayout(aggregate.Schema), source.Operator);
        int next = aggregate.Keys.Count;
        var calls = new List<AggregateColumn>();
        foreach (var call in aggregate.Calls) calls.Add(ColumnsOf(call, columns, ref next));
        return new AggregateOperator(fingerprint, new RowLayout(aggregate.Schema), source.Operator, columns[..aggregate.Keys.Count], calls, policy, memory);
    }

    /// <summary>What a call computes of a row: its argument, its filter, its order.</summary>
    internal static IEnumerable<BoundExpression> ExpressionsOf(AggregateCall call)
    {
        if (call.Arguments.Count > 0) yield return call.Arguments[0];
        if (call.Filter is { } filter) yield return filter;
        foreach (var key in call.Order) yield return key.Expression;
    }

    /// <summary>The call over columns, of which <paramref name="next"/> is the first that is its own.</summary>
    internal static AggregateColumn ColumnsOf(AggregateCall call, int[] columns, ref int next)
    {
        int argument = call.Arguments.Count > 0 ? columns[next++] : -1;
        int filter = call.Filter is null ? -1 : columns[next++];
        var order = new List<OrderColumn>();
        foreach (var key in call.Order) order.Add(new OrderColumn(columns[next++], key.IsDescending, key.NullsFirst));
        byte[] separator = call.Arguments.Count > 1 && call.Arguments[1] is ConstantExpression { Value: string text } ? Encoding.UTF8.GetBytes(text) : ","u8.ToArray();
        return new AggregateColumn(call.Function, argument, separator, call.IsDistinct, filter, order, call.Type, call.Name);
    }
}
