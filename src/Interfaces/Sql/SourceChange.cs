namespace Orrery.Interfaces.Sql;

/// <summary>A source's columns became others than they were.</summary>
/// <param name="At">When it was noticed, UTC.</param>
/// <param name="Relation">The table that reads it.</param>
/// <param name="Source">The source's table, <c>database.table</c>.</param>
/// <param name="Partition">Of the topic.</param>
/// <param name="Offset">The first record with the new columns, or where the reading stood.</param>
/// <param name="Outcome"><c>noted</c>: it is read on; <c>accepted</c>: the policy says that nothing is lost; <c>held</c>: the reading stands still; <c>resumed</c>: somebody let it go on.</param>
/// <param name="Columns">What is other.</param>
public sealed record SourceChange(DateTimeOffset At, string Relation, string Source, int Partition, long Offset, string Outcome, IReadOnlyList<ColumnChange> Columns);

/// <param name="Kind"><c>added</c>, <c>dropped</c>, <c>renamed</c>, <c>widened</c>, <c>changed</c>.</param>
/// <param name="Column">As it was called; of an added one, as it is.</param>
/// <param name="From">Its type before; of a renamed one the name; null: it was not there.</param>
/// <param name="To">Its type now; of a renamed one the name; null: it is not there any more.</param>
public sealed record ColumnChange(string Kind, string Column, string? From, string? To);
