using System.Runtime.CompilerServices;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;

namespace Orrery.Sql.Plans;

/// <summary>Walks over plans.</summary>
public static class PlanTraversal
{
    /// <summary>All nodes, each before its inputs.</summary>
    public static IEnumerable<Plan> Nodes(Plan plan)
    {
        var open = new Stack<Plan>();
        open.Push(plan);
        while (open.TryPop(out var next))
        {
            yield return next;
            for (int i = next.Inputs.Count - 1; i >= 0; i--) open.Push(next.Inputs[i]);
        }
    }

    /// <summary>The node with other inputs, which give the same columns; its schema stays.</summary>
    public static Plan WithInputs(Plan plan, IReadOnlyList<Plan> inputs)
    {
        bool same = true;
        for (int i = 0; i < inputs.Count; i++) same &= ReferenceEquals(inputs[i], plan.Inputs[i]);
        if (same) return plan;
        return plan switch
        {
            FilterPlan filter => new FilterPlan(inputs[0], filter.Predicate),
            ProjectPlan project => project with { Input = inputs[0] },
            JoinPlan join => join with { Left = inputs[0], Right = inputs[1] },
            AggregatePlan aggregate => aggregate with { Input = inputs[0] },
            ExpandPlan expand => expand with { Input = inputs[0] },
            UnionPlan union => union with { Parts = inputs },
            SetOperationPlan set => set with { Left = inputs[0], Right = inputs[1] },
            TopPlan top => top with { Input = inputs[0] },
            OverPlan over => over with { Input = inputs[0] },
            WindowPlan window => window with { Input = inputs[0] },
            TimeFilterPlan filter => new TimeFilterPlan(inputs[0], filter.From, filter.Until),
            LookupPlan lookup => lookup with { Left = inputs[0], Right = inputs[1] },
            UnnestPlan unnest => unnest with { Input = inputs[0] },
            SortPlan sort => new SortPlan(inputs[0], sort.Order, sort.Offset, sort.Limit),
            ExchangePlan exchange => new ExchangePlan(inputs[0], exchange.Kind, exchange.Keys, exchange.IsNetted, exchange.Reason),
            _ => plan,
        };
    }

    /// <summary>All expressions of this node itself.</summary>
    public static IEnumerable<BoundExpression> Expressions(Plan plan) => plan switch
    {
        ValuesPlan values => values.Rows.SelectMany(row => row),
        FilterPlan filter => [filter.Predicate],
        ProjectPlan project => project.Expressions,
        JoinPlan join => [.. join.LeftKeys, .. join.RightKeys, .. Optional(join.Residual)],
        LookupPlan lookup => [.. lookup.LeftKeys, .. lookup.RightKeys, .. Optional(lookup.Residual)],
        AggregatePlan aggregate => [.. aggregate.Keys, .. aggregate.Calls.SelectMany(Expressions)],
        ExpandPlan expand => expand.Projections.SelectMany(row => row),
        TopPlan top => [.. top.PartitionKeys, .. top.Order.Select(key => key.Expression)],
        OverPlan over => [.. over.PartitionKeys, .. over.Order.Select(key => key.Expression),
            .. over.Calls.SelectMany(call => (IEnumerable<BoundExpression>)[.. call.Arguments, .. call.Aggregate is null ? [] : Expressions(call.Aggregate)])],
        WindowPlan window => [window.Time, .. window.PartitionKeys],
        TimeFilterPlan filter => [.. Optional(filter.From), .. Optional(filter.Until)],
        UnnestPlan unnest => [unnest.Array],
        SortPlan sort => sort.Order.Select(key => key.Expression),
        ExchangePlan exchange => exchange.Keys,
        _ => [],
    };

    /// <summary>All expressions of an aggregate.</summary>
    public static IEnumerable<BoundExpression> Expressions(AggregateCall call) => [.. call.Arguments, .. Optional(call.Filter), .. call.Order.Select(key => key.Expression)];

    /// <summary>This node with its own expressions rewritten; inputs and schema stay.</summary>
    public static Plan RewriteExpressions(Plan plan, Func<BoundExpression, BoundExpression?> replace)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        BoundExpression? Maybe(BoundExpression? expression) => expression is null ? null : ExpressionTree.Rewrite(expression, replace);
        Arguments All(Arguments expressions) => ExpressionTree.Rewrite(expressions, replace);
        return plan switch
        {
            ValuesPlan values => values with { Rows = [.. values.Rows.Select(All)] },
            FilterPlan filter => new FilterPlan(filter.Input, ExpressionTree.Rewrite(filter.Predicate, replace)),
            ProjectPlan project => project with { Expressions = All(project.Expressions) },
            JoinPlan join => join with { LeftKeys = All(join.LeftKeys), RightKeys = All(join.RightKeys), Residual = Maybe(join.Residual) },
            LookupPlan lookup => lookup with { LeftKeys = All(lookup.LeftKeys), RightKeys = All(lookup.RightKeys), Residual = Maybe(lookup.Residual) },
            AggregatePlan aggregate => aggregate with { Keys = All(aggregate.Keys), Calls = [.. aggregate.Calls.Select(call => Rewrite(call, replace))] },
            ExpandPlan expand => expand with { Projections = [.. expand.Projections.Select(All)] },
            TopPlan top => top with { PartitionKeys = All(top.PartitionKeys), Order = ExpressionTree.Rewrite(top.Order, replace) },
            OverPlan over => over with
            {
                PartitionKeys = All(over.PartitionKeys),
                Order = ExpressionTree.Rewrite(over.Order, replace),
                Calls = [.. over.Calls.Select(call => call with { Arguments = All(call.Arguments), Aggregate = call.Aggregate is null ? null : Rewrite(call.Aggregate, replace) })],
            },
            WindowPlan window => window with { Time = ExpressionTree.Rewrite(window.Time, replace), PartitionKeys = All(window.PartitionKeys) },
            TimeFilterPlan filter => new TimeFilterPlan(filter.Input, Maybe(filter.From), Maybe(filter.Until)),
            UnnestPlan unnest => unnest with { Array = ExpressionTree.Rewrite(unnest.Array, replace) },
            SortPlan sort => new SortPlan(sort.Input, ExpressionTree.Rewrite(sort.Order, replace), sort.Offset, sort.Limit),
            ExchangePlan exchange => exchange with { Keys = All(exchange.Keys) },
            _ => plan,
        };
    }

    /// <summary>An aggregate with its expressions rewritten.</summary>
    public static AggregateCall Rewrite(AggregateCall call, Func<BoundExpression, BoundExpression?> replace) => call with
    {
        Arguments = ExpressionTree.Rewrite(call.Arguments, replace),
        Filter = call.Filter is null ? null : ExpressionTree.Rewrite(call.Filter, replace),
        Order = ExpressionTree.Rewrite(call.Order, replace),
    };

    private static BoundExpression[] Optional(BoundExpression? expression) => expression is null ? [] : [expression];
}
