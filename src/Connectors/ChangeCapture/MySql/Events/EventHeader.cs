using System.Buffers.Binary;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>What stands before every event of a version 4 log.</summary>
/// <param name="Seconds">When the statement began, Unix seconds; 0 for what the server made up for this connection.</param>
/// <param name="Type">Its kind.</param>
/// <param name="ServerId">The server where it arose.</param>
/// <param name="Bytes">Its length, header and checksum included.</param>
/// <param name="EndOffset">Where the next event stands in the file; 0 for what the server made up.</param>
/// <param name="Flags">See <see cref="IsArtificial"/> and <see cref="IsIgnorable"/>.</param>
internal readonly record struct EventHeader(uint Seconds, EventType Type, uint ServerId, uint Bytes, uint EndOffset, ushort Flags)
{
    public const int Length = 19;

    /// <summary>Made up by the server for this connection: it stands in no file.</summary>
    public bool IsArtificial => (Flags & 0x20) != 0;

    /// <summary>Who does not know it may pass it over.</summary>
    public bool IsIgnorable => (Flags & 0x80) != 0;

    /// <exception cref="EventFormatException">It is not whole.</exception>
    public static EventHeader Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Length) throw new EventFormatException($"An event of {bytes.Length} bytes is shorter than its header of {Length}.");
        return new EventHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            (EventType)bytes[4],
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[5..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[9..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[13..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[17..]));
    }
}
