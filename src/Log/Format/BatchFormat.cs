using System.Buffers.Binary;

namespace Orrery.Log.Format;

/// <summary>
/// A batch on disk and on the wire: a header of 96 bytes, then the records. Little-endian. Both parts carry a CRC-32C, so a length is trusted before the body is read.
/// <code>
///  0 magic            4 body bytes        8 base offset     16 appended ms    24 first event ms   32 last event ms
/// 40 hash, low half  48 hash, high half  56 payload bytes   60 offsets (ORB3: records and gaps; else 0)
/// 64 records         68 body CRC         72 producer id (0: none)   80 producer sequence   88 producer epoch   92 header CRC
/// </code>
/// A record is: key length, value length, header length, time after the record before (zigzag; the first one after 0), in ORB3 also how many offsets before it are gone
/// (all varints); key; value; headers. In ORB1: key length, value length, time after the batch's first event time; key; value.
/// </summary>
static class BatchFormat
{
    public const int HeaderBytes = 96;

    /// <summary>What a record needs at most besides its key, value and headers.</summary>
    public const int RecordOverheadBytes = 5 + 5 + 5 + Varint.BytesLimit + 5;

    const uint Magic = 0x0042524F; // "ORB"; the form's digit is the fourth byte
    const uint MagicMask = 0x00FFFFFF;
    const int CrcPosition = HeaderBytes - 4;

    /// <summary>Bytes that records need at most as one batch.</summary>
    public static long BytesAtMost(ReadOnlySpan<LogRecord> records)
    {
        long bytes = HeaderBytes + ((long)records.Length * RecordOverheadBytes);
        foreach (ref readonly var record in records) bytes += record.Key.Length + record.Value.Length + record.Headers.Length;
        return bytes;
    }

    /// <summary>Writes all but the offset and the append time, which <see cref="Stamp"/> adds. Answers the batch's length.</summary>
    public static int Encode(ReadOnlySpan<LogRecord> records, LogProducer producer, Span<byte> destination, out LogReceipt receipt)
    {
        var writer = new BatchWriter(hashesRecords: true);
        foreach (ref readonly var record in records) writer.Add(destination, record.Key.Span, record.Value.Span, record.TimestampMilliseconds, record.Headers.Span);
        return writer.Finish(destination, producer, BatchForm.Headed, out receipt);
    }

    /// <summary>Writes a header but for the offset and the append time.</summary>
    public static void WriteHeader(Span<byte> header, BatchForm form, int bodyBytes, uint bodyCrc, int offsetSpan, LogProducer producer, in LogReceipt receipt)
    {
        header = header[..HeaderBytes];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic | (((uint)'0' + (uint)form) << 24));
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], bodyBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], receipt.FirstMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], receipt.LastMilliseconds);
        BinaryPrimitives.WriteUInt128LittleEndian(header[40..], receipt.Hash);
        BinaryPrimitives.WriteInt32LittleEndian(header[56..], (int)receipt.Bytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[60..], form == BatchForm.Sparse ? offsetSpan : 0);
        BinaryPrimitives.WriteInt32LittleEndian(header[64..], (int)receipt.Records);
        BinaryPrimitives.WriteUInt32LittleEndian(header[68..], bodyCrc);
        BinaryPrimitives.WriteInt64LittleEndian(header[72..], producer.Id);
        BinaryPrimitives.WriteInt64LittleEndian(header[80..], producer.Sequence);
        BinaryPrimitives.WriteInt32LittleEndian(header[88..], producer.Epoch);
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
        if (source.Length < HeaderBytes) return false;
        uint magic = BinaryPrimitives.ReadUInt32LittleEndian(source);
        var form = (BatchForm)((magic >> 24) - '0');
        if ((magic & MagicMask) != Magic || form is not (BatchForm.Plain or BatchForm.Headed or BatchForm.Sparse)) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(source[CrcPosition..]) != Crc32C.Compute(source[..CrcPosition])) return false;
        int records = BinaryPrimitives.ReadInt32LittleEndian(source[64..]);
        header = new BatchHeader(
            form,
            BinaryPrimitives.ReadInt32LittleEndian(source[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(source[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(source[68..]),
            form == BatchForm.Sparse ? BinaryPrimitives.ReadInt32LittleEndian(source[60..]) : records,
            new LogProducer(BinaryPrimitives.ReadInt64LittleEndian(source[72..]), BinaryPrimitives.ReadInt32LittleEndian(source[88..]), BinaryPrimitives.ReadInt64LittleEndian(source[80..])),
            new LogReceipt(
                records,
                BinaryPrimitives.ReadInt32LittleEndian(source[56..]),
                BinaryPrimitives.ReadUInt128LittleEndian(source[40..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[24..]),
                BinaryPrimitives.ReadInt64LittleEndian(source[32..])));
        return header.BodyBytes >= 0 && records > 0 && header.OffsetSpan >= records && header.BaseOffset >= 0 && header.BaseOffset <= long.MaxValue - header.OffsetSpan;
    }

    public static bool BodyMatches(in BatchHeader header, ReadOnlySpan<byte> body) => Crc32C.Compute(body) == header.BodyCrc;
}
