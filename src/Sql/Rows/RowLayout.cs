namespace Orrery.Sql.Rows;

/// <summary>
/// Where the columns of a packed row lie. A row is one run of bytes, and equal rows are equal bytes:
/// <code>
/// int32 length of the row in bytes, itself included
/// null bits, one a column, low bit first; set: NULL
/// slots, one a column, without gaps (see <see cref="Types.SqlType.SlotBytes"/>); a NULL's slot is zero
/// the bytes of variable columns, in the order of the columns; their slot holds int32 place (from the row's first byte), int32 length
/// </code>
/// Numbers are little endian. Slots are not aligned.
/// </summary>
public sealed class RowLayout
{
    private readonly int[] _offsets;

    public RowLayout(RowSchema schema)
    {
        Schema = schema;
        _offsets = new int[schema.Count];
        int offset = NullsOffset + (schema.Count + 7) / 8;
        for (int column = 0; column < schema.Count; column++)
        {
            _offsets[column] = offset;
            offset += schema[column].Type.SlotBytes;
        }

        FixedBytes = offset;
    }

    /// <summary>The first byte of the null bits.</summary>
    public const int NullsOffset = 4;

    /// <summary>Bytes of one row, at most.</summary>
    public const int RowBytesMax = 64 * 1024 * 1024;

    public RowSchema Schema { get; }

    public int Count => _offsets.Length;

    /// <summary>Bytes of a row without those of its variable columns.</summary>
    public int FixedBytes { get; }

    /// <summary>A column's slot, in bytes from the row's first one.</summary>
    public int OffsetOf(int column) => _offsets[column];
}
