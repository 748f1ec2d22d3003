using System.Buffers.Binary;
using System.Text;

namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>Reads the numbers and strings of packets and events. Every read is checked against the bytes that are there.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> bytes = bytes;

    public int Position { get; private set; }

    public readonly int Left => bytes.Length - Position;

    public readonly byte Peek() => Left > 0 ? bytes[Position] : throw Short(1);

    public byte Byte() => Bytes(1)[0];

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(2));

    public int UInt24()
    {
        var part = Bytes(3);
        return part[0] | part[1] << 8 | part[2] << 16;
    }

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(4));

    public long UInt48()
    {
        var part = Bytes(6);
        return BinaryPrimitives.ReadUInt32LittleEndian(part) | (long)BinaryPrimitives.ReadUInt16LittleEndian(part[4..]) << 32;
    }

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(8));

    /// <summary>A length-encoded number.</summary>
    public ulong Length() => Byte() switch
    {
        252 => (ulong)UInt16(),
        253 => (ulong)UInt24(),
        254 => UInt64(),
        255 or 251 => throw new EventFormatException($"Byte {Position - 1} of {bytes.Length} begins no length."),
        var small => small,
    };

    /// <summary>A length-encoded number of things of which each takes at least a byte, so that no more than what is left can be true.</summary>
    public int Count()
    {
        ulong count = Length();
        return count <= (ulong)Left * 8 + 8 && count <= int.MaxValue ? (int)count : throw new EventFormatException($"{count} things are said to follow in {Left} bytes.");
    }

    public ReadOnlySpan<byte> Bytes(long count)
    {
        if ((ulong)count > (ulong)Left) throw Short(count);
        var part = bytes.Slice(Position, (int)count);
        Position += (int)count;
        return part;
    }

    public ReadOnlySpan<byte> LengthBytes()
    {
        ulong length = Length();
        return length <= int.MaxValue ? Bytes((long)length) : throw Short(long.MaxValue);
    }

    public ReadOnlySpan<byte> ToZero()
    {
        int end = bytes[Position..].IndexOf((byte)0);
        if (end < 0) throw new EventFormatException($"A text at byte {Position} of {bytes.Length} does not end.");
        var part = bytes.Slice(Position, end);
        Position += end + 1;
        return part;
    }

    public string TextToZero() => Encoding.UTF8.GetString(ToZero());

    public string LengthText() => Encoding.UTF8.GetString(LengthBytes());

    public ReadOnlySpan<byte> Rest() => Bytes(Left);

    public void Skip(long count) => Bytes(count);

    readonly EventFormatException Short(long count) => new($"{count} bytes are wanted at byte {Position}, and {Left} are left.");
}
