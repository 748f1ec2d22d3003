using Orrery.Dataflow.Operators;
using Orrery.Dataflow.Operators.Joins;
using Orrery.Dataflow.State;
using Orrery.Dataflow.Time;
using Orrery.Dataflow.Windows;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Graphs;

internal sealed partial class PlanBuilder
{
    private Operator BuildWindow(WindowPlan window, string fingerprint)
    {
        var source = Extend(PlanSource.Of(Build(window.Input)), [window.Time, .. window.PartitionKeys], isArranged: false, out int[] columns);
        var layout = new RowLayout(window.Schema);
        int width = window.Input.Schema.Count;
        return window.Kind == WindowKind.Session
            ? new SessionOperator(fingerprint, layout, source.Operator, width, columns[0], columns[1..], window, memory)
            : new WindowOperator(fingerprint, layout, source.Operator, width, columns[0], window);
    }

    private TimeFilterOperator BuildTimeFilter(TimeFilterPlan filter, string fingerprint)
    {
        var needed = new List<BoundExpression>();
        if (filter.From is { } from) needed.Add(from);
        if (filter.Until is { } until) needed.Add(until);
        var source = Extend(PlanSource.Of(Build(filter.Input)), needed, isArranged: false, out int[] columns);
        return new TimeFilterOperator(
            fingerprint, new RowLayout(filter.Schema), source.Operator, filter.Input.Schema.Count, filter.From is null ? -1 : columns[0], filter.Until is null ? -1 : columns[^1], memory);
    }

    private UnnestOperator BuildUnnest(UnnestPlan unnest, string fingerprint)
    {
        var source = Extend(PlanSource.Of(Build(unnest.Input)), [unnest.Array], isArranged: false, out int[] columns);
        return new UnnestOperator(fingerprint, new RowLayout(unnest.Schema), source.Operator, unnest.Input.Schema.Count, columns[0], unnest.IsLeft, unnest.WithOrdinality);
    }

    private OverOperator BuildOver(OverPlan over, string fingerprint)
    {
        var needed = new List<BoundExpression>([.. over.PartitionKeys, .. over.Order.Select(key => key.Expression)]);
        foreach (var call in over.Calls)
        {
            if (call.Aggregate is { } aggregate) needed.AddRange(ExpressionsOf(aggregate));
            else needed.AddRange(ValuesOf(call));
        }

        var source = Extend(PlanSource.Of(Build(over.Input)), needed, isArranged: false, out int[] columns);
        int keys = over.PartitionKeys.Count, next = keys + over.Order.Count;
        OrderColumn[] order = [.. over.Order.Select((key, index) => new OrderColumn(columns[keys + index], key.IsDescending, key.NullsFirst))];
        var calls = new List<OverColumn>();
        foreach (var call in over.Calls)
        {
            if (call.Aggregate is { } aggregate)
            {
                calls.Add(new OverColumn(call.Function, -1, 0, -1, ColumnsOf(aggregate, columns, ref next), call.Frame));
                continue;
            }

            bool isShift = call.Function is OverFunction.Lag or OverFunction.Lead;
            int argument = HasValue(call) ? columns[next++] : -1;
            int @default = isShift && call.Arguments.Count > 2 ? columns[next++] : -1;
            long constant = isShift ? call.Arguments.Count > 1 ? ConstantOf(call.Arguments[1]) : 1
                : call.Function is OverFunction.Tiles or OverFunction.NthValue ? ConstantOf(call.Arguments[^1]) : 0;
            calls.Add(new OverColumn(call.Function, argument, constant, @default, null, call.Frame));
        }

        return new OverOperator(fingerprint, new RowLayout(over.Schema), source.Operator, over.Input.Schema.Count, columns[..keys], order, calls, policy, memory);
    }

    private static bool HasValue(OverCall call) => call.Function is OverFunction.Lag or OverFunction.Lead or OverFunction.FirstValue or OverFunction.LastValue or OverFunction.NthValue;

    private static IEnumerable<BoundExpression> ValuesOf(OverCall call)
    {
        if (HasValue(call)) yield return call.Arguments[0];
        if (call.Function is OverFunction.Lag or OverFunction.Lead && call.Arguments.Count > 2) yield return call.Arguments[2];
    }

    private static long ConstantOf(BoundExpression expression) => expression switch
    {
        ConstantExpression { Value: long number } => number,
        CastExpression cast => ConstantOf(cast.Operand),
        _ => throw new NotSupportedException("The offset or the number of a window function is a constant integer."),
    };

    private LookupOperator BuildLookup(LookupPlan lookup, string fingerprint)
    {
        var left = Extend(PlanSource.Of(Build(lookup.Left)), [.. lookup.LeftKeys], isArranged: false, out int[] leftColumns);
        var right = Extend(Resolve(lookup.Right, isArranged: true), [.. lookup.RightKeys], isArranged: true, out int[] rightColumns);
        RowPredicate? residual = null;
        if (lookup.Residual is { } condition)
        {
            int Map(int column) => column < left.Columns.Length ? left.Columns[column] : left.Operator.Layout.Count + right.Columns[column - left.Columns.Length];
            residual = ExpressionCompiler.Predicate(ColumnMap.Apply(condition, Map), left.Operator.Layout, right.Operator.Layout, policy);
        }

        List<(int Source, int Column)> columns = [.. left.Columns.Select(column => (0, column)), .. right.Columns.Select(column => (1, column))];
        return new LookupOperator(
            fingerprint, new RowLayout(lookup.Schema), left.Operator, right.Operator, lookup.Left.Schema.Count, leftColumns, rightColumns, columns, residual, lookup.IsLeft, memory);
    }
}
