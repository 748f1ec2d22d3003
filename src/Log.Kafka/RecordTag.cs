using System.Buffers.Binary;
using Orrery.Log.Format;

namespace Orrery.Log.Kafka;

/// <summary>
/// What each record of Orrery's own carries in the header <c>orrery.p</c>: whose it is and which one of its batch, and on the first one what holds for the whole batch.
/// <code>
/// flags (1: event time, 2: first of its batch, 4: marker), owner, index;
/// with flag 2: records of the batch, offset of the owner's newest marker, append time, producer id (8 bytes), epoch, sequence;
/// with flag 1: event time, where Kafka's own time cannot hold it
/// </code>
/// Numbers are varints, those that may be negative zigzag.
/// </summary>
readonly record struct RecordTag(long Owner, int Index, int Records, long MarkerOffset, long AppendedMilliseconds, LogProducer Producer, long? EventMilliseconds, bool IsMarker)
{
    public const string HeaderName = "orrery.p";
    public const int BytesAtMost = 96;
    const byte EventTime = 1, First = 2, Marker = 4;

    public bool IsFirst => Index == 0;

    public byte[] Encode()
    {
        Span<byte> bytes = stackalloc byte[BytesAtMost];
        bytes[0] = (byte)((EventMilliseconds is null ? 0 : EventTime) | (IsFirst ? First : 0) | (IsMarker ? Marker : 0));
        int position = Varint.Write(bytes, 1, (ulong)Owner);
        position = Varint.Write(bytes, position, (ulong)Index);
        if (IsFirst)
        {
            position = Varint.Write(bytes, position, (ulong)Records);
            position = Varint.Write(bytes, position, (ulong)MarkerOffset);
            position = Varint.Write(bytes, position, Varint.ZigZag(AppendedMilliseconds));
            BinaryPrimitives.WriteInt64LittleEndian(bytes[position..], Producer.Id);
            position = Varint.Write(bytes, position + 8, Varint.ZigZag(Producer.Epoch));
            position = Varint.Write(bytes, position, Varint.ZigZag(Producer.Sequence));
        }

        if (EventMilliseconds is { } time) position = Varint.Write(bytes, position, Varint.ZigZag(time));
        return bytes[..position].ToArray();
    }

    /// <exception cref="LogCorruptException">The bytes are no tag.</exception>
    public static RecordTag Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) throw new LogCorruptException($"The header {HeaderName} of a record is empty.");
        byte flags = bytes[0];
        int position = 1, records = 0, epoch = 0;
        long marker = 0, appended = 0, id = 0, sequence = 0;
        long owner = (long)Varint.Read(bytes, ref position);
        int index = (int)Varint.Read(bytes, ref position);
        if ((flags & First) != 0)
        {
            records = (int)Varint.Read(bytes, ref position);
            marker = (long)Varint.Read(bytes, ref position);
            appended = Varint.UnZigZag(Varint.Read(bytes, ref position));
            if (bytes.Length - position < 8) throw new LogCorruptException($"The header {HeaderName} of a record has {bytes.Length} bytes, which is too few.");
            id = BinaryPrimitives.ReadInt64LittleEndian(bytes[position..]);
            position += 8;
            epoch = (int)Varint.UnZigZag(Varint.Read(bytes, ref position));
            sequence = Varint.UnZigZag(Varint.Read(bytes, ref position));
        }

        long? time = (flags & EventTime) != 0 ? Varint.UnZigZag(Varint.Read(bytes, ref position)) : null;
        return new RecordTag(owner, index, records, marker, appended, new LogProducer(id, epoch, sequence), time, (flags & Marker) != 0);
    }
}
