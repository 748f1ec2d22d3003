using System.Buffers.Binary;
using Orrery.Log.Files;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>
/// Where a segment ends that its owner did not end itself: whatever lies behind was written too late and is not in the log. Stored beside the segment by the successor, and final from then on.
/// A file that is torn was never relied upon and counts as none.
/// <code>0 magic, 4 zero, 8 segment bytes, 16 end offset, 24 CRC of it all</code>
/// </summary>
readonly record struct SegmentSeal(long Bytes, long EndOffset)
{
    const uint Magic = 0x3153524F; // "ORS1"
    const int FileBytes = 28;

    public static SegmentSeal? TryRead(ILogFileSystem files, string path)
    {
        Span<byte> bytes = stackalloc byte[FileBytes + 1];
        int count;
        try
        {
            using var file = files.OpenRead(path);
            count = file.Read(bytes, 0);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        bool whole = count == FileBytes && BinaryPrimitives.ReadUInt32LittleEndian(bytes) == Magic && BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) == Crc32C.Compute(bytes[..24]);
        return whole ? new SegmentSeal(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..])) : null;
    }

    /// <summary>Stores it; its directory is not synced yet.</summary>
    public void Write(ILogFileSystem files, string path)
    {
        byte[] bytes = new byte[FileBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), EndOffset);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Crc32C.Compute(bytes.AsSpan(0, 24)));
        using var file = files.OpenWrite(path);
        file.SetLength(0);
        file.Write([bytes], 0);
        file.Sync();
    }
}
