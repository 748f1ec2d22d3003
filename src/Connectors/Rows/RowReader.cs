using System.Buffers.Binary;
using System.Text;

namespace Orrery.Connectors.Rows;

/// <summary>
/// Reads a row's columns in order: <see cref="Read"/> goes to the next one, the getters answer it. Every length is checked against the bytes that are there.
/// A getter must be that of the column's kind; it checks the width only.
/// </summary>
public ref struct RowReader
{
    readonly TableSchema schema;
    readonly ReadOnlySpan<byte> row;
    readonly ReadOnlySpan<byte> nulls, missing;
    int position, start, value;

    /// <param name="schema">The schema that the row was written with.</param>
    /// <param name="row">The row's bytes; more may follow, see <see cref="Consumed"/>.</param>
    /// <exception cref="RowFormatException">The bytes end within the bitmaps.</exception>
    public RowReader(TableSchema schema, ReadOnlySpan<byte> row)
    {
        this.schema = schema;
        this.row = row;
        int bitmap = (schema.Columns.Count + 7) >> 3;
        bool partial = row.Length > 0 && (row[0] & 1) != 0;
        int header = 1 + (partial ? bitmap * 2 : bitmap);
        if (row.Length < header || row[0] > 1) throw new RowFormatException($"{row.Length} bytes are no row of {schema}: its bitmaps alone take {header}.");
        nulls = row.Slice(1, bitmap);
        missing = partial ? row.Slice(1 + bitmap, bitmap) : default;
        position = header;
        Index = -1;
    }

    /// <summary>The column read now; -1 before the first.</summary>
    public int Index { get; private set; }

    public bool IsNull { get; private set; }

    /// <summary>Whether the source did not say what this column holds.</summary>
    public bool IsMissing { get; private set; }

    public readonly ColumnKind Kind => schema.Kinds[Index];

    public readonly Column Column => schema.Columns[Index];

    /// <summary>Bytes from the row's begin to the end of what was read; after the last column, the row's length.</summary>
    public readonly int Consumed => position;

    /// <summary>The value's bytes, without a length before them. Empty where null or missing.</summary>
    public readonly ReadOnlySpan<byte> Value => row[value..position];

    /// <summary>The value as it stands in the row, for <see cref="RowWriter.WriteEncoded"/>.</summary>
    public readonly ReadOnlySpan<byte> Encoded => row[start..position];

    /// <summary>Goes to the next column; false after the last.</summary>
    /// <exception cref="RowFormatException">The bytes end within the value.</exception>
    public bool Read()
    {
        int next = Index + 1;
        ReadOnlySpan<ColumnKind> kinds = schema.Kinds;
        if (next >= kinds.Length) return false;
        Index = next;
        int bit = 1 << (next & 7);
        IsNull = (nulls[next >> 3] & bit) != 0;
        IsMissing = missing.Length > 0 && (missing[next >> 3] & bit) != 0;
        start = value = position;
        if (IsNull || IsMissing) return true;
        int bytes = ColumnType.FixedBytesOf(kinds[next]);
        if (bytes == 0)
        {
            ulong length = kinds[next] == ColumnKind.Decimal ? position < row.Length ? row[position++] : throw Short() : ReadLength();
            if (length > (ulong)(row.Length - position)) throw Short();
            value = position;
            bytes = (int)length;
        }

        if (bytes > row.Length - position) throw Short();
        position += bytes;
        return true;
    }

    /// <summary>Reads what is left, so that <see cref="Consumed"/> is the row's length.</summary>
    public int SkipToEnd()
    {
        while (Read()) { }
        return position;
    }

    public readonly bool GetBoolean() => Value[0] != 0;

    public readonly sbyte GetInt8() => unchecked((sbyte)Value[0]);

    public readonly byte GetUInt8() => Value[0];

    public readonly short GetInt16() => BinaryPrimitives.ReadInt16LittleEndian(Value);

    public readonly ushort GetUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Value);

    public readonly int GetInt32() => BinaryPrimitives.ReadInt32LittleEndian(Value);

    public readonly uint GetUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Value);

    public readonly long GetInt64() => BinaryPrimitives.ReadInt64LittleEndian(Value);

    public readonly ulong GetUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Value);

    public readonly float GetFloat32() => BinaryPrimitives.ReadSingleLittleEndian(Value);

    public readonly double GetFloat64() => BinaryPrimitives.ReadDoubleLittleEndian(Value);

    /// <summary>Days since 1970; see <see cref="ZeroDates"/>.</summary>
    public readonly int GetDate() => GetInt32();

    /// <summary>Signed ticks.</summary>
    public readonly long GetTime() => GetInt64();

    /// <summary>Ticks since 1970; see <see cref="ZeroDates"/>.</summary>
    public readonly long GetTimestamp() => GetInt64();

    public readonly (long UtcTicks, short OffsetMinutes) GetTimestampWithZone() =>
        (BinaryPrimitives.ReadInt64LittleEndian(Value), BinaryPrimitives.ReadInt16LittleEndian(Value[8..]));

    /// <summary>The unscaled number; the scale is the column's.</summary>
    /// <exception cref="RowFormatException">It has no or more than 16 bytes.</exception>
    public readonly Int128 GetDecimal()
    {
        ReadOnlySpan<byte> bytes = Value;
        if (bytes.Length is 0 or > 16) throw new RowFormatException($"Column '{Column.Name}' of {schema}: a decimal of {bytes.Length} bytes.");
        Span<byte> whole = stackalloc byte[16];
        whole.Fill((bytes[^1] & 128) != 0 ? (byte)255 : (byte)0);
        bytes.CopyTo(whole);
        return BinaryPrimitives.ReadInt128LittleEndian(whole);
    }

    public readonly Guid GetUuid() => new(Value, bigEndian: true);

    public readonly string GetText() => Encoding.UTF8.GetString(Value);

    ulong ReadLength()
    {
        ulong length = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            if (position >= row.Length) break;
            byte part = row[position++];
            length |= (ulong)(part & 127) << shift;
            if (part < 128) return length;
        }

        throw Short();
    }

    readonly RowFormatException Short() => new($"Column '{Column.Name}' of {schema}: the row's {row.Length} bytes end within it.");
}
