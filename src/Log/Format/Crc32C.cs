using System.Numerics;
using System.Runtime.InteropServices;

namespace Orrery.Log.Format;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
static class Crc32C
{
    public const uint Begin = uint.MaxValue;

    public static uint Compute(ReadOnlySpan<byte> bytes) => End(Continue(Begin, bytes));

    public static uint Continue(uint crc, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte part in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, part);
        return crc;
    }

    public static uint End(uint crc) => ~crc;
}
