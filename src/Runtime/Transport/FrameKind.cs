namespace Orrery.Runtime.Transport;

/// <summary>What a frame holds. The numbers are part of the wire format (docs/reference/wire.md).</summary>
internal enum FrameKind : byte
{
    /// <summary>The first frame of each side: the grain types that it hosts.</summary>
    Manifest = 1,
    Call = 2,
    Answer = 3,
    Failure = 4,

    /// <summary>The call was not run here; what is known of the shard.</summary>
    NotTaken = 5,

    /// <summary>The caller waits no longer.</summary>
    Cancel = 6,

    /// <summary>News of shards.</summary>
    Shards = 7,
    Heartbeat = 8,

    /// <summary>The sender takes no calls of frames later than the one that it names. Answers to earlier ones still come; the receiver closes when it has them.</summary>
    Goodbye = 9,
}

[Flags]
internal enum FrameFlags : byte
{
    None = 0,
    OneWay = 1,

    /// <summary>The call is for an object and not for a grain.</summary>
    OfObject = 2,

    /// <summary>The upper four bits: how often a one-way call was passed on.</summary>
    HopsShift = 4,
}

/// <summary>
/// Every frame begins with these bytes: the length of what follows the length field (4), the kind (1), flags (1), and a number (4) that rises by one from
/// frame to frame in each direction, beginning at 1. All numbers are little-endian.
/// </summary>
internal static class FrameHeader
{
    public const int LengthBytes = 4;
    public const int KindAt = 4;
    public const int FlagsAt = 5;
    public const int NumberAt = 6;
    public const int Bytes = 10;

    /// <summary>In frames about one call: its id, at once after the header.</summary>
    public const int CallIdAt = Bytes;

    /// <summary>What the length field counts besides the frame's content.</summary>
    public const int CountedBytes = Bytes - LengthBytes;

    /// <summary>Whether one frame's number is later than another's; numbers wrap.</summary>
    public static bool IsLater(uint number, uint than) => unchecked((int)(number - than)) > 0;
}
