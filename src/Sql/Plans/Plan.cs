using Orrery.Sql.Aggregates;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Plans;

/// <summary>
/// A relation as operators compute it: a tree of these nodes. Nothing of the text is left but names of columns. What a plan means is said over tables as
/// they stand; the dataflow keeps it true change by change, and a query runs it once.
/// </summary>
/// <param name="Schema">The columns that it gives.</param>
public abstract record Plan(RowSchema Schema)
{
    /// <summary>What it reads, left to right.</summary>
    public abstract IReadOnlyList<Plan> Inputs { get; }
}

/// <summary>The rows of a table or of a materialized view. (Plain views are part of the plans that use them.)</summary>
/// <param name="Relation">Which.</param>
/// <param name="Columns">The columns taken, by their place in the relation, ascending.</param>
public sealed record ScanPlan(Relation Relation, IReadOnlyList<int> Columns, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [];
}

/// <summary>Rows that are written in the text. Each row has an expression a column, without columns of its own.</summary>
public sealed record ValuesPlan(IReadOnlyList<Arguments> Rows, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [];
}

/// <summary>Rows for which the predicate holds (neither false nor null). It has no <see cref="NowExpression"/>: those are in <see cref="TimeFilterPlan"/>.</summary>
public sealed record FilterPlan(Plan Input, BoundExpression Predicate) : Plan(Input.Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>An expression a column, over the input row.</summary>
public sealed record ProjectPlan(Plan Input, Arguments Expressions, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>How rows meet.</summary>
public enum JoinKind : byte
{
    Inner,
    Left,
    Right,
    Full,

    /// <summary>Left rows that have at least one partner; the left columns alone. (EXISTS, IN)</summary>
    Semi,

    /// <summary>Left rows that have none; the left columns alone. (NOT EXISTS)</summary>
    Anti,

    /// <summary>
    /// NOT IN: left rows without a partner, where no left key is null and the right side has no null key, or the right side is empty (for the same
    /// <see cref="JoinPlan.LeftKeys"/> but the last, which is the one compared as NOT IN says). The left columns alone.
    /// </summary>
    NullAwareAnti,
}

/// <summary>
/// Pairs of rows whose keys are equal (null equals nothing) and for which the residual holds. The schema is the left columns, then the right ones, each
/// nullable where its side may be missing. Without keys it is a nested loop, allowed only where a side has at most one row.
/// </summary>
/// <param name="LeftKeys">Over the left row.</param>
/// <param name="RightKeys">Over the right row; as many, of the same types.</param>
/// <param name="Residual">Over the left columns followed by the right ones; null: none.</param>
public sealed record JoinPlan(Plan Left, Plan Right, JoinKind Kind, Arguments LeftKeys, Arguments RightKeys, BoundExpression? Residual, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Left, Right];
}

/// <summary>
/// Groups of rows with equal keys (null equals null here). The schema is the keys, then the aggregates. Without keys there is one group, also over no rows;
/// with keys a group without rows is not there. Without calls it is DISTINCT.
/// </summary>
public sealed record AggregatePlan(Plan Input, Arguments Keys, IReadOnlyList<AggregateCall> Calls, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>Each input row once for each list of expressions: what ROLLUP, CUBE and GROUPING SETS become before their <see cref="AggregatePlan"/>.</summary>
public sealed record ExpandPlan(Plan Input, IReadOnlyList<Arguments> Projections, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>All rows of all inputs, which have the same types. (UNION is this under a DISTINCT.)</summary>
public sealed record UnionPlan(IReadOnlyList<Plan> Parts, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => Parts;
}

/// <summary>INTERSECT or EXCEPT over whole rows, where null equals null. With <paramref name="IsAll"/>, by counts: min(l, r) and max(l - r, 0).</summary>
public sealed record SetOperationPlan(Plan Left, Plan Right, bool IsIntersect, bool IsAll, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Left, Right];
}

/// <summary>How rows of a partition are numbered.</summary>
public enum RankKind : byte
{
    RowNumber,
    Rank,
    DenseRank,
}

/// <summary>
/// The rows of each partition whose number in the order is from <paramref name="First"/> to <paramref name="Last"/>. Rows that the order leaves equal are told apart by
/// their bytes, so that the result is one and the same. The schema is the input's, with the number as last column where <paramref name="EmitsRank"/>. ORDER BY ... LIMIT without a
/// partition is the same with no keys.
/// </summary>
public sealed record TopPlan(Plan Input, RankKind Rank, Arguments PartitionKeys, SortKeys Order, long First, long Last, bool EmitsRank, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>What is computed of a row's partition.</summary>
public enum OverFunction : byte
{
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumulativeDistribution,
    Tiles,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    NthValue,

    /// <summary>An aggregate over the frame: <see cref="OverCall.Aggregate"/>.</summary>
    Aggregate,
}

/// <summary>Which rows around the present one count.</summary>
/// <param name="IsRange">By values of the one order key, not by rows.</param>
/// <param name="From">Rows (or value) before the present one; negative: after it; null: from the first.</param>
/// <param name="To">Rows (or value) after the present one; negative: before it; null: to the last.</param>
public sealed record OverFrame(bool IsRange, long? From, long? To);

/// <summary>One window function.</summary>
/// <param name="Arguments">Over the input row; LAG, LEAD: value, constant offset, default; NTILE, NTH_VALUE: their constant last.</param>
/// <param name="Aggregate">Where the function is an aggregate.</param>
public sealed record OverCall(OverFunction Function, Arguments Arguments, AggregateCall? Aggregate, OverFrame Frame, RowColumn Column);

/// <summary>Each input row, followed by what the calls compute of its partition. Ties as in <see cref="TopPlan"/>.</summary>
public sealed record OverPlan(Plan Input, Arguments PartitionKeys, SortKeys Order, IReadOnlyList<OverCall> Calls, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>How time is cut into windows.</summary>
public enum WindowKind : byte
{
    Tumble,
    Hop,
    Cumulate,
    Session,
}

/// <summary>
/// Each input row once for each window that its time falls in, followed by window_start, window_end (TIMESTAMP, the end not included) and window_time (the end less
/// a millisecond). A row without a time falls in none. Sessions merge and part as rows come and go.
/// </summary>
/// <param name="Time">Over the input row, a TIMESTAMP or TIMESTAMP_LTZ.</param>
/// <param name="SizeMicroseconds">Length of a window; SESSION: the gap that parts two sessions; CUMULATE: the longest.</param>
/// <param name="StepMicroseconds">HOP: from one start to the next; CUMULATE: from one end to the next; else 0.</param>
/// <param name="OffsetMicroseconds">Where the first window starts, from 1970-01-01.</param>
/// <param name="PartitionKeys">SESSION: sessions are per these; else none.</param>
public sealed record WindowPlan(
    Plan Input, WindowKind Kind, BoundExpression Time, long SizeMicroseconds, long StepMicroseconds, long OffsetMicroseconds, Arguments PartitionKeys, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>
/// Input rows while the clock is at or past <paramref name="From"/> and before <paramref name="Until"/>: what predicates with NOW() become. A null of either, where the expression is given, means never.
/// </summary>
/// <param name="From">Over the input row, a TIMESTAMP_LTZ: visible from here on; null: always.</param>
/// <param name="Until">Over the input row, a TIMESTAMP_LTZ: no longer visible from here on; null: for ever.</param>
public sealed record TimeFilterPlan(Plan Input, BoundExpression? From, BoundExpression? Until) : Plan(Input.Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>
/// FOR SYSTEM_TIME AS OF: each left row with the right rows of its key as they stand when it passes; later changes of the right side do not change it. A left row taken back is taken back as it was given.
/// The schema is as a join's.
/// </summary>
public sealed record LookupPlan(Plan Left, Plan Right, bool IsLeft, Arguments LeftKeys, Arguments RightKeys, BoundExpression? Residual, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Left, Right];
}

/// <summary>Each input row once for each element of an array, followed by the element and, where asked for, its place from 1.</summary>
/// <param name="IsLeft">A row whose array is empty or null stays, with null.</param>
public sealed record UnnestPlan(Plan Input, BoundExpression Array, bool IsLeft, bool WithOrdinality, RowSchema Schema) : Plan(Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}

/// <summary>Rows in an order, for answers of queries; a view has no order.</summary>
public sealed record SortPlan(Plan Input, SortKeys Order, long Offset, long? Limit) : Plan(Input.Schema)
{
    public override IReadOnlyList<Plan> Inputs => [Input];
}
