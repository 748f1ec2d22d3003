using System.Buffers.Binary;
using Orrery.Log.Files;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>
/// The index of a sealed segment, stored beside it so that opening a log does not read all of it. It is not synced: where it is missing,
/// torn or does not fit the segment's length, the segment is scanned instead.
/// <code>0 magic, 4 entries, 8 segment bytes, 16 end offset, 24 last append ms, 32 entries (offset, position, appended ms), then the CRC of it all</code>
/// </summary>
static class SegmentIndexFile
{
    const uint Magic = 0x3249524F; // "ORI2"
    const int HeaderBytes = 32, EntryBytes = 24;

    public static void Write(ILogFileSystem files, Segment segment)
    {
        byte[] bytes = new byte[HeaderBytes + (segment.Index.Count * EntryBytes) + 4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), segment.Index.Count);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), segment.Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), segment.EndOffset);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), segment.AppendedMilliseconds);
        int position = HeaderBytes;
        foreach (var entry in segment.Index)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(position), entry.Offset);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(position + 8), entry.Position);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(position + 16), entry.AppendedMilliseconds);
            position += EntryBytes;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(position), Crc32C.Compute(bytes.AsSpan(0, position)));
        using var file = files.OpenWrite(segment.IndexPath);
        file.SetLength(0);
        file.Write([bytes], 0);
    }

    public static bool TryRead(ILogFileSystem files, Segment segment, long segmentBytes)
    {
        byte[] bytes;
        try
        {
            using var file = files.OpenRead(segment.IndexPath);
            long length = file.Length; // once: its owner may be writing it
            if (length is < HeaderBytes + 4 or > 1 << 28) return false;
            bytes = new byte[length];
            if (file.Read(bytes, 0) != bytes.Length) return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || bytes.Length != HeaderBytes + ((long)count * EntryBytes) + 4
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) != Crc32C.Compute(bytes.AsSpan(0, bytes.Length - 4))
            || BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)) != segmentBytes)
        {
            return false;
        }

        var entries = new IndexEntry[count];
        for (int number = 0; number < count; number++)
        {
            var source = bytes.AsSpan(HeaderBytes + (number * EntryBytes));
            entries[number] = new IndexEntry(BinaryPrimitives.ReadInt64LittleEndian(source), BinaryPrimitives.ReadInt64LittleEndian(source[8..]), BinaryPrimitives.ReadInt64LittleEndian(source[16..]));
        }

        segment.Load(entries, segmentBytes, BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(24)));
        return true;
    }
}
