using System.Numerics;
using System.Runtime.InteropServices;

namespace Orrery.Log.Embedded;

/// <summary>CRC-32C (Castagnoli), by the processor's instruction where it has one.</summary>
static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) crc = BitOperations.Crc32C(crc, word);
        foreach (byte part in bytes[(words.Length * 8)..]) crc = BitOperations.Crc32C(crc, part);
        return ~crc;
    }
}
