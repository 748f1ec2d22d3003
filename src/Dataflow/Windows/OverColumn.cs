using Orrery.Dataflow.Aggregates;
using Orrery.Sql.Plans;

namespace Orrery.Dataflow.Windows;

/// <summary>A window function whose expressions have become columns of its input.</summary>
/// <param name="Argument">The column of its value; -1: none.</param>
/// <param name="Constant">LAG, LEAD: how far; NTILE: how many; NTH_VALUE: which.</param>
/// <param name="Default">LAG, LEAD: the column of what stands for a row that is not there; -1: null.</param>
/// <param name="Aggregate">Where it is one.</param>
internal sealed record OverColumn(OverFunction Function, int Argument, long Constant, int Default, AggregateColumn? Aggregate, OverFrame Frame);
