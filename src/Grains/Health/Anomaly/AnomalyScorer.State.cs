using System.Buffers.Binary;
using System.Numerics;

namespace Orrery.Grains.Health.Anomaly;

/// <summary>
/// The state as bytes: a mark, a version, the fields in one fixed walk, and a CRC-32C over all before it. Little-endian,
/// always the same size. A restored scorer goes on exactly where the exported one stood.
/// </summary>
public sealed partial class AnomalyScorer
{
    private const uint StateMark = 0x4D4F4E41;
    private const uint StateVersion = 1;
    private const int HeaderBytes = 8;
    private const int ChecksumBytes = 4;
    private const int FieldBytesLimit = 16 * 1024;

    /// <summary>The size of an exported state.</summary>
    public static int StateBytes { get; } = HeaderBytes + new AnomalyScorer().WalkFields(new byte[FieldBytesLimit], restores: false) + ChecksumBytes;

    public byte[] Export()
    {
        var state = new byte[StateBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(state, StateMark);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(4), StateVersion);
        WalkFields(state.AsSpan(HeaderBytes..^ChecksumBytes), restores: false);
        BinaryPrimitives.WriteUInt32LittleEndian(state.AsSpan(^ChecksumBytes..), Checksum(state.AsSpan(..^ChecksumBytes)));
        return state;
    }

    /// <summary>Restores what <see cref="Export"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a state, are of another version or are damaged. A new scorer can take over; it has to learn again.</exception>
    public static AnomalyScorer Import(ReadOnlySpan<byte> state)
    {
        if (state.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(state) != StateMark)
            throw new InvalidDataException($"These {state.Length} bytes are no anomaly state: its mark is missing.");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(state[4..]);
        if (version != StateVersion)
            throw new InvalidDataException($"Anomaly state has version {version}, this program reads {StateVersion}: start with a new scorer.");
        if (state.Length != StateBytes)
            throw new InvalidDataException($"Anomaly state has {state.Length} bytes, version {StateVersion} has {StateBytes}: it is cut or padded.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(state[^ChecksumBytes..]) != Checksum(state[..^ChecksumBytes]))
            throw new InvalidDataException($"Anomaly state of {state.Length} bytes does not match its checksum: it is damaged.");
        var scorer = new AnomalyScorer();
        scorer.WalkFields(state[HeaderBytes..^ChecksumBytes].ToArray(), restores: true);
        return scorer;
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    private int WalkFields(Span<byte> fields, bool restores)
    {
        var cursor = new StateCursor(fields, restores);
        recent.Walk(ref cursor);
        profile.Walk(ref cursor);
        foreach (ref var known in extremes.AsSpan())
            known.Walk(ref cursor);
        values.Walk(ref cursor);
        steps.Walk(ref cursor);
        cursor.Walk(ref muting);
        cursor.Walk(ref interval);
        cursor.Walk(ref samples);
        cursor.Walk(ref latestTime);
        cursor.Walk(ref generationStart);
        cursor.Walk(ref generationSamples);
        return cursor.Position;
    }
}
