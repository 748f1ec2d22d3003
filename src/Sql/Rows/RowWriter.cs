using System.Runtime.CompilerServices;
using Orrery.Sql.Types;

namespace Orrery.Sql.Rows;

/// <summary>Writes values to slots of a row that is being made. Nothing is checked but lengths; see <see cref="RowBuilder"/> for that.</summary>
public static unsafe class RowWriter
{
    /// <summary>Whether values of a kind are <see cref="long"/> in code and not decimals, floats, booleans or bytes.</summary>
    public static bool IsHeldAsInt64(SqlTypeKind kind) => kind is SqlTypeKind.TinyInt or SqlTypeKind.SmallInt or SqlTypeKind.Integer or SqlTypeKind.BigInt
        or SqlTypeKind.Date or SqlTypeKind.Time or SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz or SqlTypeKind.IntervalMonths or SqlTypeKind.IntervalMicroseconds;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Fits(long value, int slotBytes) => slotBytes switch
    {
        1 => (sbyte)value == value,
        2 => (short)value == value,
        4 => (int)value == value,
        _ => true,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Length(nint row, int bytes) => Unsafe.WriteUnaligned((void*)row, bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Null(nint row, int column) => ((byte*)row)[RowLayout.NullsOffset + (column >> 3)] |= (byte)(1 << (column & 7));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Boolean(nint row, int offset, bool value) => ((byte*)row)[offset] = value ? (byte)1 : (byte)0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Int8(nint row, int offset, long value) => ((sbyte*)row)[offset] = (sbyte)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Int16(nint row, int offset, long value) => Unsafe.WriteUnaligned((byte*)row + offset, (short)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Int32(nint row, int offset, long value) => Unsafe.WriteUnaligned((byte*)row + offset, (int)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Int64(nint row, int offset, long value) => Unsafe.WriteUnaligned((byte*)row + offset, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Decimal64(nint row, int offset, Int128 value) => Unsafe.WriteUnaligned((byte*)row + offset, (long)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Int128(nint row, int offset, Int128 value) => Unsafe.WriteUnaligned((byte*)row + offset, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Float32(nint row, int offset, double value) => Unsafe.WriteUnaligned((byte*)row + offset, (float)Normal((float)value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Float64(nint row, int offset, double value) => Unsafe.WriteUnaligned((byte*)row + offset, Normal(value));

    /// <summary>One NaN, and no negative zero: equal values are equal bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Normal(double value) => double.IsNaN(value) ? double.NaN : value + 0.0;

    public static void Integer(nint row, int offset, long value, int slotBytes)
    {
        if (slotBytes == 1) Int8(row, offset, value);
        else if (slotBytes == 2) Int16(row, offset, value);
        else if (slotBytes == 4) Int32(row, offset, value);
        else Int64(row, offset, value);
    }

    /// <summary>Copies a variable column's bytes to a place in the row and notes them in its slot.</summary>
    /// <returns>The place behind them.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Piece(nint row, int offset, int place, Bytes value)
    {
        Unsafe.WriteUnaligned((byte*)row + offset, place);
        Unsafe.WriteUnaligned((byte*)row + offset + 4, value.Length);
        Unsafe.CopyBlockUnaligned((byte*)row + place, (void*)value.Address, (uint)value.Length);
        return place + value.Length;
    }

    /// <summary>A new row in the context's arena: its length is noted, the rest of its fixed part is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Begin(Compilation.EvaluationContext context, int bytes, int fixedBytes)
    {
        nint row = context.Arena.Allocate(bytes);
        Unsafe.InitBlockUnaligned((byte*)row + RowLayout.NullsOffset, 0, (uint)(fixedBytes - RowLayout.NullsOffset));
        Length(row, bytes);
        return row;
    }

    /// <summary>A new array among the values between, its count noted, the rest of its fixed part zero.</summary>
    internal static nint BeginArray(Compilation.EvaluationContext context, int bytes, int fixedBytes, int count)
    {
        nint array = context.Scratch.Allocate(bytes);
        Unsafe.InitBlockUnaligned((byte*)array + RowLayout.NullsOffset, 0, (uint)(fixedBytes - RowLayout.NullsOffset));
        Length(array, count);
        return array;
    }

    public static void ThrowNull(string column) => throw new SqlValueException($"Column {column} is NOT NULL and was given NULL.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckLength(long bytes)
    {
        if (bytes > RowLayout.RowBytesMax) ThrowTooLong(bytes);
    }

    private static void ThrowTooLong(long bytes) =>
        throw new SqlValueException($"A row of {bytes:N0} bytes is longer than the {RowLayout.RowBytesMax:N0} that a row may have.");
}
