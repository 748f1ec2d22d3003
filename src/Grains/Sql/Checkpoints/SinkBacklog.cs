using System.Buffers;
using Orrery.Dataflow.Checkpoints;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Rows;

namespace Orrery.Grains.Sql.Checkpoints;

/// <summary>
/// Changes that sinks have not written yet, as bytes of a checkpoint: they are not made again after it is restored, since their epochs are behind it. Per epoch of an insert, in order: its name (as
/// <see cref="BinaryWriter"/> writes it), int64 epoch, int32 rows; per row int32 weight and the packed row.
/// </summary>
static class SinkBacklog
{
    /// <param name="waiting">Oldest first for each insert.</param>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<SinkChanges> waiting)
    {
        if (waiting.Count == 0)
            return default;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        using var arena = new RowArena();
        foreach (SinkChanges changes in waiting)
        {
            using var builder = new RowBuilder(changes.Layout, arena);
            writer.Write(changes.Insert);
            writer.Write(changes.Epoch);
            writer.Write(changes.Rows.Count);
            foreach ((object?[] values, int weight) in changes.Rows)
            {
                writer.Write(weight);
                writer.Write(PackedRow.Span(RowValues.FromObjects(values, builder)));
            }

            arena.Reset();
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Encoded parts as one.</summary>
    public static ReadOnlyMemory<byte> Join(ReadOnlyMemory<byte> first, IReadOnlyList<byte[]> others)
    {
        if (others.Count == 0)
            return first;
        byte[] all = new byte[first.Length + others.Sum(static part => part.Length)];
        first.CopyTo(all);
        int at = first.Length;
        foreach (byte[] part in others)
        {
            part.CopyTo(all, at);
            at += part.Length;
        }

        return all;
    }

    /// <param name="layoutOf">Of an insert's rows.</param>
    /// <exception cref="CheckpointException">They are not what <see cref="Encode"/> made.</exception>
    public static unsafe IReadOnlyList<SinkChanges> Decode(ReadOnlyMemory<byte> bytes, Func<string, RowLayout> layoutOf)
    {
        var waiting = new List<SinkChanges>();
        using MemoryHandle pin = bytes.Pin();
        using var stream = new UnmanagedMemoryStream((byte*)pin.Pointer, bytes.Length);
        using var reader = new BinaryReader(stream);
        while (stream.Position < stream.Length)
        {
            string insert = reader.ReadString();
            long epoch = reader.ReadInt64();
            var rows = new (object?[], int)[reader.ReadInt32()];
            RowLayout layout = layoutOf(insert);
            for (int index = 0; index < rows.Length; index++)
            {
                int weight = reader.ReadInt32();
                nint row = (nint)stream.PositionPointer;
                long left = stream.Length - stream.Position;
                if (left < sizeof(int) || PackedRow.Length(row) > left || PackedRow.Length(row) < layout.FixedBytes)
                    throw new CheckpointException($"The changes that waited for '{insert}' in epoch {epoch} are not whole in the checkpoint. An older checkpoint may be whole.");
                rows[index] = (RowValues.ToObjects(row, layout), weight);
                stream.Position += PackedRow.Length(row);
            }

            waiting.Add(new SinkChanges(insert, epoch, rows, layout));
        }

        return waiting;
    }
}
