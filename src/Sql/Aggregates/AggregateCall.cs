using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Aggregates;

/// <summary>The aggregates of the dialect.</summary>
public enum AggregateFunction : byte
{
    /// <summary>COUNT(*) without an argument, else of values that are not null.</summary>
    Count,
    Sum,
    Average,
    Minimum,
    Maximum,
    StandardDeviationSample,
    StandardDeviationPopulation,
    VarianceSample,
    VariancePopulation,
    StringAggregate,
    ArrayAggregate,
    BooleanAnd,
    BooleanOr,
    First,
    Last,

    /// <summary>The value of a scalar subquery: more than one row is an error.</summary>
    Single,
}

/// <summary>
/// One aggregate of a group. Result types, as Flink's: COUNT BIGINT NOT NULL; SUM of integers BIGINT (an overflow is an error), of DECIMAL(p, s)
/// DECIMAL(38, s), of floats DOUBLE; AVG of integers is of their own type with the fraction cut, of DECIMAL(p, s) DECIMAL(38, max(6, s)), of floats DOUBLE; MIN, MAX,
/// FIRST, LAST, SINGLE the argument's; deviations and variances DOUBLE; STRING_AGG STRING; ARRAY_AGG ARRAY. All but COUNT are null over no values.
/// </summary>
/// <param name="Function">Which.</param>
/// <param name="Arguments">Columns or expressions over the input row; STRING_AGG: the value and its constant separator.</param>
/// <param name="IsDistinct">Equal arguments count once.</param>
/// <param name="Filter">Only rows for which it holds; null: all.</param>
/// <param name="Order">In which order STRING_AGG, ARRAY_AGG, FIRST and LAST take values; empty: by value, for a live view has no order of arrival.</param>
/// <param name="Type">Of the result.</param>
/// <param name="Name">Of the column.</param>
public sealed record AggregateCall(AggregateFunction Function, Arguments Arguments, bool IsDistinct, BoundExpression? Filter, SortKeys Order, SqlType Type, string Name);
