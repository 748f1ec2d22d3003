using System.Runtime.CompilerServices;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.State;

/// <summary>Where a column of a layout lies, and its values.</summary>
internal readonly struct RowColumnReader(RowLayout layout, int column)
{
    private readonly int _offset = layout.OffsetOf(column);
    private readonly int _slotBytes = layout.Schema[column].Type.SlotBytes;

    public int Column { get; } = column;

    public SqlType Type { get; } = layout.Schema[column].Type;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(nint row) => RowReader.IsNull(row, Column);

    public bool Boolean(nint row) => RowReader.Boolean(row, _offset);

    /// <summary>An integer, a date, a time or an interval.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Integer(nint row) => _slotBytes switch
    {
        8 => RowReader.Int64(row, _offset),
        4 => RowReader.Int32(row, _offset),
        2 => RowReader.Int16(row, _offset),
        _ => RowReader.Int8(row, _offset),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Int128 Decimal(nint row) => _slotBytes == 8 ? RowReader.Int64(row, _offset) : RowReader.Decimal128(row, _offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double Real(nint row) => _slotBytes == 8 ? RowReader.Float64(row, _offset) : RowReader.Float32(row, _offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bytes Bytes(nint row) => RowReader.Bytes(row, _offset);

    /// <summary>Any number as a double; a decimal of more than 15 digits is rounded.</summary>
    public double Number(nint row) => Type.IsApproximate ? Real(row) : Type.Kind == SqlTypeKind.Decimal ? (double)Decimal(row) / Math.Pow(10, Type.Scale) : Integer(row);

    /// <summary>Copies the value, or the null, to a column of the same type of a row that is being built.</summary>
    public void CopyTo(nint row, RowBuilder builder, int target)
    {
        if (IsNull(row)) builder.SetNull(target);
        else if (Type.IsVariable) builder.SetBytes(target, Bytes(row));
        else if (Type.Kind == SqlTypeKind.Decimal) builder.SetInt128(target, Decimal(row));
        else if (Type.IsApproximate) builder.SetDouble(target, Real(row));
        else if (Type.Kind == SqlTypeKind.Boolean) builder.SetBoolean(target, Boolean(row));
        else if (Type.Kind != SqlTypeKind.Null) builder.SetInt64(target, Integer(row));
    }

    /// <summary>The order of two values of this column, neither of them null.</summary>
    public int Compare(nint left, nint right) => Compare(left, this, right);

    /// <summary>As <see cref="Compare(nint, nint)"/>, the other one in a row of another layout.</summary>
    public int Compare(nint left, in RowColumnReader other, nint right)
    {
        if (Type.IsVariable) return Bytes(left).Span.SequenceCompareTo(other.Bytes(right).Span);
        if (Type.Kind == SqlTypeKind.Decimal) return Decimal(left).CompareTo(other.Decimal(right));
        if (Type.IsApproximate) return CompareReal(Real(left), other.Real(right));
        if (Type.Kind == SqlTypeKind.Boolean) return Boolean(left).CompareTo(other.Boolean(right));
        return Type.Kind == SqlTypeKind.Null ? 0 : Integer(left).CompareTo(other.Integer(right));
    }

    // NaN equals itself and is above all others.
    private static int CompareReal(double left, double right) =>
        double.IsNaN(left) ? double.IsNaN(right) ? 0 : 1 : double.IsNaN(right) ? -1 : left.CompareTo(right);
}
