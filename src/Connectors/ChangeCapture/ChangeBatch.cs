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

    public void Clear()
    {
        entries.Clear();
        schemas.Clear();
        Bytes.Clear();
    }
}
