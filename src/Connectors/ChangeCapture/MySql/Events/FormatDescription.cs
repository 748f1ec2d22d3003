using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>The first event of a file: how long the fixed parts of the others are, and whether each ends with a checksum.</summary>
internal sealed class FormatDescription
{
    const int VersionBytes = 50;

    readonly byte[] fixedBytes;

    FormatDescription(string serverVersion, byte[] fixedBytes, bool hasChecksum, uint writtenSeconds)
    {
        ServerVersion = serverVersion;
        this.fixedBytes = fixedBytes;
        HasChecksum = hasChecksum;
        WrittenSeconds = writtenSeconds;
    }

    public string ServerVersion { get; }

    public bool HasChecksum { get; }

    /// <summary>When the server began the file, Unix seconds: it tells files of one name apart.</summary>
    public uint WrittenSeconds { get; }

    /// <summary>Bytes of the fixed part of an event's kind; 0 where this server does not know it.</summary>
    public int FixedBytesOf(EventType type) => (int)type is > 0 and var number && number <= fixedBytes.Length ? fixedBytes[number - 1] : 0;

    /// <summary>Reads the whole event.</summary>
    /// <exception cref="EventFormatException">It is damaged, or of a version before MySQL 5.0.</exception>
    public static FormatDescription Read(ReadOnlySpan<byte> bytes)
    {
        var header = EventHeader.Read(bytes);
        var reader = new PacketReader(bytes[EventHeader.Length..]);
        if (reader.UInt16() is not 4 and var version) throw new EventFormatException($"A log of version {version}; version 4 (MySQL 5.0 and later) is known.");
        var name = reader.Bytes(VersionBytes);
        int end = name.IndexOf((byte)0);
        string server = Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
        reader.Skip(4); // when it was made, or 0
        if (reader.Byte() is not EventHeader.Length and var length) throw new EventFormatException($"Events of this log have headers of {length} bytes; {EventHeader.Length} are known.");
        bool hasChecksum = false;
        var rest = reader.Rest();
        if (KnowsChecksums(server))
        {
            if (rest.Length < 5) throw new EventFormatException($"The first event of a log of {server} ends before its checksum.");
            byte kind = rest[^5];
            hasChecksum = kind switch
            {
                0 => false,
                1 => true,
                _ => throw new EventFormatException($"The log has checksums of kind {kind}; none and CRC32 are known."),
            };
            Check(bytes);
            rest = rest[..^5];
        }

        return new FormatDescription(server, rest.ToArray(), hasChecksum, header.Seconds);
    }

    /// <summary>Compares an event's checksum with its bytes.</summary>
    /// <exception cref="EventFormatException">They differ.</exception>
    public static void Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EventHeader.Length + 4) throw new EventFormatException($"An event of {bytes.Length} bytes has no room for its checksum.");
        uint stored = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]);
        uint computed = Crc32.Compute(bytes[..^4]);
        // MySQL computes the first event's checksum before it marks the file as in use; the mark is cleared again at a clean end.
        if (stored != computed && (EventType)bytes[4] == EventType.FormatDescription && (bytes[17] & 1) != 0)
        {
            byte[] unmarked = bytes[..^4].ToArray();
            unmarked[17] &= 0xFE;
            computed = Crc32.Compute(unmarked);
        }

        if (stored != computed) throw new EventFormatException($"An event of kind {bytes[4]} and {bytes.Length} bytes has the checksum {computed:X8} and says {stored:X8}: it is damaged.");
    }

    /// <summary>MySQL writes checksums since 5.6.1, MariaDB since 5.3.</summary>
    static bool KnowsChecksums(string server)
    {
        string[] parts = server.Split('.', '-');
        int Part(int index) => index < parts.Length && int.TryParse(new string([.. parts[index].TakeWhile(char.IsAsciiDigit)]), out int number) ? number : 0;
        (int, int, int) version = (Part(0), Part(1), Part(2));
        return server.Contains("MariaDB", StringComparison.OrdinalIgnoreCase) ? version.CompareTo((5, 3, 0)) >= 0 : version.CompareTo((5, 6, 1)) >= 0;
    }
}
