using System.Numerics;
using Orrery.Dataflow.Memory;

namespace Orrery.Dataflow.State;

/// <summary>
/// The exact sum of doubles, so that what is taken back leaves nothing behind: a fixed-point number of digits of 32 bits, each in a signed 64-bit limb with room for carries. Only the limbs in use are kept, in
/// one block of a store, which its owner names by the handle. Infinities and NaNs are counted apart.
/// <code>block: int32 first limb, int32 limbs, int64 changes since carries were passed on; int64 limbs</code>
/// </summary>
internal static unsafe class ExactSum
{
    /// <summary>What an owner keeps of a sum; all zero for an empty one.</summary>
    public struct Root
    {
        public uint Block;
        public int NotANumber;
        public int PlusInfinity;
        public int MinusInfinity;
    }

    private struct Head
    {
        public int First;
        public int Limbs;
        public long Pending;
    }

    // The lowest bit of the smallest double is 2^-1074: bit 0 of limb 0 stands for 2^-1088.
    private const int Bias = 1088;


    public static void Add(ref Root root, PageStore pages, double value, int weight)
    {
        if (double.IsNaN(value)) root.NotANumber += weight;
        else if (double.IsInfinity(value)) _ = value > 0 ? root.PlusInfinity += weight : root.MinusInfinity += weight;
        else if (value != 0) AddFinite(ref root, pages, value, weight);
    }

    /// <summary>The sum, rounded once.</summary>
    public static double Value(in Root root, PageStore pages)
    {
        if (root.NotANumber != 0 || (root.PlusInfinity != 0 && root.MinusInfinity != 0)) return double.NaN;
        if (root.PlusInfinity != 0) return double.PositiveInfinity;
        if (root.MinusInfinity != 0) return double.NegativeInfinity;
        if (root.Block == 0) return 0;
        var (number, exponent) = Exact(root, pages);
        return Scale(number, exponent);
    }

    /// <summary>The finite part as a whole number times a power of two.</summary>
    public static (BigInteger Number, int Exponent) Exact(in Root root, PageStore pages)
    {
        if (root.Block == 0) return (BigInteger.Zero, 0);
        var head = (Head*)pages.Address(root.Block);
        long* limbs = (long*)(head + 1);
        BigInteger number = 0;
        for (int index = head->Limbs - 1; index >= 0; index--) number = (number << 32) + limbs[index];
        return (number, head->First * 32 - Bias);
    }

    /// <summary>A whole number times a power of two as the nearest double.</summary>
    public static double Scale(BigInteger number, int exponent)
    {
        if (number.IsZero) return 0;
        bool isNegative = number.Sign < 0;
        var magnitude = BigInteger.Abs(number);
        int bits = (int)magnitude.GetBitLength();
        // 53 bits, fewer where the result is subnormal; the rest rounds half to even.
        int keep = Math.Min(53, bits + exponent + 1074);
        if (keep < 0) return 0;
        int cut = bits - keep;
        if (cut > 0)
        {
            var rest = magnitude & ((BigInteger.One << cut) - 1);
            magnitude >>= cut;
            int order = rest.CompareTo(BigInteger.One << (cut - 1));
            if (order > 0 || (order == 0 && !magnitude.IsEven)) magnitude += 1;
            exponent += cut;
        }

        double value = Math.ScaleB((double)(ulong)magnitude, exponent);
        return isNegative ? -value : value;
    }

    public static void Free(ref Root root, PageStore pages)
    {
        if (root.Block != 0) pages.Free(root.Block, BytesOf(((Head*)pages.Address(root.Block))->Limbs));
        root = default;
    }

    private static int BytesOf(int limbs) => sizeof(Head) + limbs * sizeof(long);

    private static void AddFinite(ref Root root, PageStore pages, double value, int weight)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        long mantissa = bits & 0xFFFFFFFFFFFFF;
        if (exponent == 0) exponent = 1;
        else mantissa |= 1L << 52;
        // value = mantissa * 2^(exponent - 1075)
        int position = exponent - 1075 + Bias;
        int limb = position >> 5;
        var shifted = (UInt128)(ulong)mantissa << (position & 31);
        var head = Reach(ref root, pages, limb, limb + 3);
        long* limbs = (long*)(head + 1) + (limb - head->First);
        long times = bits < 0 ? -(long)weight : weight;
        if (Math.Abs(times) > 1) Carry(head);
        limbs[0] += (long)(uint)shifted * times;
        limbs[1] += (long)(uint)(shifted >> 32) * times;
        limbs[2] += (long)(uint)(shifted >> 64) * times;
        if (Math.Abs(times) > 1 || ++head->Pending > 1 << 28) Carry(head);
    }

    /// <summary>Passes on what is above 32 bits of each limb; the top one keeps the sign.</summary>
    private static void Carry(Head* head)
    {
        long* limbs = (long*)(head + 1);
        for (int index = 0; index + 1 < head->Limbs; index++)
        {
            limbs[index + 1] += limbs[index] >> 32;
            limbs[index] &= 0xFFFFFFFF;
        }

        head->Pending = 0;
    }

    /// <summary>The block with room for these limbs, and one above them for carries.</summary>
    private static Head* Reach(ref Root root, PageStore pages, int first, int last)
    {
        if (root.Block == 0)
        {
            int limbs = last - first + 1;
            root.Block = pages.Allocate(BytesOf(limbs));
            var fresh = (Head*)pages.Address(root.Block);
            new Span<byte>(fresh, BytesOf(limbs)).Clear();
            (fresh->First, fresh->Limbs) = (first, limbs);
            return fresh;
        }

        var head = (Head*)pages.Address(root.Block);
        int end = head->First + head->Limbs;
        if (first >= head->First && last < end) return head;
        int from = Math.Min(first, head->First), to = Math.Max(last + 1, end);
        uint block = pages.Allocate(BytesOf(to - from));
        var wider = (Head*)pages.Address(block);
        new Span<byte>(wider, BytesOf(to - from)).Clear();
        (wider->First, wider->Limbs, wider->Pending) = (from, to - from, head->Pending);
        new Span<long>(head + 1, head->Limbs).CopyTo(new Span<long>((long*)(wider + 1) + (head->First - from), head->Limbs));
        pages.Free(root.Block, BytesOf(head->Limbs));
        root.Block = block;
        return wider;
    }
}
