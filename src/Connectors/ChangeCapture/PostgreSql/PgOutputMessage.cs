using System.Buffers.Binary;
using System.Text;

namespace Orrery.Connectors.ChangeCapture.PostgreSql;

/// <summary>Reads the fields of one message of PostgreSQL's <c>pgoutput</c> plugin, version 1, in order. Every length is checked: what is damaged is a <see cref="ChangeSourceException"/> of fault Format.</summary>
public ref struct PgOutputMessage(ReadOnlySpan<byte> bytes)
{
    /// <summary>Microseconds between 1970 and 2000, where PostgreSQL's clock begins.</summary>
    const long EpochMicroseconds = 946_684_800_000_000;

    readonly ReadOnlySpan<byte> bytes = bytes;
    int position;

    public readonly bool IsAtEnd => position == bytes.Length;

    public byte Byte() => Take(1)[0];

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public ulong Position() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    /// <summary>An instant as Unix milliseconds.</summary>
    public long Milliseconds() => (BinaryPrimitives.ReadInt64BigEndian(Take(8)) + EpochMicroseconds) / 1000;

    public string Text()
    {
        int length = bytes[position..].IndexOf((byte)0);
        if (length < 0) throw Damaged("a text does not end");
        string text = Encoding.UTF8.GetString(bytes.Slice(position, length));
        position += length + 1;
        return text;
    }

    /// <summary>A value of a row: its kind (n null, u unchanged and not sent, t text) and its bytes.</summary>
    public byte Value(out ReadOnlySpan<byte> value)
    {
        byte kind = Byte();
        value = default;
        if (kind is (byte)'n' or (byte)'u') return kind;
        if (kind != 't') throw Damaged($"a value of kind '{(char)kind}'");
        value = Bytes();
        return kind;
    }

    /// <summary>Bytes with their length before them.</summary>
    public ReadOnlySpan<byte> Bytes()
    {
        int length = Int32();
        return length < 0 ? throw Damaged($"a length of {length}") : Take(length);
    }

    ReadOnlySpan<byte> Take(int length)
    {
        if (length > bytes.Length - position) throw Damaged($"{length} bytes at {position} where {bytes.Length - position} are left");
        position += length;
        return bytes.Slice(position - length, length);
    }

    internal static ChangeSourceException Damaged(string what) => new(ChangeSourceFault.Format, $"A message of PostgreSQL's pgoutput is damaged or of an unknown form: {what}.");
}
