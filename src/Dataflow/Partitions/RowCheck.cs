using System.Buffers.Binary;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Partitions;

/// <summary>Whether bytes from elsewhere are a packed row of a layout, in its one form, so that they can be read without looking further.</summary>
internal static class RowCheck
{
    private const int DepthMax = 16;

    /// <summary>The length of the row that the bytes begin with; -1: they begin with none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes, RowLayout layout)
    {
        if (bytes.Length < layout.FixedBytes) return -1;
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length < layout.FixedBytes || length > bytes.Length || length > RowLayout.RowBytesMax) return -1;
        var row = bytes[..length];
        if (!AreTailBitsClear(row, layout.Count)) return -1;
        int place = layout.FixedBytes;
        for (int column = 0; column < layout.Count; column++)
            if (!IsColumn(row, column, layout.OffsetOf(column), layout.Schema[column].Type, ref place, 0)) return -1;
        return place == length ? length : -1;
    }

    private static bool IsArray(ReadOnlySpan<byte> bytes, SqlType element, int depth)
    {
        if (depth > DepthMax || bytes.Length < RowLayout.NullsOffset) return false;
        int count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (count is < 0 or > RowArray.ElementsMax || RowArray.FixedBytes(count, element) > bytes.Length || !AreTailBitsClear(bytes, count)) return false;
        int place = RowArray.FixedBytes(count, element);
        for (int index = 0; index < count; index++)
            if (!IsColumn(bytes, index, RowArray.OffsetOf(count, index, element), element, ref place, depth + 1)) return false;
        return place == bytes.Length;
    }

    private static bool IsColumn(ReadOnlySpan<byte> row, int column, int offset, SqlType type, ref int place, int depth)
    {
        var slot = row.Slice(offset, type.SlotBytes);
        if ((row[RowLayout.NullsOffset + (column >> 3)] & (1 << (column & 7))) != 0) return !slot.ContainsAnyExcept((byte)0);
        if (type.Kind == SqlTypeKind.Boolean) return slot[0] <= 1;
        if (!type.IsVariable) return type.Kind != SqlTypeKind.Null;
        int at = BinaryPrimitives.ReadInt32LittleEndian(slot), length = BinaryPrimitives.ReadInt32LittleEndian(slot[4..]);
        if (at != place || length < 0 || length > row.Length - place) return false;
        place += length;
        return type.Element is null || IsArray(row.Slice(at, length), type.Element, depth);
    }

    private static bool AreTailBitsClear(ReadOnlySpan<byte> row, int count) =>
        (count & 7) == 0 || row[RowLayout.NullsOffset + (count >> 3)] >> (count & 7) == 0;
}
