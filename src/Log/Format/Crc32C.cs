using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Orrery.Log.Format;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
static class Crc32C
{
    public const uint Begin = uint.MaxValue;

    // The instruction takes three cycles and can begin anew each cycle: three lanes run beside each other and are put together by polynomials.
    const int LaneBytes = 512;
    const uint Polynomial = 0x82F63B78; // reflected

    // A product of two reflected polynomials is one bit short, and the instruction that reduces it shifts by 32.
    static readonly ulong TwoLanesOn = PowerOfX((8 * 2 * LaneBytes) - 33), OneLaneOn = PowerOfX((8 * LaneBytes) - 33);

    public static uint Compute(ReadOnlySpan<byte> bytes) => End(Continue(Begin, bytes));

    public static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 3 * LaneBytes && Sse42.X64.IsSupported && Pclmulqdq.IsSupported) crc = ContinueInLanes(crc, ref bytes);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word));
        foreach (byte part in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, part);
        return crc;
    }

    public static uint End(uint crc) => ~crc;

    static uint ContinueInLanes(uint crc, ref ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 3 * LaneBytes)
        {
            ref byte at = ref MemoryMarshal.GetReference(bytes);
            ulong first = crc, second = 0, third = 0;
            for (int index = 0; index < LaneBytes; index += 8)
            {
                first = Sse42.X64.Crc32(first, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, index)));
                second = Sse42.X64.Crc32(second, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, index + LaneBytes)));
                third = Sse42.X64.Crc32(third, Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref at, index + (2 * LaneBytes))));
            }

            crc = (uint)(Sse42.X64.Crc32(0, Multiply(first, TwoLanesOn) ^ Multiply(second, OneLaneOn)) ^ third);
            bytes = bytes[(3 * LaneBytes)..];
        }

        return crc;
    }

    static ulong Multiply(ulong left, ulong right) => Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(left), Vector128.CreateScalar(right), 0).ToScalar();

    static uint PowerOfX(int exponent)
    {
        uint power = 1u << 31;
        for (int step = 0; step < exponent; step++) power = (power & 1) != 0 ? (power >> 1) ^ Polynomial : power >> 1;
        return power;
    }
}
