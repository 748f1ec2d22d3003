using System.Buffers.Binary;
using System.Numerics;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>Runs of decimal digits, eight at a time and without a branch for each: how many there are is the number that branch prediction cannot know.</summary>
static class DigitRun
{
    /// <summary>How many digits stand at a position, 0 to 8, and their number. There must be eight bytes.</summary>
    public static int Eight(ReadOnlySpan<byte> text, int position, out ulong value)
    {
        ulong digits = BinaryPrimitives.ReadUInt64LittleEndian(text[position..]) ^ 0x3030303030303030;
        // The high bit of each byte that is above 9; a carry can only reach bytes behind the first such one.
        ulong others = ((digits + 0x7676767676767676) | digits) & 0x8080808080808080;
        int count = BitOperations.TrailingZeroCount(others) >> 3;
        if (count == 0)
        {
            value = 0;
            return 0;
        }

        // Fewer than eight move up behind leading zeros; then pairs, fours and eights are joined.
        digits <<= 64 - (count << 3);
        digits = (digits * 10) + (digits >> 8);
        value = (((digits & 0x000000FF000000FF) * 0x000F424000000064) + (((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
        return count;
    }

    /// <summary>How many digits stand at a position, and their number where they are at most 16. Answers -1 where there are more, or the text's end is near.</summary>
    public static int Sixteen(ReadOnlySpan<byte> text, int position, out ulong value)
    {
        value = 0;
        if (text.Length - position < 17) return -1;
        int count = Eight(text, position, out value);
        if (count < 8) return count;
        int more = Eight(text, position + 8, out ulong low);
        if (more == 8 && (uint)(text[position + 16] - '0') <= 9) return -1;
        value = value * Powers[more] + low;
        return 8 + more;
    }

    /// <summary>10 to a power of 0 to 8.</summary>
    public static ReadOnlySpan<uint> Powers => [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000];
}
