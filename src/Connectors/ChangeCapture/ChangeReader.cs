using System.Buffers.Binary;
using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture;

/// <summary>Reads what <see cref="ChangeWriter"/> wrote. What stands before the rows can be read without the schema.</summary>
public readonly ref struct ChangeReader
{
    const int FixedBytes = 18;

    readonly ReadOnlySpan<byte> rest;

    /// <summary>Whether the bytes begin as a change does.</summary>
    public static bool Is(ReadOnlySpan<byte> value) => value.Length > FixedBytes && value[0] == ChangeWriter.Version && value[1] is > 0 and <= (byte)ChangeKind.Marker;

    /// <exception cref="RowFormatException">The bytes are no change.</exception>
    public ChangeReader(ReadOnlySpan<byte> value)
    {
        if (!Is(value))
            throw new RowFormatException($"{value.Length} bytes{(value.Length > 1 ? $" that begin with {value[0]} {value[1]}" : "")} are no change.");
        Kind = (ChangeKind)value[1];
        Fingerprint = BinaryPrimitives.ReadUInt64LittleEndian(value[2..]);
        Sequence = BinaryPrimitives.ReadInt64LittleEndian(value[10..]);
        int position = FixedBytes;
        Row = (int)Math.Min(int.MaxValue, ReadVarint(value, ref position));
        rest = value[position..];
    }

    public ChangeKind Kind { get; }

    /// <summary>Says which schema the rows have; for a schema change, the new one, or 0 where the table is gone.</summary>
    public ulong Fingerprint { get; }

    public long Sequence { get; }

    /// <summary>Number of the row within its event, from 0.</summary>
    public int Row { get; }

    /// <summary>The row as it is afterwards: of an insert, update or read. Empty otherwise.</summary>
    public ReadOnlySpan<byte> After
    {
        get
        {
            if (Kind is ChangeKind.Insert or ChangeKind.Read) return rest;
            if (Kind != ChangeKind.Update) return default;
            (int start, int length) = Prefixed();
            return rest.Slice(start, length);
        }
    }

    /// <summary>The row as it was: of an update or delete. Empty otherwise.</summary>
    public ReadOnlySpan<byte> Before
    {
        get
        {
            if (Kind == ChangeKind.Delete) return rest;
            if (Kind != ChangeKind.Update) return default;
            (int start, int length) = Prefixed();
            return rest[(start + length)..];
        }
    }

    /// <summary>The statement of a schema change; empty otherwise.</summary>
    public string Statement
    {
        get
        {
            if (Kind != ChangeKind.Schema) return "";
            (int start, int length) = Prefixed();
            return Encoding.UTF8.GetString(rest.Slice(start, length));
        }
    }

    (int Start, int Length) Prefixed()
    {
        int position = 0;
        ulong length = ReadVarint(rest, ref position);
        if (length > (ulong)(rest.Length - position)) throw new RowFormatException($"A change says {length} bytes and has {rest.Length - position}.");
        return (position, (int)length);
    }

    static ulong ReadVarint(ReadOnlySpan<byte> source, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64 && position < source.Length; shift += 7)
        {
            byte part = source[position++];
            value |= (ulong)(part & 127) << shift;
            if (part < 128) return value;
        }

        throw new RowFormatException("A number of a change does not end.");
    }
}
