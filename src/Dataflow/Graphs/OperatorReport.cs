namespace Orrery.Dataflow.Graphs;

/// <summary>An operator as EXPLAIN ANALYZE and the portal show it.</summary>
/// <param name="Id">Its number in the graph.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">A table's name, or the columns that it gives.</param>
/// <param name="Inputs">The operators that it reads.</param>
/// <param name="Views">The views that it works for.</param>
/// <param name="RowsIn">Changes taken since it is there.</param>
/// <param name="RowsOut">Changes given.</param>
/// <param name="RowsDropped">Rows without a value, or late.</param>
/// <param name="StateRows">Rows, groups or the like in its state, its arrangement included.</param>
/// <param name="StateBytes">Native memory of the same.</param>
/// <param name="BusyMicroseconds">How long it has worked; 0 where the graph has no clock.</param>
public sealed record OperatorReport(
    int Id, string Kind, string Detail, IReadOnlyList<int> Inputs, IReadOnlyList<string> Views, long RowsIn, long RowsOut, long RowsDropped, long StateRows, long StateBytes, long BusyMicroseconds);
