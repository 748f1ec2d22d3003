using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Lineage;

/// <summary>A node at the edge of a block, whose columns stand at a place of the block's rows.</summary>
/// <param name="Node">A scan, an aggregate, a top-n, ...</param>
/// <param name="Start">Its first column in the block's rows.</param>
/// <param name="MayBeMissing">It is on the side of an outer join that may have no row.</param>
internal sealed record BlockLeaf(Plan Node, int Start, bool MayBeMissing);

/// <summary>A semi-join of a block: rows of its right side that a row of the block meets.</summary>
/// <param name="Join">The join.</param>
/// <param name="Expressions">The columns of its left input over the block's rows.</param>
internal sealed record BlockMatch(JoinPlan Join, IReadOnlyList<BoundExpression> Expressions);

/// <summary>
/// A part of a plan that only joins, filters and projects, written so that each of its rows has all columns of the rows that it was made of.
/// </summary>
/// <param name="Plan">The wide rows.</param>
/// <param name="Columns">The part's own columns over the wide rows.</param>
/// <param name="Leaves">What it is made of.</param>
/// <param name="Matches">Its semi-joins.</param>
internal sealed record WideBlock(Plan Plan, IReadOnlyList<BoundExpression> Columns, IReadOnlyList<BlockLeaf> Leaves, IReadOnlyList<BlockMatch> Matches)
{
    public static WideBlock Of(Plan plan)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        switch (plan)
        {
            case ProjectPlan project:
                var projected = Of(project.Input);
                return projected with { Columns = [.. project.Expressions.Select(projected.Write)] };
            case FilterPlan filter:
                var filtered = Of(filter.Input);
                return filtered with { Plan = new FilterPlan(filtered.Plan, filtered.Write(filter.Predicate)) };
            case TimeFilterPlan filter:
                var timed = Of(filter.Input);
                return timed with { Plan = new TimeFilterPlan(timed.Plan, filter.From is null ? null : timed.Write(filter.From), filter.Until is null ? null : timed.Write(filter.Until)) };
            case JoinPlan { Kind: JoinKind.Semi or JoinKind.Anti or JoinKind.NullAwareAnti } join:
                return Matched(join);
            case JoinPlan join:
                return Joined(join.Left, join.Right, join.Kind, join.LeftKeys, join.RightKeys, join.Residual);
            case LookupPlan lookup:
                return Joined(lookup.Left, lookup.Right, lookup.IsLeft ? JoinKind.Left : JoinKind.Inner, lookup.LeftKeys, lookup.RightKeys, lookup.Residual);
            default:
                return Leaf(plan);
        }
    }

    private static WideBlock Leaf(Plan plan) => new(plan, plan.Schema.AllColumns(), [new BlockLeaf(plan, 0, false)], []);

    private BoundExpression Write(BoundExpression expression) => ExpressionTree.MapColumns(expression, column => Columns[column.Index]);

    private static WideBlock Matched(JoinPlan join)
    {
        var left = Of(join.Left);
        int count = join.Left.Schema.Count;
        int wide = left.Plan.Schema.Count;
        var residual = join.Residual is null ? null : ExpressionTree.MapColumns(join.Residual, column => column.Index < count ? left.Columns[column.Index] : column with { Index = column.Index - count + wide });
        var plan = new JoinPlan(left.Plan, join.Right, join.Kind, new Arguments(join.LeftKeys.Select(left.Write)), join.RightKeys, residual, left.Plan.Schema);
        IReadOnlyList<BlockMatch> matches = join.Kind == JoinKind.Semi ? [.. left.Matches, new BlockMatch(join, left.Columns)] : left.Matches;
        return left with { Plan = plan, Matches = matches };
    }

    private static WideBlock Joined(Plan leftPlan, Plan rightPlan, JoinKind kind, Arguments leftKeys, Arguments rightKeys, BoundExpression? residual)
    {
        bool isLeftMissing = kind is JoinKind.Right or JoinKind.Full;
        bool isRightMissing = kind is JoinKind.Left or JoinKind.Full;
        var left = Side(leftPlan, isLeftMissing);
        var right = Side(rightPlan, isRightMissing);
        int wide = left.Plan.Schema.Count;
        BoundExpression Moved(BoundExpression expression) => ExpressionTree.Shift(expression, wide);
        List<BoundExpression> columns = [.. left.Columns, .. right.Columns.Select(Moved)];
        var wideResidual = residual is null ? null : ExpressionTree.MapColumns(residual, column => columns[column.Index]);
        var schema = PlanSchemas.Join(left.Plan.Schema, right.Plan.Schema, kind);
        var plan = new JoinPlan(left.Plan, right.Plan, kind, new Arguments(leftKeys.Select(left.Write)), new Arguments(rightKeys.Select(right.Write)), wideResidual, schema);
        return new WideBlock(
            plan,
            [.. columns.Select(column => ExpressionTree.MapColumns(column, each => schema.Column(each.Index)))],
            [.. left.Leaves.Select(leaf => leaf with { MayBeMissing = leaf.MayBeMissing || isLeftMissing }),
                .. right.Leaves.Select(leaf => leaf with { Start = leaf.Start + wide, MayBeMissing = leaf.MayBeMissing || isRightMissing })],
            [.. left.Matches, .. right.Matches.Select(match => match with { Expressions = [.. match.Expressions.Select(Moved)] })]);
    }

    /// <summary>What computes a value of a missing row is not part of the block, since the value would not be missing.</summary>
    private static WideBlock Side(Plan plan, bool mayBeMissing)
    {
        var block = Of(plan);
        return mayBeMissing && block.Columns.Any(column => column is not ColumnExpression) ? Leaf(plan) : block;
    }

    /// <summary>The rows of a leaf in these wide rows, each once.</summary>
    public static Plan Rows(Plan wide, BlockLeaf leaf)
    {
        var columns = Enumerable.Range(leaf.Start, leaf.Node.Schema.Count).Select(place => (BoundExpression)wide.Schema.Column(place)).ToList();
        if (leaf.MayBeMissing)
        {
            var there = columns.Select(column => FunctionCatalog.Resolve("IS NOT NULL", [column])).ToList();
            wide = new FilterPlan(wide, there.Count == 1 ? there[0] : FunctionCatalog.Resolve("OR", there));
        }

        var schema = new RowSchema(leaf.Node.Schema.Columns);
        var project = new ProjectPlan(wide, new Arguments(columns), schema);
        return new AggregatePlan(project, schema.AllColumns(), [], schema);
    }
}
