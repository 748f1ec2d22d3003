using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Log;

/// <summary>
/// A record's 128-bit hash: two independent multiply-and-fold lanes over key, value and timestamp. It is stored and compared between
/// hops, so its values never change. It finds loss and damage; it does not resist somebody who wants to collide it.
/// </summary>
public static class RecordHash
{
    const ulong SeedA = 0x6A09E667F3BCC909, SeedB = 0xBB67AE8584CAA73B, StepA = 0x3C6EF372FE94F82B, StepB = 0xA54FF53A5F1D36F1;
    const ulong TailA = 0x510E527FADE682D1, TailB = 0x9B05688C2B3E6C1F, EndA = 0x1F83D9ABFB41BD6B, EndB = 0x5BE0CD19137E2179;

    public static UInt128 Compute(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds)
    {
        ulong a = Fold(SeedA ^ (ulong)timestampMilliseconds, StepA ^ (ulong)key.Length);
        ulong b = Fold(SeedB ^ (ulong)value.Length, StepB + (ulong)timestampMilliseconds);
        if (key.Length > 0) Absorb(key, ref a, ref b);
        Absorb(value, ref a, ref b);
        return new UInt128(Fold(a ^ EndA, b ^ StepB), Fold(b ^ EndB, a ^ StepA));
    }

    // Every record of every hop comes through here: references instead of spans, since the bounds' checks cost as much as the sums.
    static void Absorb(ReadOnlySpan<byte> bytes, ref ulong laneA, ref ulong laneB)
    {
        ref byte at = ref MemoryMarshal.GetReference(bytes);
        int length = bytes.Length, index = 0;
        ulong a = laneA, b = laneB;
        for (; index + 16 <= length; index += 16)
        {
            ulong first = Word(ref at, index), second = Word(ref at, index + 8);
            a = Fold(a ^ first, second ^ StepA);
            b = Fold(b ^ second, first + StepB);
        }

        if (index + 8 <= length)
        {
            ulong word = Word(ref at, index);
            a = Fold(a ^ word, TailA);
            b = Fold(b + word, TailB);
        }

        ulong tail = Tail(ref at, length);
        laneA = Fold(a ^ tail, SeedB);
        laneB = Fold(b + tail, SeedA);
    }

    /// <summary>The up to 7 bytes behind the last whole word, first byte highest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Tail(ref byte at, int length)
    {
        int rest = length & 7;
        if (length >= 8) return BinaryPrimitives.ReverseEndianness(Word(ref at, length - 8)) & ((1UL << (rest * 8)) - 1);
        ulong tail = 0;
        for (int index = 0; index < rest; index++) tail = (tail << 8) | Unsafe.Add(ref at, index);
        return tail;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Word(ref byte at, int index)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, index));
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
