using Orrery.Sql.Rows;

namespace Orrery.Dataflow.State;

/// <summary>One key of an order of rows, by column.</summary>
internal sealed record OrderColumn(int Column, bool IsDescending, bool NullsFirst);

/// <summary>An order of the rows of a layout; rows that its columns leave equal are told apart by their bytes.</summary>
internal sealed class ColumnOrder
{
    private readonly Key[] _keys;

    private readonly record struct Key(RowColumnReader Reader, int Sign, int NullSign);

    public ColumnOrder(RowLayout layout, IReadOnlyList<OrderColumn> columns) =>
        _keys = [.. columns.Select(column => new Key(new RowColumnReader(layout, column.Column), column.IsDescending ? -1 : 1, column.NullsFirst ? -1 : 1))];

    public int Count => _keys.Length;

    /// <summary>Below zero, zero for equal rows, above.</summary>
    public int Compare(nint left, nint right)
    {
        int order = CompareKeys(left, right);
        return order != 0 ? order : PackedRow.CompareBytes(left, right);
    }

    /// <summary>By the columns alone: zero for peers.</summary>
    public int CompareKeys(nint left, nint right)
    {
        foreach (ref readonly var key in _keys.AsSpan())
        {
            bool isNull = key.Reader.IsNull(left);
            if (isNull != key.Reader.IsNull(right)) return isNull ? key.NullSign : -key.NullSign;
            if (isNull) continue;
            int order = key.Reader.Compare(left, right);
            if (order != 0) return order * key.Sign;
        }

        return 0;
    }
}
