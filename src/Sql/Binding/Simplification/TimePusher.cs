using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;

namespace Orrery.Sql.Binding.Simplification;

/// <summary>Moves time filters down, so that rows out of sight take no room in joins.</summary>
internal static class TimePusher
{
    public static Plan Push(Plan plan, BoundExpression? from, BoundExpression? until)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        bool All(Func<int, bool> test) => (from is null || ExpressionTree.AllColumns(from, test)) && (until is null || ExpressionTree.AllColumns(until, test));
        BoundExpression? Map(BoundExpression? expression, Func<ColumnExpression, BoundExpression> map) => expression is null ? null : ExpressionTree.MapColumns(expression, map);
        switch (plan)
        {
            case FilterPlan filter:
                // A condition that is decided once goes before one that the clock decides, unless that goes further down.
                var below = Push(filter.Input, from, until);
                return below is TimeFilterPlan { Input: var input } && ReferenceEquals(input, filter.Input) ? Timed(filter, from, until) : new FilterPlan(below, filter.Predicate);
            case ProjectPlan project when All(column => project.Expressions[column] is ColumnExpression or CastExpression { Operand: ColumnExpression }):
                return project with { Input = Push(project.Input, Map(from, column => project.Expressions[column.Index]), Map(until, column => project.Expressions[column.Index])) };
            case UnionPlan union:
                return union with { Parts = [.. union.Parts.Select(part => Push(part, from, until))] };
            case JoinPlan join when join.Kind is not (JoinKind.Right or JoinKind.Full) && All(column => column < join.Left.Schema.Count):
                return join with { Left = Push(join.Left, from, until) };
            case JoinPlan { Kind: JoinKind.Inner or JoinKind.Right } join when All(column => column >= join.Left.Schema.Count):
                int count = join.Left.Schema.Count;
                return join with { Right = Push(join.Right, Map(from, column => column with { Index = column.Index - count }), Map(until, column => column with { Index = column.Index - count })) };
            default:
                return Timed(plan, from, until);
        }
    }

    /// <summary>A beginning and an end are one filter.</summary>
    private static TimeFilterPlan Timed(Plan plan, BoundExpression? from, BoundExpression? until) => plan switch
    {
        TimeFilterPlan { From: null } inner when until is null => new TimeFilterPlan(inner.Input, from, inner.Until),
        TimeFilterPlan { Until: null } inner when from is null => new TimeFilterPlan(inner.Input, inner.From, until),
        _ => new TimeFilterPlan(plan, from, until),
    };
}
