using System.IO.Compression;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>What MariaDB compresses: the tail of an event (binary logs), a column's value (compressed columns).</summary>
internal static class CompressedEvent
{
    /// <summary>Takes an event's compressed tail apart: a byte (128, algorithm, length bytes), the length big-endian, a zlib stream.</summary>
    public static ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> compressed, int bytesMax, scoped ref byte[] room)
    {
        if (compressed.Length < 2 || (compressed[0] & 0x80) == 0 || (compressed[0] & 0x70) != 0) throw new EventFormatException($"A compressed part of {compressed.Length} bytes has an unknown head.");
        int lengthBytes = compressed[0] & 7;
        if (lengthBytes is 0 or > 4 || compressed.Length < 1 + lengthBytes) throw new EventFormatException($"A compressed part of {compressed.Length} bytes has a length of {lengthBytes} bytes.");
        return Inflate(compressed[(1 + lengthBytes)..], BigEndian(compressed.Slice(1, lengthBytes)), bytesMax, raw: false, ref room);
    }

    /// <summary>Takes a compressed column's value apart: a byte (method, raw or zlib, length bytes), the length big-endian, the stream; method 0 is the bytes themselves.</summary>
    public static ReadOnlySpan<byte> ExpandColumn(ReadOnlySpan<byte> stored, int bytesMax, scoped ref byte[] room)
    {
        if (stored.Length == 0) return stored;
        int method = stored[0] >> 4, lengthBytes = stored[0] & 7;
        if (method == 0) return stored[1..];
        if (method != 8 || lengthBytes is 0 or > 4 || stored.Length < 1 + lengthBytes) throw new EventFormatException($"A compressed value of {stored.Length} bytes begins with {stored[0]}.");
        return Inflate(stored[(1 + lengthBytes)..], BigEndian(stored.Slice(1, lengthBytes)), bytesMax, (stored[0] & 8) != 0, ref room);
    }

    static ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> stream, long bytes, int bytesMax, bool raw, scoped ref byte[] room)
    {
        if (bytes > bytesMax) throw new EventFormatException($"{stream.Length} compressed bytes say they become {bytes}; the limit is {bytesMax}.");
        // A stream of deflate expands at most about 1,032 times: what says more lies, and no memory is taken for it.
        if (bytes > (stream.Length + 64L) * 1100) throw new EventFormatException($"{stream.Length} compressed bytes say they become {bytes}: more than they can.");
        if (room.Length < bytes) room = new byte[bytes];
        try
        {
            using var source = new MemoryStream(stream.ToArray(), writable: false);
            using Stream inflated = raw ? new DeflateStream(source, CompressionMode.Decompress) : new ZLibStream(source, CompressionMode.Decompress);
            int count = inflated.ReadAtLeast(room.AsSpan(0, (int)bytes), (int)bytes, throwOnEndOfStream: false);
            if (count != bytes || inflated.ReadByte() >= 0) throw new EventFormatException($"{stream.Length} compressed bytes became {(count == bytes ? "more than" : count)} of the {bytes} they say.");
        }
        catch (InvalidDataException error)
        {
            throw new EventFormatException($"{stream.Length} compressed bytes cannot be expanded: {error.Message}");
        }

        return room.AsSpan(0, (int)bytes);
    }

    static long BigEndian(ReadOnlySpan<byte> bytes)
    {
        long value = 0;
        foreach (byte part in bytes) value = value << 8 | part;
        return value;
    }
}
