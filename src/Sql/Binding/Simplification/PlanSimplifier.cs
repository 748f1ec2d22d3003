using Orrery.Sql.Plans;

namespace Orrery.Sql.Binding.Simplification;

/// <summary>
/// Makes a bound plan small: conditions go down to where their columns come from, equalities become keys of joins, numbered rows become <see cref="TopPlan"/>s,
/// scans take the columns that are read, projections merge. The rows stay the same, and so do the names and types of the plan's columns.
/// </summary>
internal static class PlanSimplifier
{
    public static Plan Simplify(Plan plan)
    {
        var pushed = PredicatePusher.Push(plan, []);
        var pruned = ColumnPruner.Prune(pushed);
        return ProjectionMerger.Merge(pruned, plan.Schema);
    }
}
