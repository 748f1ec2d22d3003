using System.Runtime.CompilerServices;
using Orrery.Dataflow.State;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Partitions;

/// <summary>
/// The partition of a key: the same on every machine, in every run and for every exact type that holds the same value (1 as TINYINT, BIGINT or DECIMAL(9, 2)); FLOAT as DOUBLE. A null counts as a value of its own.
/// </summary>
internal sealed unsafe class KeyHash(RowLayout layout, IEnumerable<int> columns)
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;
    private const ulong Null = 0xA0761D6478BD642F;

    private readonly RowColumnReader[] _columns = [.. columns.Select(column => new RowColumnReader(layout, column))];

    /// <summary>From 0 to <paramref name="partitions"/> less one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Partition(nint row, int partitions)
    {
        ulong hash = First;
        foreach (ref readonly var column in _columns.AsSpan()) hash = RowHash.Mix(Of(column, row) ^ First, hash ^ Second);
        return (int)(((hash ^ (hash << 32)) >> 32) * (ulong)partitions >> 32);
    }

    private static ulong Of(in RowColumnReader column, nint row)
    {
        if (column.IsNull(row)) return Null;
        var type = column.Type;
        if (type.IsVariable)
        {
            var bytes = column.Bytes(row);
            return PackedRow.Hash(bytes.Address, bytes.Length);
        }

        return type.Kind switch
        {
            SqlTypeKind.Decimal => OfDecimal(column.Decimal(row), type.Scale),
            SqlTypeKind.Float or SqlTypeKind.Double => (ulong)BitConverter.DoubleToInt64Bits(RowWriter.Normal(column.Real(row))),
            SqlTypeKind.Boolean => column.Boolean(row) ? 1u : 0u,
            SqlTypeKind.Null => Null,
            _ => (ulong)column.Integer(row),
        };
    }

    /// <summary>Without zeros at the end; a whole number as an integer.</summary>
    private static ulong OfDecimal(Int128 value, int scale)
    {
        while (scale > 0 && value >= long.MinValue && value <= long.MaxValue)
        {
            long number = (long)value;
            if (number % 10 != 0) break;
            value = number / 10;
            scale--;
        }

        while (scale > 0 && value % 10 == 0)
        {
            value /= 10;
            scale--;
        }

        if (scale == 0 && value >= long.MinValue && value <= long.MaxValue) return (ulong)(long)value;
        return RowHash.Mix((ulong)value ^ First, (ulong)(value >> 64) ^ ((ulong)scale << 56) ^ Second);
    }
}
