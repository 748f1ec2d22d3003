using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>Refuses plans beyond <see cref="BindingLimits"/> before anything recurses over them.</summary>
internal static class PlanBounds
{
    public static void Check(Plan plan, TextSpan span)
    {
        int nodes = 0;
        var open = new Stack<(Plan Plan, int Depth)>();
        open.Push((plan, 1));
        while (open.TryPop(out var next))
        {
            if (++nodes > BindingLimits.PlanNodesMax) throw new SqlBindingException($"The plan has more than {BindingLimits.PlanNodesMax} operators. Make a part of it a materialized view.", span);
            if (next.Depth > BindingLimits.PlanDepthMax) throw new SqlBindingException($"The plan is more than {BindingLimits.PlanDepthMax} operators deep. Make a part of it a materialized view.", span);
            if (next.Plan.Schema.Count > Rows.RowSchema.ColumnsMax) throw new SqlBindingException($"A part of the query has {next.Plan.Schema.Count} columns; {Rows.RowSchema.ColumnsMax} at most.", span);
            foreach (var input in next.Plan.Inputs) open.Push((input, next.Depth + 1));
            foreach (var expression in PlanTraversal.Expressions(next.Plan)) Check(expression, span);
        }
    }

    private static void Check(BoundExpression expression, TextSpan span)
    {
        int parts = 0;
        var open = new Stack<(BoundExpression Expression, int Depth)>();
        open.Push((expression, 1));
        while (open.TryPop(out var next))
        {
            if (++parts > BindingLimits.ExpressionPartsMax) throw new SqlBindingException($"An expression has more than {BindingLimits.ExpressionPartsMax} parts. Compute parts of it in a common table.", span);
            if (next.Depth > BindingLimits.ExpressionDepthMax) throw new SqlBindingException($"An expression is more than {BindingLimits.ExpressionDepthMax} parts deep. Compute parts of it in a common table.", span);
            foreach (var child in ExpressionTree.Children(next.Expression)) open.Push((child, next.Depth + 1));
        }
    }
}
