using Orrery.Sql.Expressions;

namespace Orrery.Dataflow.Graphs;

/// <summary>Expressions over other places of their columns.</summary>
internal static class ColumnMap
{
    /// <summary>The expression with each column at the place that the map says.</summary>
    public static BoundExpression Apply(BoundExpression expression, Func<int, int> map) => expression switch
    {
        ColumnExpression column => column with { Index = map(column.Index) },
        CallExpression call => call with { Arguments = Apply(call.Arguments, map) },
        CaseExpression @case => @case with { Branches = Apply(@case.Branches, map), Else = Apply(@case.Else, map) },
        CastExpression cast => cast with { Operand = Apply(cast.Operand, map) },
        InListExpression list => list with { Operand = Apply(list.Operand, map), Items = Apply(list.Items, map) },
        _ => expression,
    };

    public static Arguments Apply(Arguments expressions, Func<int, int> map) => new(expressions.Select(expression => Apply(expression, map)));
}
