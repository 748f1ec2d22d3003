using System.Text;
using Orrery.Dataflow.Graphs;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Checkpoints;

/// <summary>
/// What a checkpoint is made of. As bytes, in little-endian:
/// <code>
/// uint32 magic, int32 version, int64 number, int64 clock, int64 steps, position (length, bytes)
/// segments: count, (name, bytes); tables: count, (name); stopped views: count, (name, status, reason)
/// units: count, (id, head, pieces: count, (store, piece, bytes, blocks: (uint64 hash, int32 segment, int32 offset)))
/// uint64 hash of all before
/// </code>
/// The version stands for the layout of all state, too: a change of how an operator keeps what it keeps is a new version.
/// </summary>
internal sealed class CheckpointManifest
{
    private const uint Magic = 0x4B43524F;
    private const int Version = 3;

    /// <summary>Bytes of a block, which is written when one of them changes.</summary>
    public const int BlockBytes = 16 * 1024;

    public required long Number { get; init; }

    public required long NowMicroseconds { get; init; }

    public required long Steps { get; init; }

    public required byte[] Position { get; init; }

    public required IReadOnlyList<SegmentCheckpoint> Segments { get; init; }

    public required IReadOnlyList<string> Tables { get; init; }

    public required IReadOnlyList<StoppedView> Stopped { get; init; }

    public required IReadOnlyDictionary<UnitId, UnitCheckpoint> Units { get; init; }

    /// <summary>A view that was not kept true any more.</summary>
    internal sealed record StoppedView(string Name, ViewStatus Status, string Reason);

    public byte[] Encode()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(Number);
        writer.Write(NowMicroseconds);
        writer.Write(Steps);
        writer.Write(Position.Length);
        writer.Write(Position);
        WriteAll(Segments, segment =>
        {
            writer.Write(segment.Name);
            writer.Write(segment.Bytes);
        });
        WriteAll(Tables, writer.Write);
        WriteAll(Stopped, view =>
        {
            writer.Write(view.Name);
            writer.Write((int)view.Status);
            writer.Write(view.Reason);
        });
        WriteAll([.. Units], unit =>
        {
            writer.Write(unit.Key.High);
            writer.Write(unit.Key.Low);
            writer.Write(unit.Value.Head.Length);
            writer.Write(unit.Value.Head);
            WriteAll(unit.Value.Pieces, piece =>
            {
                writer.Write(piece.Place.Store);
                writer.Write(piece.Place.Piece);
                writer.Write(piece.Bytes);
                foreach (var block in piece.Blocks)
                {
                    writer.Write(block.Hash);
                    writer.Write(block.Segment);
                    writer.Write(block.Offset);
                }
            });
        });
        writer.Flush();
        writer.Write(HashOf(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        return stream.ToArray();

        void WriteAll<T>(IReadOnlyList<T> items, Action<T> write)
        {
            writer.Write(items.Count);
            foreach (var item in items) write(item);
        }
    }

    /// <exception cref="CheckpointException">They are not a whole manifest of this version.</exception>
    public static CheckpointManifest Decode(string name, byte[] bytes)
    {
        if (bytes.Length < 16 || BitConverter.ToUInt32(bytes) != Magic || BitConverter.ToUInt64(bytes, bytes.Length - 8) != HashOf(bytes.AsSpan(0, bytes.Length - 8)))
            throw new CheckpointException($"{name}, {bytes.Length:N0} bytes, is damaged: its hash does not fit. An older checkpoint may be whole.");
        int version = BitConverter.ToInt32(bytes, 4);
        if (version != Version)
            throw new CheckpointException($"{name} is of version {version}, this program reads {Version}. Start from the sources, or restore it with the program that wrote it.");
        using var reader = new BinaryReader(new MemoryStream(bytes, 8, bytes.Length - 16), Encoding.UTF8);
        return new CheckpointManifest
        {
            Number = reader.ReadInt64(),
            NowMicroseconds = reader.ReadInt64(),
            Steps = reader.ReadInt64(),
            Position = reader.ReadBytes(reader.ReadInt32()),
            Segments = ReadAll(reader, () => new SegmentCheckpoint(reader.ReadString(), reader.ReadInt64())),
            Tables = ReadAll(reader, reader.ReadString),
            Stopped = ReadAll(reader, () => new StoppedView(reader.ReadString(), (ViewStatus)reader.ReadInt32(), reader.ReadString())),
            Units = ReadAll(reader, () => (Id: new UnitId(reader.ReadUInt64(), reader.ReadUInt64()), Checkpoint: new UnitCheckpoint(reader.ReadBytes(reader.ReadInt32()), ReadAll(reader, () => ReadPiece(reader)))))
                .ToDictionary(unit => unit.Id, unit => unit.Checkpoint),
        };
    }

    public static int BlocksOf(long bytes) => (int)((bytes + BlockBytes - 1) / BlockBytes);

    public static unsafe ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* address = bytes) return PackedRow.Hash((nint)address, bytes.Length);
    }

    private static PieceCheckpoint ReadPiece(BinaryReader reader)
    {
        var place = new PiecePlace(reader.ReadInt32(), reader.ReadInt32());
        long bytes = reader.ReadInt64();
        var blocks = new BlockReference[BlocksOf(bytes)];
        for (int index = 0; index < blocks.Length; index++) blocks[index] = new BlockReference(reader.ReadUInt64(), reader.ReadInt32(), reader.ReadInt32());
        return new PieceCheckpoint(place, bytes, blocks);
    }

    private static List<T> ReadAll<T>(BinaryReader reader, Func<T> read)
    {
        int count = reader.ReadInt32();
        var items = new List<T>(count);
        for (int index = 0; index < count; index++) items.Add(read());
        return items;
    }
}
