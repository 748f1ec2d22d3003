using System.Runtime.InteropServices;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture;

/// <summary>Changes in the source's order, over one buffer. Filled by an <see cref="IChangeSource"/>, reused by its reader. For one thread at a time.</summary>
public sealed class ChangeBatch
{
    readonly List<ChangeEntry> entries = [];
    readonly List<TableSchema> schemas = [];

    public ReadOnlySpan<ChangeEntry> Entries => CollectionsMarshal.AsSpan(entries);

    public int Count => entries.Count;

    /// <summary>The schemas that entries refer to.</summary>
    public IReadOnlyList<TableSchema> Schemas => schemas;

    /// <summary>Where sources write keys and values.</summary>
    public RowWriter Bytes { get; } = new(1 << 20);

    /// <summary>The source has been read up to and including this sequence: at an event's end.</summary>
    public long EndSequence { get; set; }

    /// <summary>Text from which the source goes on behind this batch.</summary>
    public string Checkpoint { get; set; } = "";

    public ReadOnlyMemory<byte> KeyOf(in ChangeEntry entry) => Bytes.WrittenMemory.Slice(entry.KeyStart, entry.KeyLength);

    public ReadOnlyMemory<byte> ValueOf(in ChangeEntry entry) => Bytes.WrittenMemory.Slice(entry.ValueStart, entry.ValueLength);

    /// <summary>Index of a schema, added where it is new to this batch.</summary>
    public int IndexOf(TableSchema schema)
    {
        for (int index = schemas.Count - 1; index >= 0; index--)
            if (ReferenceEquals(schemas[index], schema))
                return index;
        schemas.Add(schema);
        return schemas.Count - 1;
    }

    public void Add(in ChangeEntry entry) => entries.Add(entry);

    /// <summary>Takes in a change of a row with its key. Of an update both rows count, of a delete the row before, else the row after.</summary>
    /// <exception cref="RowFormatException">A key column is missing from the row that gives the key.</exception>
    public void AddRow(ChangeKind kind, TableSchema schema, long milliseconds, long sequence, int row, ReadOnlySpan<byte> after, ReadOnlySpan<byte> before = default)
    {
        int start = Bytes.Position;
        ChangeWriter.BeginChange(Bytes, kind, schema.Fingerprint, sequence, row);
        if (kind == ChangeKind.Update) ChangeWriter.AppendUpdateRows(Bytes, after, before);
        else Bytes.Append(kind == ChangeKind.Delete ? before : after);
        int keyStart = Bytes.Position;
        ChangeWriter.WriteKey(Bytes, schema, kind == ChangeKind.Delete ? before : after);
        Add(new ChangeEntry(kind, IndexOf(schema), milliseconds, sequence, keyStart, Bytes.Position - keyStart, start, keyStart - start));
    }

    /// <summary>Takes in what concerns a whole table: a truncation, or a changed definition with the statement if it is known.</summary>
    public void AddTable(ChangeKind kind, TableSchema schema, long milliseconds, long sequence, int row, string statement = "")
    {
        int start = Bytes.Position;
        ChangeWriter.BeginChange(Bytes, kind, schema.Fingerprint, sequence, row);
        if (kind == ChangeKind.Schema) ChangeWriter.AppendStatement(Bytes, statement);
        Add(new ChangeEntry(kind, IndexOf(schema), milliseconds, sequence, start, 0, start, Bytes.Position - start));
    }

    public void Clear()
    {
        entries.Clear();
        schemas.Clear();
        Bytes.Clear();
    }
}
