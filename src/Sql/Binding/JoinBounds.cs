using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>Refuses joins that would keep every pair of two tables' rows.</summary>
internal static class JoinBounds
{
    public static void Check(Plan plan, IReadOnlyList<TextSpan> joins, TextSpan span)
    {
        foreach (var node in PlanTraversal.Nodes(plan))
        {
            if (node is not JoinPlan { LeftKeys.Count: 0 } join || PlanFacts.HasAtMostOneRow(join.Right) || PlanFacts.HasAtMostOneRow(join.Left)) continue;
            string left = Names(join.Left);
            string right = Names(join.Right);
            string condition = join.Residual is null ? "" : " Its conditions have no equality between the two sides.";
            throw new SqlBindingException(
                $"The join of {left} with {right} has no bound: each row of one meets each row of the other, so its state and its work grow with the product.{condition} "
                + "Add an equality between a column of one and a column of the other to ON or WHERE, or aggregate one side to one row.",
                joins.Count > 0 ? joins[0] : span);
        }
    }

    private static string Names(Plan plan)
    {
        var names = PlanTraversal.Nodes(plan).OfType<ScanPlan>().Select(scan => scan.Relation.Name).Distinct().Take(4).ToList();
        return names.Count switch { 0 => "values", <= 3 => string.Join(" and ", names), _ => string.Join(", ", names.Take(3)) + " and others" };
    }
}
