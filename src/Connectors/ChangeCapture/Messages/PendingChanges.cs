using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Changes of a message that is still being read: they reach the batch together, or not at all.</summary>
sealed class PendingChanges
{
    ChangeEntry[] entries = new ChangeEntry[16];
    int from;

    public int Count { get; private set; }

    /// <summary>Begins a message at the end of a batch's bytes.</summary>
    public void Begin(ChangeBatch batch)
    {
        from = batch.Bytes.Position;
        Count = 0;
    }

    public void Add(in ChangeEntry entry)
    {
        if (Count == entries.Length) Array.Resize(ref entries, Count * 2);
        entries[Count++] = entry;
    }

    /// <summary>Gives all changes the message's schema and time.</summary>
    public void SetSource(int schemaIndex, long timestampMilliseconds)
    {
        for (int index = 0; index < Count; index++) entries[index] = entries[index] with { Schema = schemaIndex, TimestampMilliseconds = timestampMilliseconds };
    }

    /// <summary>Hands the changes over.</summary>
    public int Complete(ChangeBatch batch)
    {
        for (int index = 0; index < Count; index++) batch.Add(entries[index]);
        return Count;
    }

    /// <summary>Takes back what was written.</summary>
    public void Forget(ChangeBatch batch)
    {
        batch.Bytes.Truncate(from);
        Count = 0;
    }

    /// <summary>A change of the table's definition. Where the message says only the statement, the schema is the one known before.</summary>
    public void AddStatement(ChangeBatch batch, TableSchema schema, bool isGone, string statement, long timestampMilliseconds, long sequence)
    {
        int start = batch.Bytes.Position;
        ChangeWriter.BeginChange(batch.Bytes, ChangeKind.Schema, isGone ? 0 : schema.Fingerprint, sequence, Count);
        ChangeWriter.AppendStatement(batch.Bytes, statement);
        Add(new ChangeEntry(ChangeKind.Schema, batch.IndexOf(schema), timestampMilliseconds, sequence, start, 0, start, batch.Bytes.Position - start));
    }

    public void AddTruncate(ChangeBatch batch, TableSchema schema, long timestampMilliseconds, long sequence)
    {
        int start = batch.Bytes.Position;
        ChangeWriter.BeginChange(batch.Bytes, ChangeKind.Truncate, schema.Fingerprint, sequence, Count);
        Add(new ChangeEntry(ChangeKind.Truncate, batch.IndexOf(schema), timestampMilliseconds, sequence, start, 0, start, batch.Bytes.Position - start));
    }

    /// <summary>A row that was written to the batch's bytes already, its change's header before it.</summary>
    public void AddRow(ChangeBatch batch, ChangeKind kind, TableSchema schema, int schemaIndex, ReadOnlySpan<byte> keyRow, int valueStart, long timestampMilliseconds, long sequence)
    {
        int keyStart = batch.Bytes.Position;
        ChangeWriter.WriteKey(batch.Bytes, schema, keyRow);
        Add(new ChangeEntry(kind, schemaIndex, timestampMilliseconds, sequence, keyStart, batch.Bytes.Position - keyStart, valueStart, keyStart - valueStart));
    }
}
