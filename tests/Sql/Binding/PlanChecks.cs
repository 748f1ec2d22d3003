using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Shouldly;

namespace Orrery.Sql.Tests.Binding;

/// <summary>What holds of every plan: expressions read columns that are there, of the types that they say; schemas are what the nodes give.</summary>
internal static class PlanChecks
{
    public static void Check(Plan plan)
    {
        foreach (var node in PlanTraversal.Nodes(plan)) Node(node);
    }

    private static void Node(Plan node)
    {
        var inputs = node.Inputs.Select(input => input.Schema).ToList();
        switch (node)
        {
            case JoinPlan join:
                All(join.LeftKeys, inputs[0], node);
                All(join.RightKeys, inputs[1], node);
                join.LeftKeys.Count.ShouldBe(join.RightKeys.Count);
                for (int i = 0; i < join.LeftKeys.Count; i++) join.LeftKeys[i].Type.Kind.ShouldBe(join.RightKeys[i].Type.Kind);
                if (join.Residual is not null) Over(join.Residual, inputs[0].With(inputs[1].Columns), node);
                join.Schema.Count.ShouldBe(PlanSchemas.Join(inputs[0], inputs[1], join.Kind).Count);
                break;
            case LookupPlan lookup:
                All(lookup.LeftKeys, inputs[0], node);
                All(lookup.RightKeys, inputs[1], node);
                if (lookup.Residual is not null) Over(lookup.Residual, inputs[0].With(inputs[1].Columns), node);
                break;
            case ScanPlan scan:
                scan.Columns.ShouldBe(scan.Columns.Order());
                scan.Columns.Count.ShouldBe(scan.Schema.Count);
                break;
            case UnionPlan or SetOperationPlan:
                foreach (var input in inputs) input.Columns.Select(column => column.Type.Nullable()).ShouldBe(node.Schema.Columns.Select(column => column.Type.Nullable()));
                break;
            default:
                foreach (var expression in PlanTraversal.Expressions(node)) Over(expression, inputs.Count == 0 ? new RowSchema([]) : inputs[0], node);
                break;
        }

        int expected = node switch
        {
            ProjectPlan project => project.Expressions.Count,
            AggregatePlan aggregate => aggregate.Keys.Count + aggregate.Calls.Count,
            TopPlan top => inputs[0].Count + (top.EmitsRank ? 1 : 0),
            OverPlan over => inputs[0].Count + over.Calls.Count,
            WindowPlan => inputs[0].Count + 3,
            _ => node.Schema.Count,
        };
        node.Schema.Count.ShouldBe(expected, PlanPrinter.Print(node));
        if (node is FilterPlan filter) ExpressionTree.ReadsClock(filter.Predicate).ShouldBeFalse();
    }

    private static void All(IEnumerable<BoundExpression> expressions, RowSchema schema, Plan node)
    {
        foreach (var expression in expressions) Over(expression, schema, node);
    }

    private static void Over(BoundExpression expression, RowSchema schema, Plan node) => ExpressionTree.Any(expression, part =>
    {
        if (part is ColumnExpression column)
        {
            column.Index.ShouldBeInRange(0, schema.Count - 1, PlanPrinter.Print(node));
            column.Type.Nullable().ShouldBe(schema[column.Index].Type.Nullable(), PlanPrinter.Print(node));
            // A column that may be null must not be read as one that may not.
            (schema[column.Index].Type.IsNullable && !column.Type.IsNullable).ShouldBeFalse(PlanPrinter.Print(node));
        }

        (part is ColumnExpression or ConstantExpression or CallExpression or CaseExpression or CastExpression or InListExpression or NowExpression).ShouldBeTrue(part.GetType().Name);
        return false;
    });
}
