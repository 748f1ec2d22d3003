using Orrery.Dataflow.State;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Aggregates;

/// <summary>An aggregate whose expressions have become columns of its input.</summary>
/// <param name="Function">Which.</param>
/// <param name="Argument">The column; -1: none, as in COUNT(*).</param>
/// <param name="Separator">Of STRING_AGG, in UTF-8.</param>
/// <param name="IsDistinct">Equal arguments count once.</param>
/// <param name="Filter">A BOOLEAN column: only rows where it is true; -1: all rows.</param>
/// <param name="Order">Of the values of STRING_AGG, ARRAY_AGG, FIRST and LAST; empty: by value.</param>
/// <param name="Type">Of the result.</param>
/// <param name="Name">Of the result.</param>
internal sealed record AggregateColumn(
    AggregateFunction Function, int Argument, byte[] Separator, bool IsDistinct, int Filter, IReadOnlyList<OrderColumn> Order, SqlType Type, string Name);
