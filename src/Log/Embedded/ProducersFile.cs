using System.Buffers.Binary;
using Orrery.Log.Files;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>
/// The producers of a partition as of a segment's first record, stored beside the segment, so that they outlive the segments before it. One that is missing or torn
/// counts as none: an older one and the batches since say the same.
/// <code>0 magic, 4 producers, 8 entries (id 8, epoch 4, sequence 8, base offset 8, append ms 8), then the CRC of it all</code>
/// </summary>
static class ProducersFile
{
    const uint Magic = 0x3150524F; // "ORP1"
    const int HeaderBytes = 8, EntryBytes = 36;

    public static void Write(ILogFileSystem files, string path, List<KeyValuePair<long, ProducerMark>> producers)
    {
        byte[] bytes = new byte[HeaderBytes + (producers.Count * EntryBytes) + 4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), producers.Count);
        int position = HeaderBytes;
        foreach (var (id, mark) in producers)
        {
            var entry = bytes.AsSpan(position, EntryBytes);
            BinaryPrimitives.WriteInt64LittleEndian(entry, id);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], mark.Position.Epoch);
            BinaryPrimitives.WriteInt64LittleEndian(entry[12..], mark.Position.Sequence);
            BinaryPrimitives.WriteInt64LittleEndian(entry[20..], mark.BaseOffset);
            BinaryPrimitives.WriteInt64LittleEndian(entry[28..], mark.AppendedMilliseconds);
            position += EntryBytes;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(position), Crc32C.Compute(bytes.AsSpan(0, position)));
        using var file = files.OpenWrite(path);
        file.SetLength(0);
        file.Write([bytes], 0);
        // Without producers there is nothing to lose: a scan from further back finds none either.
        if (producers.Count > 0) file.Sync();
    }

    /// <summary>Reads the producers; null where there is no whole file.</summary>
    public static List<KeyValuePair<long, ProducerMark>>? TryRead(ILogFileSystem files, string path)
    {
        byte[] bytes;
        try
        {
            using var file = files.OpenRead(path);
            long length = file.Length; // once: its owner may be writing it
            if (length is < HeaderBytes + 4 or > 1 << 28) return null;
            bytes = new byte[length];
            if (file.Read(bytes, 0) != bytes.Length) return null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4));
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || bytes.Length != HeaderBytes + ((long)count * EntryBytes) + 4
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 4)) != Crc32C.Compute(bytes.AsSpan(0, bytes.Length - 4)))
        {
            return null;
        }

        var producers = new List<KeyValuePair<long, ProducerMark>>(count);
        for (int number = 0; number < count; number++)
        {
            var entry = bytes.AsSpan(HeaderBytes + (number * EntryBytes), EntryBytes);
            var position = new LogProducerPosition(BinaryPrimitives.ReadInt32LittleEndian(entry[8..]), BinaryPrimitives.ReadInt64LittleEndian(entry[12..]));
            producers.Add(new(BinaryPrimitives.ReadInt64LittleEndian(entry), new ProducerMark(position, BinaryPrimitives.ReadInt64LittleEndian(entry[20..]), BinaryPrimitives.ReadInt64LittleEndian(entry[28..]))));
        }

        return producers;
    }
}
