using System.Buffers;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>Rows of one schema, one behind the other in one buffer. What reads a table hands out the same batch again and again: its rows are valid until the next one is asked for.</summary>
public sealed class RowBatch
{
    /// <summary>Bytes of a buffer that is kept for the next batch, and how many of a size.</summary>
    const int PooledBytesMax = 16 << 20, PooledMax = 3, FirstBytes = 1 << 16;

    // Of its own, and not the shared one: that keeps buffers by thread, and sinks' threads end with each write.
    static readonly ArrayPool<byte> Pool = ArrayPool<byte>.Create(PooledBytesMax, PooledMax);

    readonly List<int> ends = [];

    public RowBatch(TableSchema schema)
        : this(schema, null)
    {
    }

    RowBatch(TableSchema schema, ArrayPool<byte>? pool)
    {
        Schema = schema;
        Writer = new RowWriter(FirstBytes, pool);
    }

    public TableSchema Schema { get; }

    /// <summary>Where rows are written; each is then taken in with <see cref="Add()"/>.</summary>
    public RowWriter Writer { get; }

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

    /// <summary>A batch whose buffer comes from a pool, for who has many one after the other: to be given back with <see cref="Release"/>.</summary>
    public static RowBatch Pooled(TableSchema schema) => new(schema, Pool);

    /// <summary>Empties it and gives a pooled buffer back. Nothing that was read of it is good any more.</summary>
    public void Release()
    {
        Writer.Release();
        ends.Clear();
    }

    public void Clear()
    {
        Writer.Clear();
        ends.Clear();
    }

    /// <summary>Bytes of a row's key columns, in the key's order, as a row of their own.</summary>
    public byte[] KeyOf(int row) => RowKeys.Of(Schema, this[row]);
}
