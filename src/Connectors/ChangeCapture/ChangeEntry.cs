namespace Orrery.Connectors.ChangeCapture;

/// <summary>One change of a <see cref="ChangeBatch"/>: where its key and its compact value stand in the batch's bytes.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Schema">Index into <see cref="ChangeBatch.Schemas"/>; -1 for a marker.</param>
/// <param name="TimestampMilliseconds">When the source committed it, Unix milliseconds; a snapshot's rows have the snapshot's time.</param>
/// <param name="Sequence">The event's position as a number that rises from event to event; rows of one event share it.</param>
/// <param name="KeyStart">Where the key's bytes begin: the key columns as a row of their own (<see cref="ChangeWriter.WriteKey"/>); the whole row where the table has no key.</param>
/// <param name="KeyLength">Its length; 0 for schema, truncate and marker.</param>
/// <param name="ValueStart">Where the compact change begins (<see cref="ChangeReader"/>).</param>
/// <param name="ValueLength">Its length.</param>
public readonly record struct ChangeEntry(ChangeKind Kind, int Schema, long TimestampMilliseconds, long Sequence, int KeyStart, int KeyLength, int ValueStart, int ValueLength);
