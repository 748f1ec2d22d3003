using System.Runtime.CompilerServices;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.State;

/// <summary>
/// Some columns of a layout, taken as a key: its hash, and whether two rows (of one layout, or of two whose key columns have equal types) have the same. Null equals null here; who joins
/// asks <see cref="HasNull"/> first. A key of one number of 8 or 4 bytes, the usual one, has a short way.
/// </summary>
internal sealed unsafe class RowKey
{
    private readonly Part[] _parts;
    private readonly bool _isPlain;
    private readonly bool _mayBeNull;
    private readonly int _plainOffset;
    private readonly int _plainBytes;

    /// <summary>A column; a run of columns of fixed width that lie beside each other and are never null is one part.</summary>
    private readonly record struct Part(int Offset, int Bytes, int NullByte, byte NullBit, bool IsVariable);

    public RowKey(RowLayout layout, IReadOnlyList<int> columns)
        : this(layout, columns, isWhole: false)
    {
    }

    private RowKey(RowLayout layout, IReadOnlyList<int> columns, bool isWhole)
    {
        IsWhole = isWhole;
        Layout = layout;
        Columns = [.. columns];
        _parts = [.. Columns.Select(column => new Part(
            layout.OffsetOf(column), layout.Schema[column].Type.SlotBytes, RowLayout.NullsOffset + (column >> 3), (byte)(1 << (column & 7)), layout.Schema[column].Type.IsVariable))];
        ColumnsMax = Columns.Length == 0 ? 0 : Columns.Max() + 1;
        _mayBeNull = Columns.Any(column => layout.Schema[column].Type.IsNullable);
        if (!isWhole && _parts.Length == 1 && !_parts[0].IsVariable && _parts[0].Bytes is 4 or 8)
        {
            _isPlain = true;
            _plainOffset = _parts[0].Offset;
            _plainBytes = _parts[0].Bytes;
        }
    }

    public RowLayout Layout { get; }

    public int[] Columns { get; }

    /// <summary>The columns of a row that are enough to have it.</summary>
    public int ColumnsMax { get; }

    /// <summary>Whether it is all columns in order: then a key is a row's bytes.</summary>
    public bool IsWhole { get; }

    /// <summary>All columns, hashed as bytes: only for rows that are compared with rows of the same columns as a whole, not with a key that happens to be all columns.</summary>
    public static RowKey Whole(RowLayout layout) => new(layout, [.. Enumerable.Range(0, layout.Count)], isWhole: true);

    /// <summary>Whether any of its columns is null in this row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasNull(nint row)
    {
        if (!_mayBeNull) return false;
        foreach (ref readonly var part in _parts.AsSpan())
            if ((((byte*)row)[part.NullByte] & part.NullBit) != 0) return true;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Hash(nint row)
    {
        if (!_isPlain) return HashParts(row);
        // A null's slot is zero: its hash is that of 0, and the comparison tells them apart.
        return RowHash.Of(_plainBytes == 8 ? Unsafe.ReadUnaligned<ulong>((byte*)row + _plainOffset) : Unsafe.ReadUnaligned<uint>((byte*)row + _plainOffset));
    }

    /// <summary>Whether a row of this key's layout has the same key as a row of another's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool AreEqual(nint row, RowKey other, nint others)
    {
        if (!_isPlain) return AreEqualParts(row, other, others);
        bool sameNull = (!_mayBeNull && !other._mayBeNull) || (((byte*)row)[_parts[0].NullByte] & _parts[0].NullBit) != 0 == ((((byte*)others)[other._parts[0].NullByte] & other._parts[0].NullBit) != 0);
        return sameNull && (_plainBytes == 8
            ? Unsafe.ReadUnaligned<ulong>((byte*)row + _plainOffset) == Unsafe.ReadUnaligned<ulong>((byte*)others + other._plainOffset)
            : Unsafe.ReadUnaligned<uint>((byte*)row + _plainOffset) == Unsafe.ReadUnaligned<uint>((byte*)others + other._plainOffset));
    }

    private uint HashParts(nint row)
    {
        if (IsWhole) return RowHash.OfRow(row);
        ulong hash = 0;
        foreach (ref readonly var part in _parts.AsSpan())
        {
            if (part.IsVariable)
            {
                var bytes = RowReader.Bytes(row, part.Offset);
                hash = RowHash.Add(hash, bytes.Address, bytes.Length);
            }
            else
            {
                hash = RowHash.Add(hash, row + part.Offset, part.Bytes);
            }
        }

        return RowHash.Fold(hash);
    }

    private bool AreEqualParts(nint row, RowKey other, nint others)
    {
        if (IsWhole && other.IsWhole) return PackedRow.AreEqual(row, others);
        for (int index = 0; index < _parts.Length; index++)
        {
            ref readonly var part = ref _parts[index];
            ref readonly var otherPart = ref other._parts[index];
            bool isNull = (((byte*)row)[part.NullByte] & part.NullBit) != 0;
            if (isNull != ((((byte*)others)[otherPart.NullByte] & otherPart.NullBit) != 0)) return false;
            if (isNull) continue;
            if (part.IsVariable)
            {
                var left = RowReader.Bytes(row, part.Offset);
                var right = RowReader.Bytes(others, otherPart.Offset);
                if (left.Length != right.Length || !RowHash.AreEqual(left.Address, right.Address, left.Length)) return false;
            }
            else if (!RowHash.AreEqual(row + part.Offset, others + otherPart.Offset, part.Bytes))
            {
                return false;
            }
        }

        return true;
    }
}
