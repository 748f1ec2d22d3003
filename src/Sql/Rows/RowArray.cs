using System.Runtime.CompilerServices;
using Orrery.Sql.Types;

namespace Orrery.Sql.Rows;

/// <summary>
/// The bytes of an ARRAY: laid out as a row of as many columns as it has elements, where the first four bytes say how many those are (a row's say its length).
/// Elements are read with <see cref="RowReader"/>, the array's address for the row, the element's index for the column, <see cref="OffsetOf"/> for its offset.
/// </summary>
public static unsafe class RowArray
{
    /// <summary>Elements of one array, at most.</summary>
    public const int ElementsMax = 1_000_000;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Count(Bytes array) => Unsafe.ReadUnaligned<int>((void*)array.Address);

    /// <summary>The slot of an element, in bytes from the array's first one.</summary>
    public static int OffsetOf(int count, int index, SqlType element) => RowLayout.NullsOffset + (count + 7) / 8 + index * element.SlotBytes;

    /// <summary>Bytes of an array without those of its variable elements.</summary>
    public static int FixedBytes(int count, SqlType element) => OffsetOf(count, count, element);
}
