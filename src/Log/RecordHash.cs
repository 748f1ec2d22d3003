using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    static void Absorb(ReadOnlySpan<byte> bytes, ref ulong laneA, ref ulong laneB)
    {
        ulong a = laneA, b = laneB;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        int index = 0;
        for (; index + 1 < words.Length; index += 2)
        {
            ulong first = Little(words[index]), second = Little(words[index + 1]);
            a = Fold(a ^ first, second ^ StepA);
            b = Fold(b ^ second, first + StepB);
        }

        if (index < words.Length)
        {
            ulong word = Little(words[index]);
            a = Fold(a ^ word, TailA);
            b = Fold(b + word, TailB);
        }

        ulong tail = 0;
        foreach (byte part in bytes[(words.Length * 8)..]) tail = (tail << 8) | part;
        laneA = Fold(a ^ tail, SeedB);
        laneB = Fold(b + tail, SeedA);
    }

    static ulong Little(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
