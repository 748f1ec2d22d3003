using System.Buffers.Binary;

namespace Orrery.Jobs.Remote;

/// <summary>
/// How messages travel in calls of bounded size and length. A call carries a part: its number, what it is, and bytes of a packed message. It is answered with a state and bytes of the packed answer. Each call of a session has the
/// next number; the first one opens it, and ends one that was there under the same name, whose transaction is rolled back. Another number than the next one is answered <see cref="RemoteState.Lost"/>: what a lost session
/// committed, the database says.
/// </summary>
public static class RemotePart
{
    /// <summary>Bytes of a message in a call, and in an answer.</summary>
    public const int BytesMax = 4 << 20;

    internal const int HeadBytes = 9;

    internal static byte[] Make(long number, RemoteCall call, ReadOnlySpan<byte> bytes)
    {
        byte[] part = new byte[HeadBytes + bytes.Length];
        BinaryPrimitives.WriteInt64LittleEndian(part, number);
        part[8] = (byte)call;
        bytes.CopyTo(part.AsSpan(HeadBytes));
        return part;
    }

    internal static byte[] Answer(RemoteState state, ReadOnlySpan<byte> bytes = default) => [(byte)state, .. bytes];

    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static (long Number, RemoteCall Call) Head(ReadOnlySpan<byte> part) => part.Length is < HeadBytes or > HeadBytes + BytesMax
        ? throw new InvalidDataException($"A part of a message has {part.Length} bytes; {HeadBytes} to {HeadBytes + BytesMax} can be.")
        : (BinaryPrimitives.ReadInt64LittleEndian(part), (RemoteCall)part[8]);
}

enum RemoteCall : byte
{
    /// <summary>More of the message follows.</summary>
    Part,

    /// <summary>The message is whole now: it is to be answered.</summary>
    Last,

    /// <summary>Asks on for the answer, or for more of it.</summary>
    Wait,

    /// <summary>Ends the session: answered once its connection is closed.</summary>
    Close,
}

enum RemoteState : byte
{
    /// <summary>The part is taken.</summary>
    Taken,

    /// <summary>It is being worked on: ask on.</summary>
    Working,

    /// <summary>The answer's bytes, and more are to be asked for.</summary>
    Part,

    /// <summary>The answer's last bytes.</summary>
    Last,

    /// <summary>There is no such session any more.</summary>
    Lost,
}
