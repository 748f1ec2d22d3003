using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>A column of a query around the one that reads it. None is left in a finished plan.</summary>
/// <param name="Level">1: the query just outside; 2: the one around that; ...</param>
internal sealed record OuterExpression(int Level, int Index, SqlType Type, string Name) : BoundExpression(Type);

/// <summary>An aggregate over the rows of a group, until the <see cref="AggregatePlan"/> that computes it is made.</summary>
internal sealed record AggregateReference(AggregateCall Call) : PartialExpression(Call.Type)
{
    public override IReadOnlyList<BoundExpression> Parts => [.. PlanTraversal.Expressions(Call)];

    public override BoundExpression Rewrite(Func<BoundExpression, BoundExpression?> replace) => new AggregateReference(PlanTraversal.Rewrite(Call, replace));
}

/// <summary>GROUPING(key): whether the key is summed away in this row (1) or not (0); several keys are the bits of one number.</summary>
internal sealed record GroupingReference(Arguments Keys) : PartialExpression(SqlType.BigInt.Nullable(false))
{
    public override IReadOnlyList<BoundExpression> Parts => Keys;

    public override BoundExpression Rewrite(Func<BoundExpression, BoundExpression?> replace) => new GroupingReference(ExpressionTree.Rewrite(Keys, replace));
}

/// <summary>A property of a window of GROUP BY: TUMBLE_START and its kin.</summary>
internal sealed record WindowPropertyReference(GroupWindowExpression Window, string Property) : BoundExpression(Property is "START" or "END" ? SqlType.Timestamp.Nullable(false) : Window.Time.Type.Nullable(false));

/// <summary>A window of GROUP BY before its <see cref="WindowPlan"/> is made.</summary>
internal sealed record GroupWindowExpression(WindowKind Kind, BoundExpression Time, long Size, long Step, long Offset) : BoundExpression(SqlType.Timestamp.Nullable(false));

/// <summary>A window function, until the <see cref="OverPlan"/> that computes it is made.</summary>
internal sealed record OverReference(OverCall Call, Arguments PartitionKeys, SortKeys Order) : PartialExpression(Call.Column.Type)
{
    public override IReadOnlyList<BoundExpression> Parts =>
        [.. Call.Arguments, .. Call.Aggregate is null ? [] : PlanTraversal.Expressions(Call.Aggregate), .. PartitionKeys, .. Order.Select(key => key.Expression)];

    public override BoundExpression Rewrite(Func<BoundExpression, BoundExpression?> replace) => new OverReference(
        Call with { Arguments = ExpressionTree.Rewrite(Call.Arguments, replace), Aggregate = Call.Aggregate is null ? null : PlanTraversal.Rewrite(Call.Aggregate, replace) },
        ExpressionTree.Rewrite(PartitionKeys, replace),
        ExpressionTree.Rewrite(Order, replace));

    public bool Equals(OverReference? other) =>
        other is not null && Type == other.Type && Call.Function == other.Call.Function && Call.Arguments.Equals(other.Call.Arguments) && Equals(Call.Aggregate, other.Call.Aggregate)
        && Call.Frame == other.Call.Frame && PartitionKeys.Equals(other.PartitionKeys) && Order.Equals(other.Order);

    public override int GetHashCode() => HashCode.Combine(Call.Function, Call.Arguments, PartitionKeys, Order);
}

internal enum SubqueryKind
{
    /// <summary>The value of a column of the only row.</summary>
    Scalar,

    Exists,

    In,
}

/// <summary>A subquery in an expression, until it becomes a join. Its plan reads this query's columns as <see cref="OuterExpression"/>s of level 1.</summary>
/// <param name="Operands">In: what is looked for, one a column of the plan and of its type.</param>
/// <param name="IsNegated">NOT EXISTS, NOT IN.</param>
/// <param name="Column">Scalar: which column of the plan.</param>
internal sealed record SubqueryExpression(SubqueryKind Kind, Plan Plan, Arguments Operands, bool IsNegated, int Column, TextSpan Span, SqlType Type) : PartialExpression(Type)
{
    public override IReadOnlyList<BoundExpression> Parts => Operands;

    public override BoundExpression Rewrite(Func<BoundExpression, BoundExpression?> replace) => this with { Operands = ExpressionTree.Rewrite(Operands, replace) };

    public bool Equals(SubqueryExpression? other) =>
        other is not null && Kind == other.Kind && ReferenceEquals(Plan, other.Plan) && Operands.Equals(other.Operands) && IsNegated == other.IsNegated && Column == other.Column;

    public override int GetHashCode() => HashCode.Combine(Kind, System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Plan), Operands, IsNegated, Column);
}
