using System.Runtime.CompilerServices;
using Orrery.Sql.Types;

namespace Orrery.Sql.Rows;

/// <summary>
/// Reads values out of a packed row, or out of an array (see <see cref="RowArray"/>), by the offset that <see cref="RowLayout.OffsetOf"/> gives. Nothing is
/// checked: the row must be one of that layout.
/// </summary>
public static unsafe class RowReader
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNull(nint row, int column) => (((byte*)row)[RowLayout.NullsOffset + (column >> 3)] & (1 << (column & 7))) != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Boolean(nint row, int offset) => ((byte*)row)[offset] != 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Int8(nint row, int offset) => ((sbyte*)row)[offset];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Int16(nint row, int offset) => Unsafe.ReadUnaligned<short>((byte*)row + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Int32(nint row, int offset) => Unsafe.ReadUnaligned<int>((byte*)row + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Int64(nint row, int offset) => Unsafe.ReadUnaligned<long>((byte*)row + offset);

    /// <summary>A decimal of up to 18 digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 Decimal64(nint row, int offset) => Unsafe.ReadUnaligned<long>((byte*)row + offset);

    /// <summary>A decimal of 19 to 38 digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Int128 Decimal128(nint row, int offset) => Unsafe.ReadUnaligned<Int128>((byte*)row + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Float32(nint row, int offset) => Unsafe.ReadUnaligned<float>((byte*)row + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Float64(nint row, int offset) => Unsafe.ReadUnaligned<double>((byte*)row + offset);

    /// <summary>The bytes of a variable column, where they lie in the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes Bytes(nint row, int offset) =>
        new(row + Unsafe.ReadUnaligned<int>((byte*)row + offset), Unsafe.ReadUnaligned<int>((byte*)row + offset + 4));

    /// <summary>An integer, a date, a time or an interval of any width.</summary>
    public static long Integer(nint row, int offset, SqlType type) => type.SlotBytes switch
    {
        1 => Int8(row, offset),
        2 => Int16(row, offset),
        4 => Int32(row, offset),
        _ => Int64(row, offset),
    };

    public static Int128 Decimal(nint row, int offset, SqlType type) => type.SlotBytes == 8 ? Decimal64(row, offset) : Decimal128(row, offset);

    public static double Real(nint row, int offset, SqlType type) => type.SlotBytes == 4 ? Float32(row, offset) : Float64(row, offset);
}
