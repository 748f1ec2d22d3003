using System.Buffers.Binary;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Partitions;

/// <summary>
/// The messages of one partition in one round, a list of parts for each other one. Numbers are little endian:
/// <code>
/// part: byte version; byte 1 = last part; uint16 sender; uint16 receiver; uint16 0; int64 number; int32 stage; int32 part; frames
/// frame: byte kind; uint64 name; int32 count or bytes; entries
///   1 rows of an exchange: int32 weight, the packed row
///   2 changes of a table: int32 weight, int64 order, the packed row
///   3 the report, once, at the end of the last part
/// </code>
/// </summary>
internal sealed class ExchangeOutbox
{
    public const byte Version = 1;
    public const int HeadBytes = 24;
    public const int FrameHeadBytes = 13;
    public const byte Rows = 1, TableRows = 2, Report = 3;

    /// <summary>A part takes no more rows from here on; it is longer by one row at most.</summary>
    public const int PartBytesMax = 512 * 1024;

    private readonly Box[] _boxes;
    private readonly int _sender;
    private readonly long _bytesMax;
    private long _bytes;

    /// <param name="bytesMax">Bytes of all messages of a round.</param>
    public ExchangeOutbox((int Number, int Count) partition, long bytesMax)
    {
        (_sender, _bytesMax) = (partition.Number, bytesMax);
        _boxes = [.. Enumerable.Range(0, partition.Count).Select(_ => new Box())];
    }

    private sealed class Box
    {
        public List<byte[]> Parts { get; } = [];

        public byte[] Buffer = [];
        public int Length;
        public int FrameAt = -1;
        public ulong FrameName;
        public int Count;
    }

    public void Add(int receiver, ulong exchange, nint row, int weight)
    {
        var span = Entry(_boxes[receiver], Rows, exchange, 4 + PackedRow.Length(row));
        BinaryPrimitives.WriteInt32LittleEndian(span, weight);
        PackedRow.Span(row).CopyTo(span[4..]);
    }

    public void AddTable(int receiver, ulong table, nint row, int weight, long order)
    {
        var span = Entry(_boxes[receiver], TableRows, table, 12 + PackedRow.Length(row));
        BinaryPrimitives.WriteInt32LittleEndian(span, weight);
        BinaryPrimitives.WriteInt64LittleEndian(span[4..], order);
        PackedRow.Span(row).CopyTo(span[12..]);
    }

    /// <summary>Ends the round: the parts for each partition, none for one's own; it is then empty.</summary>
    public IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> End(ExchangeRound round, StageReport report)
    {
        byte[] last = report.Encode();
        var messages = new IReadOnlyList<ReadOnlyMemory<byte>>[_boxes.Length];
        for (int receiver = 0; receiver < messages.Length; receiver++)
        {
            var box = _boxes[receiver];
            if (receiver == _sender)
            {
                messages[receiver] = [];
                continue;
            }

            CloseFrame(box);
            var frame = Reserve(box, FrameHeadBytes + last.Length);
            frame[0] = Report;
            BinaryPrimitives.WriteUInt64LittleEndian(frame[1..], 0);
            BinaryPrimitives.WriteInt32LittleEndian(frame[9..], last.Length);
            last.CopyTo(frame[FrameHeadBytes..]);
            ClosePart(box);
            for (int part = 0; part < box.Parts.Count; part++) WriteHead(box.Parts[part], round, receiver, part, part == box.Parts.Count - 1);
            messages[receiver] = [.. box.Parts.Select(part => (ReadOnlyMemory<byte>)part)];
            box.Parts.Clear();
        }

        _bytes = 0;
        return messages;
    }

    private Span<byte> Entry(Box box, byte kind, ulong name, int bytes)
    {
        if (box.Length >= PartBytesMax)
        {
            CloseFrame(box);
            ClosePart(box);
        }

        if (box.FrameAt < 0 || box.FrameName != name || box.Buffer[box.FrameAt] != kind)
        {
            CloseFrame(box);
            var frame = Reserve(box, FrameHeadBytes);
            frame[0] = kind;
            BinaryPrimitives.WriteUInt64LittleEndian(frame[1..], name);
            (box.FrameAt, box.FrameName, box.Count) = (box.Length - FrameHeadBytes, name, 0);
        }

        box.Count++;
        return Reserve(box, bytes);
    }

    private Span<byte> Reserve(Box box, int bytes)
    {
        if (box.Length == 0) box.Length = HeadBytes;
        int needed = box.Length + bytes;
        if (needed > box.Buffer.Length)
        {
            if (_bytes + needed > _bytesMax)
                throw new RowMemoryException($"Partition {_sender} was to send {_bytes + needed:N0} bytes in one round, over its bound of {_bytesMax:N0}. Take smaller steps, or a larger bound.");
            Array.Resize(ref box.Buffer, Math.Max(needed, Math.Min(Math.Max(1024, box.Buffer.Length * 2), PartBytesMax * 2)));
        }

        var span = box.Buffer.AsSpan(box.Length, bytes);
        box.Length = needed;
        return span;
    }

    private static void CloseFrame(Box box)
    {
        if (box.FrameAt >= 0) BinaryPrimitives.WriteInt32LittleEndian(box.Buffer.AsSpan(box.FrameAt + 9), box.Count);
        box.FrameAt = -1;
    }

    private void ClosePart(Box box)
    {
        box.Parts.Add(box.Buffer.AsSpan(0, box.Length).ToArray());
        _bytes += box.Length;
        box.Length = 0;
        if (box.Buffer.Length > PartBytesMax * 2) box.Buffer = [];
    }

    private void WriteHead(byte[] part, ExchangeRound round, int receiver, int number, bool isLast)
    {
        part[0] = Version;
        part[1] = isLast ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(part.AsSpan(2), (ushort)_sender);
        BinaryPrimitives.WriteUInt16LittleEndian(part.AsSpan(4), (ushort)receiver);
        BinaryPrimitives.WriteUInt16LittleEndian(part.AsSpan(6), 0);
        BinaryPrimitives.WriteInt64LittleEndian(part.AsSpan(8), round.Number);
        BinaryPrimitives.WriteInt32LittleEndian(part.AsSpan(16), round.Stage);
        BinaryPrimitives.WriteInt32LittleEndian(part.AsSpan(20), number);
    }
}
