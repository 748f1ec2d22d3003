using System.Buffers.Binary;
using Orrery.Log.Files;
using Orrery.Log.Format;

namespace Orrery.Log.Embedded;

/// <summary>
/// Who owns a partition, as its file <c>term</c> says: the owner's term, and a number that rises with every opening, so that two openings are never
/// taken for one another. Replaced by renaming, so it is always whole.
/// <code>0 magic, 4 zero, 8 term, 16 claim, 24 CRC of it all</code>
/// </summary>
readonly record struct PartitionClaim(long Term, long Claim)
{
    const uint Magic = 0x3154524F; // "ORT1"
    const int Bytes = 28;

    public static string PathIn(string directory) => Path.Combine(directory, "term");

    /// <summary>Reads it; null where nobody ever opened the partition under a term.</summary>
    /// <exception cref="LogCorruptException">The file is damaged.</exception>
    public static PartitionClaim? Read(ILogFileSystem files, string path)
    {
        Span<byte> bytes = stackalloc byte[Bytes + 1];
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

        if (count != Bytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic || BinaryPrimitives.ReadUInt32LittleEndian(bytes[24..]) != Crc32C.Compute(bytes[..24]))
            throw new LogCorruptException($"'{path}' is damaged, so nobody can say who owns the partition. Stop every process that may, delete the file, and start one.");
        return new PartitionClaim(BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
    }

    /// <summary>Puts it in force, durably.</summary>
    public void Write(ILogFileSystem files, string directory)
    {
        byte[] bytes = new byte[Bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), Term);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), Claim);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), Crc32C.Compute(bytes.AsSpan(0, 24)));
        string path = PathIn(directory), next = path + ".new";
        using (var file = files.OpenWrite(next))
        {
            file.SetLength(0);
            file.Write([bytes], 0);
            file.Sync();
        }

        files.Rename(next, path);
        files.SyncDirectory(directory);
    }
}
