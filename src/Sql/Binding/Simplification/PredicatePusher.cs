using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;

namespace Orrery.Sql.Binding.Simplification;

/// <summary>Moves conditions down through a plan as far as they mean the same, and makes keys of joins from equalities.</summary>
internal static class PredicatePusher
{
    /// <summary>Parts of a condition that was written over the input of a projection, at most; a larger one stays above it.</summary>
    private const int ConditionPartsMax = 1_000;

    /// <summary>The rows of the plan for which all conditions hold.</summary>
    public static Plan Push(Plan plan, IReadOnlyList<BoundExpression> conditions)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var useful = conditions.Where(condition => condition is not ConstantExpression { Value: true }).Distinct().ToList();
        if (useful.Any(condition => condition is ConstantExpression { Value: null or false })) return new ValuesPlan([], plan.Schema);
        return plan switch
        {
            FilterPlan filter => Filter(filter, useful),
            ProjectPlan project => Project(project, useful),
            JoinPlan join => JoinPusher.Push(join, useful),
            AggregatePlan aggregate => Aggregate(aggregate, useful),
            UnionPlan union => union with { Parts = [.. union.Parts.Select(part => Push(part, useful))] },
            SetOperationPlan set => set with { Left = Push(set.Left, useful), Right = Push(set.Right, useful) },
            TopPlan top => Below(top, useful, PartitionColumns(top.PartitionKeys)),
            OverPlan over => Over(over, useful),
            WindowPlan { Kind: WindowKind.Session } window => Below(window, useful, PartitionColumns(window.PartitionKeys)),
            WindowPlan or UnnestPlan => Below(plan, useful, column => column < plan.Inputs[0].Schema.Count),
            TimeFilterPlan filter => TimePusher.Push(Push(filter.Input, useful), filter.From, filter.Until),
            LookupPlan lookup => Lookup(lookup, useful),
            SortPlan { Limit: null, Offset: 0 } => Below(plan, useful, _ => true),
            _ => Above(PlanTraversal.WithInputs(plan, [.. plan.Inputs.Select(input => Push(input, []))]), useful),
        };
    }

    /// <summary>The conditions over a plan that takes none.</summary>
    public static Plan Above(Plan plan, IReadOnlyList<BoundExpression> conditions) => BindingSession.Filter(plan, conditions);

    private static Plan Filter(FilterPlan filter, List<BoundExpression> conditions)
    {
        var all = ExpressionTree.Conjuncts(filter.Predicate);
        all.AddRange(conditions);
        // What is not the same each time stays where it was written.
        var kept = all.Where(condition => !ExpressionTree.IsDeterministic(condition)).ToList();
        return Above(Push(filter.Input, [.. all.Where(ExpressionTree.IsDeterministic)]), kept);
    }

    private static Plan Project(ProjectPlan project, List<BoundExpression> conditions)
    {
        var below = new List<BoundExpression>();
        var above = new List<BoundExpression>();
        foreach (var condition in conditions)
        {
            var written = ExpressionTree.AllColumns(condition, column => ExpressionTree.IsDeterministic(project.Expressions[column]))
                ? ExpressionTree.MapColumns(condition, column => project.Expressions[column.Index])
                : null;
            if (written is not null && ExpressionTree.Size(written) <= ConditionPartsMax) below.AddRange(ExpressionTree.Conjuncts(written));
            else above.Add(condition);
        }

        return Above(project with { Input = Push(project.Input, below) }, above);
    }

    private static Plan Aggregate(AggregatePlan aggregate, List<BoundExpression> conditions)
    {
        bool IsKey(BoundExpression condition) => aggregate.Keys.Count > 0 && ExpressionTree.AllColumns(condition, column => column < aggregate.Keys.Count);
        var below = conditions.Where(IsKey).Select(condition => ExpressionTree.MapColumns(condition, column => aggregate.Keys[column.Index])).ToList();
        return Above(aggregate with { Input = Push(aggregate.Input, below) }, [.. conditions.Where(condition => !IsKey(condition))]);
    }

    /// <summary>Conditions on columns that pass go below; the columns have the same places there.</summary>
    private static Plan Below(Plan plan, List<BoundExpression> conditions, Func<int, bool> passes)
    {
        var below = conditions.Where(condition => ExpressionTree.AllColumns(condition, passes)).ToList();
        return Above(PlanTraversal.WithInputs(plan, [Push(plan.Inputs[0], below)]), [.. conditions.Except(below)]);
    }

    private static Func<int, bool> PartitionColumns(Arguments keys)
    {
        var columns = keys.OfType<ColumnExpression>().Select(column => column.Index).ToHashSet();
        return columns.Contains;
    }

    private static Plan Lookup(LookupPlan lookup, List<BoundExpression> conditions)
    {
        int count = lookup.Left.Schema.Count;
        var below = conditions.Where(condition => ExpressionTree.AllColumns(condition, column => column < count)).ToList();
        return Above(lookup with { Left = Push(lookup.Left, below), Right = Push(lookup.Right, []) }, [.. conditions.Except(below)]);
    }

    /// <summary>ROW_NUMBER() ... &lt;= n is a <see cref="TopPlan"/>.</summary>
    private static Plan Over(OverPlan over, List<BoundExpression> conditions)
    {
        int place = over.Input.Schema.Count;
        var passes = PartitionColumns(over.PartitionKeys);
        if (over.Calls is not [{ Function: OverFunction.RowNumber or OverFunction.Rank or OverFunction.DenseRank } call]) return Below(over, conditions, passes);
        long first = 1;
        long last = long.MaxValue;
        var rest = conditions.Where(condition => !TryBound(condition, place, ref first, ref last)).ToList();
        if (last == long.MaxValue) return Below(over, conditions, passes);
        if (first > last) return new ValuesPlan([], over.Schema);
        var rank = call.Function switch { OverFunction.RowNumber => RankKind.RowNumber, OverFunction.Rank => RankKind.Rank, _ => RankKind.DenseRank };
        return Below(new TopPlan(over.Input, rank, over.PartitionKeys, over.Order, first, last, true, over.Schema), rest, passes);
    }

    private static bool TryBound(BoundExpression condition, int place, ref long first, ref long last)
    {
        if (condition is not CallExpression { Arguments: [var left, var right] } call) return false;
        string symbol = call.Function.Name;
        if (left is ConstantExpression)
        {
            (left, right) = (right, left);
            symbol = symbol switch { "<" => ">", "<=" => ">=", ">" => "<", ">=" => "<=", _ => symbol };
        }

        if (left is not ColumnExpression column || column.Index != place || right is not ConstantExpression { Value: long number }) return false;
        switch (symbol)
        {
            case "<=":
                last = Math.Min(last, number);
                return true;
            case "<" when number > long.MinValue:
                last = Math.Min(last, number - 1);
                return true;
            case ">=":
                first = Math.Max(first, number);
                return true;
            case ">" when number < long.MaxValue:
                first = Math.Max(first, number + 1);
                return true;
            case "=":
                first = Math.Max(first, number);
                last = Math.Min(last, number);
                return true;
            default:
                return false;
        }
    }
}
