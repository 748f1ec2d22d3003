namespace Orrery.Interfaces.Sql;

/// <summary>A dead letter of SQL: a record that a table could not read, or a row that a view could not compute with (<c>'on-error' = 'dead-letter'</c>).</summary>
/// <param name="Number">Rises from letter to letter of the relation.</param>
/// <param name="At">When the record was written; of a view's row: the clock of the views when it was dropped. UTC.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Text">The record as it came, at most 4,096 characters of it; of a view's row: a JSON object of its columns.</param>
/// <param name="Partition">Of the topic that it came from; null: it is a view's row.</param>
/// <param name="Offset">Its place in that partition; null: it is a view's row.</param>
public sealed record SqlLetter(long Number, DateTimeOffset At, string Reason, string Text, int? Partition, long? Offset);
