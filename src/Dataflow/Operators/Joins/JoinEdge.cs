namespace Orrery.Dataflow.Operators.Joins;

/// <summary>How an input of a join is tied to one before it: rows meet where the columns are equal and not null.</summary>
/// <param name="Parent">The input before it.</param>
/// <param name="IsLeft">Whether the parent's rows stay without a partner, with nulls.</param>
/// <param name="ParentColumns">Of the parent's layout.</param>
/// <param name="ChildColumns">Of its own.</param>
internal sealed record JoinEdge(int Parent, bool IsLeft, IReadOnlyList<int> ParentColumns, IReadOnlyList<int> ChildColumns);
