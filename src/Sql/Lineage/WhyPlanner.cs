using System.Runtime.CompilerServices;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Lineage;

/// <summary>
/// Finds the rows of the tables behind rows of a view. The plan is taken apart into blocks of joins, filters and projections. The wide rows of a block that fulfil what is asked
/// have the rows of its leaves in them; a table among the leaves is answered, and any other leaf (a group, a top-n, a union) asks on for the rows that it was made of:
/// all rows of a group, the chosen row of a top-n, the partition of a window function. Rows that an anti-join missed are not rows, so they are not behind anything.
/// </summary>
internal sealed class WhyPlanner(Func<Relation, Plan?> expand)
{
    private readonly Dictionary<string, (Relation Table, List<Plan> Plans)> _found = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The plans for each table, before they are simplified.</summary>
    /// <param name="plan">Of the view, with all columns of its tables.</param>
    /// <param name="conditions">Which of its rows.</param>
    /// <param name="expand">The plan behind a materialized view; null for a table.</param>
    public static IReadOnlyList<WhySource> Plan(Plan plan, IReadOnlyList<BoundExpression> conditions, Func<Relation, Plan?> expand)
    {
        var planner = new WhyPlanner(expand);
        planner.Ask(plan, new Restriction(conditions, []));
        return [.. planner._found.Values.OrderBy(found => found.Table.Name, StringComparer.Ordinal).Select(found => new WhySource(found.Table, Together(found.Plans)))];
    }

    private static Plan Together(List<Plan> plans)
    {
        if (plans.Count == 1) return plans[0];
        var union = new UnionPlan(plans, plans[0].Schema);
        return new AggregatePlan(union, union.Schema.AllColumns(), [], union.Schema);
    }

    private void Ask(Plan plan, Restriction restriction)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var block = WideBlock.Of(plan);
        if (block.Plan is AggregatePlan aggregate && TryThrough(aggregate, restriction.Over(block.Columns))) return;
        var wide = restriction.Over(block.Columns).Apply(block.Plan);
        foreach (var leaf in block.Leaves) Leaf(leaf.Node, () => WideBlock.Rows(wide, leaf));
        foreach (var match in block.Matches) Match(wide, match);
    }

    /// <summary>What is asked of the keys of groups alone is asked of their rows as well.</summary>
    private bool TryThrough(AggregatePlan aggregate, Restriction restriction)
    {
        var asked = restriction.Conditions.Concat(restriction.Among.SelectMany(among => among.Expressions));
        if (!asked.All(expression => ExpressionTree.AllColumns(expression, column => column < aggregate.Keys.Count))) return false;
        Ask(aggregate.Input, restriction.Over(aggregate.Keys));
        return true;
    }

    /// <summary>The rows of a semi-join's right side that the wide rows meet.</summary>
    private void Match(Plan wide, BlockMatch match)
    {
        var join = match.Join;
        int count = wide.Schema.Count;
        int left = join.Left.Schema.Count;
        BoundExpression Write(BoundExpression expression) => ExpressionTree.MapColumns(expression, column => match.Expressions[column.Index]);
        var residual = join.Residual is null ? null : ExpressionTree.MapColumns(join.Residual, column => column.Index < left ? match.Expressions[column.Index] : column with { Index = column.Index - left + count });
        var met = new JoinPlan(wide, join.Right, JoinKind.Inner, new Arguments(join.LeftKeys.Select(Write)), join.RightKeys, residual, PlanSchemas.Join(wide.Schema, join.Right.Schema, JoinKind.Inner));
        Ask(join.Right, Restriction.To(join.Right.Schema.AllColumns(), WideBlock.Rows(met, new BlockLeaf(join.Right, count, false))));
    }

    private void Leaf(Plan node, Func<Plan> rows)
    {
        switch (node)
        {
            case ScanPlan scan when expand(scan.Relation) is { } behind:
                Ask(behind, Restriction.To([.. scan.Columns.Select(column => (BoundExpression)behind.Schema.Column(column))], rows()));
                break;
            case ScanPlan scan:
                Add(scan.Relation, rows());
                break;
            case AggregatePlan aggregate:
                Ask(aggregate.Input, Restriction.To(aggregate.Keys, First(rows(), aggregate.Keys.Count)));
                break;
            case UnionPlan union:
                foreach (var part in union.Parts) Ask(part, Restriction.To(part.Schema.AllColumns(), rows()));
                break;
            case SetOperationPlan set:
                Ask(set.Left, Restriction.To(set.Left.Schema.AllColumns(), rows()));
                if (set.IsIntersect) Ask(set.Right, Restriction.To(set.Right.Schema.AllColumns(), rows()));
                break;
            case ExpandPlan expand:
                foreach (var projection in expand.Projections) Ask(expand.Input, Restriction.To(projection, rows()));
                break;
            case OverPlan over:
                var chosen = rows();
                var keys = new ProjectPlan(chosen, over.PartitionKeys, new RowSchema(over.PartitionKeys.Select(key => new RowColumn("key", key.Type))));
                Ask(over.Input, Restriction.To(over.PartitionKeys, keys));
                break;
            case TopPlan or WindowPlan or UnnestPlan or SortPlan:
                var input = node.Inputs[0];
                Ask(input, Restriction.To(input.Schema.AllColumns(), First(rows(), input.Schema.Count)));
                break;
            case ProjectPlan or FilterPlan or TimeFilterPlan or JoinPlan or LookupPlan:
                // The side of an outer join that computes values is a block of its own.
                Ask(node, Restriction.To(node.Schema.AllColumns(), rows()));
                break;
        }
    }

    private static Plan First(Plan plan, int count) => plan.Schema.Count == count
        ? plan
        : new ProjectPlan(plan, new Arguments(plan.Schema.AllColumns().Take(count)), new RowSchema(plan.Schema.Columns.Take(count)));

    private void Add(Relation table, Plan rows)
    {
        if (!_found.TryGetValue(table.Name, out var found)) _found[table.Name] = found = (table, []);
        found.Plans.Add(rows);
    }
}
