using System.Numerics;
using System.Runtime.CompilerServices;

namespace Orrery.Sql.Rows;

/// <summary>What can be done with a packed row without knowing its columns. A row's first four bytes are its length.</summary>
public static unsafe class PackedRow
{
    private const ulong PrimeA = 0x9E3779B97F4A7C15, PrimeB = 0xD6E8FEB86659FD93, PrimeC = 0xA0761D6478BD642F;

    /// <summary>Bytes of a row, its length included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Length(nint row) => Unsafe.ReadUnaligned<int>((void*)row);

    public static ReadOnlySpan<byte> Span(nint row) => new((void*)row, Length(row));

    /// <summary>Whether two rows of one layout hold the same values; NULL equals NULL.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreEqual(nint left, nint right) => left == right || Span(left).SequenceEqual(Span(right));

    /// <summary>An order that means nothing but is total and always the same: that of the bytes behind the length, then of the length.</summary>
    public static int CompareBytes(nint left, nint right) => Span(left)[RowLayout.NullsOffset..].SequenceCompareTo(Span(right)[RowLayout.NullsOffset..]);

    /// <summary>A hash of the whole row; the same on every machine and in every version of a checkpoint.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Hash(nint row) => Hash(row, Length(row));

    /// <summary>A hash of so many bytes.</summary>
    public static ulong Hash(nint address, int length)
    {
        byte* next = (byte*)address;
        int left = length;
        ulong state = PrimeA ^ ((ulong)(uint)length * PrimeB);
        if (left >= 32)
        {
            // Two lanes, so that the multiplications of one do not wait for the other.
            ulong other = state ^ PrimeC;
            do
            {
                state = Mix(Read(next) ^ PrimeB, Read(next + 8) ^ state);
                other = Mix(Read(next + 16) ^ PrimeC, Read(next + 24) ^ other);
                next += 32;
                left -= 32;
            }
            while (left >= 32);
            state ^= BitOperations.RotateLeft(other, 29);
        }

        if (left >= 16)
        {
            state = Mix(Read(next) ^ PrimeB, Read(next + 8) ^ state);
            next += 16;
            left -= 16;
        }

        if (length >= 16)
        {
            // The last 16 bytes once more in part: no loop over a tail.
            if (left > 0) state = Mix(Read(next + left - 16) ^ PrimeC, Read(next + left - 8) ^ state);
        }
        else if (length >= 8)
        {
            state = Mix(Read(next) ^ PrimeB, Read(next + left - 8) ^ state);
        }
        else if (length >= 4)
        {
            state = Mix(Unsafe.ReadUnaligned<uint>(next) ^ PrimeB, Unsafe.ReadUnaligned<uint>(next + left - 4) ^ state);
        }
        else if (length > 0)
        {
            state = Mix((ulong)(next[0] | (next[length >> 1] << 8) | (next[length - 1] << 16)) ^ PrimeB, state);
        }

        return Mix(state ^ PrimeC, PrimeA ^ (ulong)(uint)length);
    }

    /// <summary>The row in another arena.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nint Copy(nint row, RowArena arena)
    {
        int length = Length(row);
        nint copy = arena.Allocate(length);
        Unsafe.CopyBlockUnaligned((void*)copy, (void*)row, (uint)length);
        return copy;
    }

    /// <summary>The row at a place that has room for its <see cref="Length"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyTo(nint row, nint target) => Unsafe.CopyBlockUnaligned((void*)target, (void*)row, (uint)Length(row));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(byte* address) => Unsafe.ReadUnaligned<ulong>(address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
