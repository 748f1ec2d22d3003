using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>Rows of one schema, one behind the other in one buffer. What reads a table hands out the same batch again and again: its rows are valid until the next one is asked for.</summary>
public sealed class RowBatch(TableSchema schema)
{
    readonly List<int> ends = [];

    public TableSchema Schema { get; } = schema;

    /// <summary>Where rows are written; each is then taken in with <see cref="Add()"/>.</summary>
    public RowWriter Writer { get; } = new(1 << 16);

    public int Count => ends.Count;

    public int Bytes => ends.Count == 0 ? 0 : ends[^1];

    /// <summary>How many rows of the same reading came before this batch.</summary>
    public long RowsBefore { get; set; }

    public ReadOnlySpan<byte> this[int row] => Writer.Written[(row == 0 ? 0 : ends[row - 1])..ends[row]];

    public RowReader Read(int row) => new(Schema, this[row]);

    /// <summary>Takes in the row that was written since the last one.</summary>
    public void Add() => ends.Add(Writer.Position);

    /// <summary>Takes in a row of bytes.</summary>
    public void AddEncoded(ReadOnlySpan<byte> row)
    {
        Writer.Append(row);
        Add();
    }

    /// <summary>Takes in a row of objects, as <see cref="RowValues"/> has them.</summary>
    public void Add(IReadOnlyList<object?> values)
    {
        RowValues.WriteRow(Writer, Schema, values);
        Add();
    }

    public void Clear()
    {
        Writer.Clear();
        ends.Clear();
    }

    /// <summary>Bytes of a row's key columns, in the key's order, as a row of their own.</summary>
    public byte[] KeyOf(int row) => RowKeys.Of(Schema, this[row]);
}
