using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Log;

/// <summary>
/// A record's 128-bit hash over key, value and timestamp. It is stored and compared between hops, so its values never change. It finds loss and damage; it does not resist
/// somebody who wants to collide it.
/// <code>
/// fold(x, y) = high half of x * y, xor low half
/// lanes a and b begin with the timestamp and the lengths; then key and value go in, each with multipliers m of its own place
/// up to 31 bytes: one or two half blocks of words w0, w1, of which the last one ends with the last byte
///   a = (a + fold(w0 ^ m, w1 ^ StepA)) ^ w1      b = (b + fold(w1 ^ StepB, w0 + m)) ^ w0
/// from 32 bytes: blocks of four words, of which the last one ends with the last byte, into four sums, which are then folded into both lanes
///   s[i] += low32(w[i] ^ m[i]) * high32(w[i] ^ m[i]) + w[i ^ 1]      m[i] += Stride
/// in the end the lanes are folded into each other
/// </code>
/// Products do not wait for each other, and four of them are one instruction. Each word counts in two places, so that a product of zero hides nothing.
/// </summary>
public static class RecordHash
{
    const ulong SeedA = 0x6A09E667F3BCC909, SeedB = 0xBB67AE8584CAA73B, StepA = 0x3C6EF372FE94F82B, StepB = 0xA54FF53A5F1D36F1;
    const ulong KeyPlace = 0x510E527FADE682D1, ValuePlace = 0x9B05688C2B3E6C1F, EndA = 0x1F83D9ABFB41BD6B, EndB = 0x5BE0CD19137E2179, Stride = 0x9E3779B97F4A7C15;
    const int BlockBytes = 32, HalfBytes = 16;

    public static UInt128 Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds) => Compute(key, value, timestampMilliseconds, Avx2.IsSupported);

    /// <summary>The same with or without vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static UInt128 Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds, bool byVectors)
    {
        ulong a = Fold(SeedA ^ (ulong)timestampMilliseconds, StepA ^ (ulong)key.Length);
        ulong b = Fold(SeedB ^ (ulong)value.Length, StepB + (ulong)timestampMilliseconds);
        Absorb(key, KeyPlace, ref a, ref b, byVectors);
        Absorb(value, ValuePlace, ref a, ref b, byVectors);
        return new UInt128(Fold(a ^ EndA, b ^ StepB), Fold(b ^ EndB, a ^ StepA));
    }

    // Every record of every hop comes through here: references instead of spans, since the bounds' checks cost as much as the sums.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Absorb(ReadOnlySpan<byte> bytes, ulong place, ref ulong a, ref ulong b, bool byVectors)
    {
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length;
        if (length >= BlockBytes)
        {
            if (byVectors) Blocks(ref at, length, place, ref a, ref b);
            else PortableBlocks(ref at, length, place, ref a, ref b);
            return;
        }

        if (length > HalfBytes) Half(Word(ref at, 0), Word(ref at, 8), place, ref a, ref b);
        if (length == 0) return;
        (ulong first, ulong second) = length >= HalfBytes ? (Word(ref at, length - 16), Word(ref at, length - 8)) : Short(ref at, length);
        Half(first, second, ~place, ref a, ref b);
    }

    static void Blocks(ref byte at, int length, ulong place, ref ulong a, ref ulong b)
    {
        Vector256<ulong> sums = Vector256<ulong>.Zero, places = Vector256.Create(place, place ^ StepA, place ^ StepB, ~place), strides = Vector256.Create(Stride);
        int last = length - BlockBytes;
        for (int index = 0; ; index += BlockBytes)
        {
            Vector256<ulong> words = Unsafe.ReadUnaligned<Vector256<ulong>>(ref Unsafe.Add(ref at, Math.Min(index, last)));
            Vector256<ulong> mixed = words ^ places;
            Vector256<ulong> products = Avx2.Multiply(mixed.AsUInt32(), Avx2.ShiftRightLogical(mixed, 32).AsUInt32());
            sums += products + Avx2.Shuffle(words.AsUInt32(), 0b01_00_11_10).AsUInt64();
            places += strides;
            if (index >= last) break;
        }

        Merge(sums.GetElement(0), sums.GetElement(1), sums.GetElement(2), sums.GetElement(3), ref a, ref b);
    }

    static void PortableBlocks(ref byte at, int length, ulong place, ref ulong a, ref ulong b)
    {
        Span<ulong> sums = stackalloc ulong[4];
        Span<ulong> places = [place, place ^ StepA, place ^ StepB, ~place];
        sums.Clear();
        int last = length - BlockBytes;
        for (int index = 0; ; index += BlockBytes)
        {
            for (int lane = 0; lane < sums.Length; lane++)
            {
                ulong word = Word(ref at, Math.Min(index, last) + (lane * 8)), mixed = word ^ places[lane];
                sums[lane] += (mixed & uint.MaxValue) * (mixed >> 32);
                sums[lane ^ 1] += word;
                places[lane] += Stride;
            }

            if (index >= last) break;
        }

        Merge(sums[0], sums[1], sums[2], sums[3], ref a, ref b);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Merge(ulong first, ulong second, ulong third, ulong fourth, ref ulong a, ref ulong b)
    {
        a += Fold(first ^ SeedA, third ^ SeedB) + Fold(second ^ EndA, fourth ^ EndB);
        b += Fold(first ^ StepA, fourth ^ StepB) + Fold(second ^ KeyPlace, third ^ ValuePlace);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Half(ulong first, ulong second, ulong place, ref ulong a, ref ulong b)
    {
        a = (a + Fold(first ^ place, second ^ StepA)) ^ second;
        b = (b + Fold(second ^ StepB, first + place)) ^ first;
    }

    /// <summary>The words of 1 to 15 bytes, which may overlap: the length is known to the hash.</summary>
    static (ulong First, ulong Second) Short(ref byte at, int length)
    {
        if (length >= 8) return (Word(ref at, 0), Word(ref at, length - 8));
        if (length >= 4) return (HalfWord(ref at, 0), HalfWord(ref at, length - 4));
        return (at, ((ulong)Unsafe.Add(ref at, length >> 1) << 8) | Unsafe.Add(ref at, length - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Word(ref byte at, int index)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, index));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    static uint HalfWord(ref byte at, int index)
    {
        uint word = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, index));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Fold(ulong left, ulong right)
    {
        // Two multiplications beside each other are faster than one whose low half goes through memory.
        if (Bmi2.X64.IsSupported) return Bmi2.X64.MultiplyNoFlags(left, right) ^ unchecked(left * right);
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
