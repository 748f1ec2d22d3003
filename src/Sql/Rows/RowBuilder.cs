using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.Sql.Types;

namespace Orrery.Sql.Rows;

/// <summary>
/// Makes packed rows of a layout in an arena: <see cref="Begin"/>, one Set for each column in any order, <see cref="End"/>. A column that is not set is NULL. What is
/// set must fit the column's type, else it throws. Bytes are copied by <see cref="End"/>: they must be good until then. For one thread at a time.
/// </summary>
public sealed unsafe class RowBuilder : IDisposable
{
    private readonly RowLayout _layout;
    private readonly byte[] _required;
    private readonly int[] _variable;
    private readonly Bytes[] _pieces;
    private byte* _fixed;

    public RowBuilder(RowLayout layout, RowArena arena)
    {
        _layout = layout;
        Arena = arena;
        _required = new byte[(layout.Count + 7) / 8];
        _pieces = new Bytes[layout.Count];
        for (int column = 0; column < layout.Count; column++)
            if (!layout.Schema[column].Type.IsNullable) _required[column >> 3] |= (byte)(1 << (column & 7));
        _variable = [.. Enumerable.Range(0, layout.Count).Where(column => layout.Schema[column].Type.IsVariable)];
        _fixed = (byte*)NativeMemory.Alloc((nuint)layout.FixedBytes);
    }

    ~RowBuilder() => Dispose();

    /// <summary>Where rows are made; may be another one for the next row.</summary>
    public RowArena Arena { get; set; }

    public RowLayout Layout => _layout;

    public void Begin()
    {
        ObjectDisposedException.ThrowIf(_fixed == null, this);
        NativeMemory.Clear(_fixed, (nuint)_layout.FixedBytes);
        int bytes = (_layout.Count + 7) / 8;
        for (int index = 0; index < bytes; index++) _fixed[RowLayout.NullsOffset + index] = 0xFF;
        if ((_layout.Count & 7) != 0) _fixed[RowLayout.NullsOffset + bytes - 1] = (byte)((1 << (_layout.Count & 7)) - 1);
    }

    public void SetNull(int column)
    {
        NativeMemory.Clear(_fixed + _layout.OffsetOf(column), (nuint)_layout.Schema[column].Type.SlotBytes);
        _fixed[RowLayout.NullsOffset + (column >> 3)] |= (byte)(1 << (column & 7));
    }

    public void SetBoolean(int column, bool value)
    {
        if (TypeOf(column).Kind != SqlTypeKind.Boolean) throw Misfit(column, value);
        *Slot(column) = value ? (byte)1 : (byte)0;
    }

    /// <summary>An integer, a date, a time, a timestamp or an interval; see <see cref="SqlType"/> for its unit.</summary>
    public void SetInt64(int column, long value)
    {
        var type = TypeOf(column);
        if (!RowWriter.IsHeldAsInt64(type.Kind) || !RowWriter.Fits(value, type.SlotBytes)) throw Misfit(column, value);
        RowWriter.Integer((nint)Slot(column), 0, value, type.SlotBytes);
    }

    /// <summary>A decimal as its unscaled number.</summary>
    public void SetInt128(int column, Int128 value)
    {
        var type = TypeOf(column);
        if (type.Kind != SqlTypeKind.Decimal || !DecimalMath.Fits(value, type.Precision)) throw Misfit(column, value);
        if (type.SlotBytes == 8) RowWriter.Int64((nint)Slot(column), 0, (long)value);
        else RowWriter.Int128((nint)Slot(column), 0, value);
    }

    public void SetDouble(int column, double value)
    {
        var type = TypeOf(column);
        if (!type.IsApproximate) throw Misfit(column, value);
        if (type.SlotBytes == 4) RowWriter.Float32((nint)Slot(column), 0, value);
        else RowWriter.Float64((nint)Slot(column), 0, value);
    }

    public void SetBytes(int column, Bytes value)
    {
        if (!TypeOf(column).IsVariable) throw Misfit(column, value.Length);
        Slot(column);
        _pieces[column] = value;
    }

    /// <summary>As <see cref="SetBytes(int, Bytes)"/>, of managed memory: copied to the arena first.</summary>
    public void SetBytes(int column, ReadOnlySpan<byte> value)
    {
        nint address = Arena.Allocate(value.Length);
        value.CopyTo(new Span<byte>((void*)address, value.Length));
        SetBytes(column, new Bytes(address, value.Length));
    }

    /// <summary>The row, in the arena.</summary>
    /// <exception cref="SqlValueException">A column that is NOT NULL is not set, or the row is longer than <see cref="RowLayout.RowBytesMax"/>.</exception>
    public nint End()
    {
        for (int index = 0; index < _required.Length; index++)
            if ((_fixed[RowLayout.NullsOffset + index] & _required[index]) != 0) throw Missing();
        long length = _layout.FixedBytes;
        foreach (int column in _variable)
            if (!RowReader.IsNull((nint)_fixed, column)) length += _pieces[column].Length;
        RowWriter.CheckLength(length);
        nint row = Arena.Allocate((int)length);
        Unsafe.CopyBlockUnaligned((void*)row, _fixed, (uint)_layout.FixedBytes);
        RowWriter.Length(row, (int)length);
        int place = _layout.FixedBytes;
        foreach (int column in _variable)
            if (!RowReader.IsNull(row, column)) place = RowWriter.Piece(row, _layout.OffsetOf(column), place, _pieces[column]);
        return row;
    }

    public void Dispose()
    {
        NativeMemory.Free(_fixed);
        _fixed = null;
        GC.SuppressFinalize(this);
    }

    private SqlType TypeOf(int column) => _layout.Schema[column].Type;

    private byte* Slot(int column)
    {
        _fixed[RowLayout.NullsOffset + (column >> 3)] &= (byte)~(1 << (column & 7));
        return _fixed + _layout.OffsetOf(column);
    }

    private SqlValueException Misfit(int column, object value) =>
        new($"The value {value} does not fit column {_layout.Schema[column].Name} of type {TypeOf(column)}.");

    private SqlValueException Missing()
    {
        int column = Enumerable.Range(0, _layout.Count).First(index => !TypeOf(index).IsNullable && RowReader.IsNull((nint)_fixed, index));
        return new SqlValueException($"Column {_layout.Schema[column].Name} of type {TypeOf(column)} has no value.");
    }
}
