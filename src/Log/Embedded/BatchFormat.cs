using System.Buffers.Binary;

namespace Orrery.Log.Embedded;

/// <summary>
/// A batch on disk: a header of 96 bytes, then the records (key length, value length, time after the batch's first event time: varints;
/// key; value). Little-endian. Both parts carry a CRC-32C, so a length is trusted before the body is read.
/// <code>
///  0 magic            4 body bytes        8 base offset     16 appended ms    24 first event ms   32 last event ms
/// 40 hash, low half  48 hash, high half  56 payload bytes   64 records        68 body CRC         72 producer id (0: none)
/// 80 producer sequence                   88 producer epoch  92 header CRC
/// </code>
/// </summary>
static class BatchFormat
{
    public const int HeaderBytes = 96;
    const uint Magic = 0x3142524F; // "ORB1"
    const int CrcPosition = HeaderBytes - 4;

    /// <summary>Bytes that records need at most as one batch.</summary>
    public static long BytesAtMost(ReadOnlySpan<LogRecord> records)
    {
        long bytes = HeaderBytes;
        foreach (ref readonly var record in records) bytes += record.Key.Length + record.Value.Length + 5 + 5 + Varint.BytesLimit;
        return bytes;
    }

    /// <summary>Writes all but the offset and the append time, which <see cref="Stamp"/> adds. Answers the batch's length.</summary>
    public static int Encode(ReadOnlySpan<LogRecord> records, Span<byte> destination, out LogReceipt receipt)
    {
        long first = long.MaxValue, last = long.MinValue, payload = 0;
        foreach (ref readonly var record in records)
        {
            first = Math.Min(first, record.TimestampMilliseconds);
            last = Math.Max(last, record.TimestampMilliseconds);
        }

        UInt128 hash = 0;
        int position = HeaderBytes;
        foreach (ref readonly var record in records)
        {
            var key = record.Key.Span;
            var value = record.Value.Span;
            position = Varint.Write(destination, position, (ulong)key.Length);
            position = Varint.Write(destination, position, (ulong)value.Length);
            position = Varint.Write(destination, position, unchecked((ulong)record.TimestampMilliseconds - (ulong)first));
            key.CopyTo(destination[position..]);
            position += key.Length;
            value.CopyTo(destination[position..]);
            position += value.Length;
            payload += key.Length + value.Length;
            unchecked
            {
                hash += RecordHash.Compute(key, value, record.TimestampMilliseconds);
            }
        }

        receipt = new LogReceipt(records.Length, payload, hash, first, last);
        var header = destination[..HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], position - HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], first);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], last);
        BinaryPrimitives.WriteUInt128LittleEndian(header[40..], hash);
        BinaryPrimitives.WriteInt64LittleEndian(header[56..], payload);
        BinaryPrimitives.WriteInt32LittleEndian(header[64..], records.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[68..], Crc32C.Compute(destination[HeaderBytes..position]));
        return position;
    }

    public static void Stamp(Span<byte> batch, long baseOffset, long appendedMilliseconds)
    {
        BinaryPrimitives.WriteInt64LittleEndian(batch[8..], baseOffset);
        BinaryPrimitives.WriteInt64LittleEndian(batch[16..], appendedMilliseconds);
        BinaryPrimitives.WriteUInt32LittleEndian(batch[CrcPosition..], Crc32C.Compute(batch[..CrcPosition]));
    }

    /// <summary>Reads a header. False if it is not whole or not a header.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> source, out BatchHeader header)
    {
        header = default;
        if (source.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(source) != Magic) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[CrcPosition..]) != Crc32C.Compute(source[..CrcPosition])) return false;
        header = new BatchHeader(
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[68..]),
            new LogReceipt(
                BinaryPrimitives.ReadInt32LittleEndian(source[64..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[56..]),
                BinaryPrimitives.ReadUInt128LittleEndian(source[40..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[32..])));
        return header.BodyBytes >= 0 && header.Receipt.Records > 0;
    }

    public static bool BodyMatches(in BatchHeader header, ReadOnlySpan<byte> body) => Crc32C.Compute(body) == header.BodyCrc;
}

/// <summary>What a batch's header says.</summary>
readonly record struct BatchHeader(int BodyBytes, long BaseOffset, long AppendedMilliseconds, uint BodyCrc, LogReceipt Receipt)
{
    public long EndOffset => BaseOffset + Receipt.Records;

    public long TotalBytes => BatchFormat.HeaderBytes + (long)BodyBytes;
}
