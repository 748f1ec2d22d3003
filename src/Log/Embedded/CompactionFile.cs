using System.Buffers.Binary;
using Orrery.Log.Files;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>
/// A rewritten segment's receipt, stored beside it before the segment gets its name. It also says how long the segment is and which offsets it stands for, since the last ones may be gone.
/// <code>0 magic, 4 zero, 8 from offset, 16 to offset, 24 segment bytes, 32 removed (48), 80 kept (48), 128 CRC of it all</code>
/// A receipt is: records 8, bytes 8, hash 16, first ms 8, last ms 8.
/// </summary>
sealed record CompactionFile(CompactionReceipt Receipt, long SegmentBytes)
{
    const uint Magic = 0x314B524F; // "ORK1"
    const int FileBytes = 132, ReceiptBytes = 48;

    public void Write(ILogFileSystem files, string path)
    {
        byte[] bytes = new byte[FileBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Receipt.FromOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Receipt.ToOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), SegmentBytes);
        Write(bytes.AsSpan(32), Receipt.Removed);
        Write(bytes.AsSpan(32 + ReceiptBytes), Receipt.Kept);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(FileBytes - 4), Crc32C.Compute(bytes.AsSpan(0, FileBytes - 4)));
        using var file = files.OpenWrite(path);
        file.SetLength(0);
        file.Write([bytes], 0);
        file.Sync();
    }

    /// <exception cref="LogCorruptException">There is no whole receipt.</exception>
    public static CompactionFile Read(ILogFileSystem files, string path)
    {
        byte[] bytes = new byte[FileBytes + 1];
        int count = 0;
        try
        {
            using var file = files.OpenRead(path);
            count = file.Read(bytes, 0);
        }
        catch (FileNotFoundException)
        {
        }

        if (count != FileBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(FileBytes - 4)) != Crc32C.Compute(bytes.AsSpan(0, FileBytes - 4)))
            throw new LogCorruptException($"'{path}' is missing or damaged, and the compacted segment beside it means nothing without it: restore both from a copy.");
        var receipt = new CompactionReceipt(
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)), ReadReceipt(bytes.AsSpan(32)), ReadReceipt(bytes.AsSpan(32 + ReceiptBytes)));
        return new CompactionFile(receipt, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24)));
    }

    static void Write(Span<byte> destination, in LogReceipt receipt)
    {
        BinaryPrimitives.WriteInt64LittleEndian(destination, receipt.Records);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], receipt.Bytes);
        BinaryPrimitives.WriteUInt128LittleEndian(destination[16..], receipt.Hash);
        BinaryPrimitives.WriteInt64LittleEndian(destination[32..], receipt.FirstMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(destination[40..], receipt.LastMilliseconds);
    }

    static LogReceipt ReadReceipt(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadInt64LittleEndian(source), BinaryPrimitives.ReadInt64LittleEndian(source[8..]), BinaryPrimitives.ReadUInt128LittleEndian(source[16..]),
        BinaryPrimitives.ReadInt64LittleEndian(source[32..]), BinaryPrimitives.ReadInt64LittleEndian(source[40..]));
}
