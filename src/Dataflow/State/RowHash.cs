using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.State;

/// <summary>
/// A hash of bytes by multiplications of 64 by 64 bits, folded: the same on every machine and in every run, so that what depends on the order of an index is reproduced.
/// It does not withstand chosen collisions; bounds of a view do.
/// </summary>
internal static unsafe class RowHash
{
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0xD6E8FEB86659FD93;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    /// <summary>Of one number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(ulong value)
    {
        ulong mixed = Mix(value ^ First, Second);
        return (uint)(mixed ^ (mixed >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Fold(ulong mixed) => (uint)(mixed ^ (mixed >> 32));

    /// <summary>Goes on from a former value with these bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Add(ulong seed, nint address, int length) => Mix(PackedRow.Hash(address, length) ^ First, seed ^ Second);

    /// <summary>Of a whole row.</summary>
    public static uint OfRow(nint row) => Fold(PackedRow.Hash(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreEqual(nint left, nint right, int length) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef<byte>((void*)left), length).SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AsRef<byte>((void*)right), length));
}
