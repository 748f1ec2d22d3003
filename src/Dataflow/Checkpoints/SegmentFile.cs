using System.Buffers.Binary;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>
/// Segments as bytes: <c>"ORSG"</c>, int32 version, then for each change int32 weight and the row as it is packed (its first four bytes are its length).
/// The layout is not in it: who changes a table's columns starts from a base of the new ones.
/// </summary>
internal static unsafe class SegmentFile
{
    private const uint Magic = 0x4753524F;
    private const int Version = 1;
    private const int HeadBytes = 8;

    public static Segment Write(ICheckpointStore store, string name, Collection rows)
    {
        using var stream = new BufferedStream(store.Create(name), 1 << 16);
        Span<byte> head = stackalloc byte[HeadBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], Version);
        stream.Write(head);
        long bytes = HeadBytes, changes = 0;
        ulong hash = 0;
        foreach (uint handle in rows.Handles())
        {
            int weight = rows.Entry(handle)->Weight;
            if (weight == 0) continue;
            nint row = rows.Row(handle);
            BinaryPrimitives.WriteInt32LittleEndian(head, weight);
            stream.Write(head[..4]);
            stream.Write(PackedRow.Span(row));
            bytes += 4 + PackedRow.Length(row);
            changes++;
            // A sum: the order of rows says nothing.
            hash += RowHash.Mix(PackedRow.Hash(row), (ulong)(uint)weight ^ 0x9E3779B97F4A7C15);
        }

        return new Segment(name, bytes, changes, hash);
    }

    /// <summary>Applies the changes of a segment.</summary>
    /// <exception cref="CheckpointException">It is not whole.</exception>
    public static void Read(ICheckpointStore store, Segment segment, Collection into)
    {
        using var stream = new BufferedStream(store.Open(segment.Name), 1 << 16);
        byte[] buffer = new byte[1 << 12];
        if (!TryFill(stream, buffer.AsSpan(0, HeadBytes)) || BinaryPrimitives.ReadUInt32LittleEndian(buffer) != Magic || BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(4)) != Version)
            throw new CheckpointException($"Segment {segment.Name} does not begin as segments of version {Version} do.");
        ulong hash = 0;
        for (long change = 0; change < segment.Changes; change++)
        {
            if (!TryFill(stream, buffer.AsSpan(0, 8))) throw Damaged(segment, change);
            int weight = BinaryPrimitives.ReadInt32LittleEndian(buffer), length = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(4));
            if (length < 4 || length > RowLayout.RowBytesMax) throw Damaged(segment, change);
            if (buffer.Length < length + 4) Array.Resize(ref buffer, Math.Max(length + 4, buffer.Length * 2));
            if (!TryFill(stream, buffer.AsSpan(8, length - 4))) throw Damaged(segment, change);
            fixed (byte* start = buffer)
            {
                nint row = (nint)(start + 4);
                hash += RowHash.Mix(PackedRow.Hash(row), (ulong)(uint)weight ^ 0x9E3779B97F4A7C15);
                into.Apply(row, weight);
            }
        }

        if (hash != segment.Hash) throw Damaged(segment, segment.Changes);
        into.Settle();
    }

    private static bool TryFill(Stream stream, Span<byte> target) => stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;

    private static CheckpointException Damaged(Segment segment, long change) =>
        new($"Segment {segment.Name} is damaged: it should hold {segment.Changes:N0} changes in {segment.Bytes:N0} bytes, and is wrong at change {change:N0}. Restore from an older checkpoint.");
}
