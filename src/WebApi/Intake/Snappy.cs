using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Orrery.WebApi.Errors;

namespace Orrery.WebApi.Intake;

/// <summary>
/// Unpacks one block of snappy, the raw format that Prometheus sends: a varint with the unpacked length, then elements. The low two bits of an element's
/// first byte say what it is: 0 a literal (length less one in the upper six bits, or in the 1 to 4 bytes that follow where those say 60 to 63), 1, 2 and 3 a copy
/// from 11, 16 or 32 bits of distance back.
/// </summary>
internal static class Snappy
{
    /// <summary>A copy of 64 bytes takes three: nothing unpacks to more than this many times its size.</summary>
    const int RatioMax = 22;

    /// <summary>The length that the block says it unpacks to.</summary>
    /// <param name="block">The whole block.</param>
    /// <param name="bytesMax">More is refused before any memory is taken.</param>
    /// <param name="position">Where the elements begin.</param>
    /// <exception cref="RefusedException">400: no length, or more than such a block can hold. 413: more than <paramref name="bytesMax"/>.</exception>
    public static int ReadLength(ReadOnlySpan<byte> block, int bytesMax, out int position)
    {
        ulong length = 0;
        position = 0;
        for (int shift = 0; ; shift += 7)
        {
            if (position == block.Length || shift > 28)
                throw Broken(position, "no length");
            byte part = block[position++];
            length |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                break;
        }
        if (length > (ulong)bytesMax)
            throw new RefusedException(StatusCodes.Status413PayloadTooLarge, $"The body unpacks to {length} bytes; at most {bytesMax}. Send less at a time.");
        if (length > (ulong)block.Length * RatioMax)
            throw Broken(0, $"{block.Length} bytes cannot unpack to {length}");
        return (int)length;
    }

    /// <summary>Unpacks the elements. <paramref name="target"/> has exactly the length that was read.</summary>
    /// <exception cref="RefusedException">400: the elements do not give that length, or point outside.</exception>
    public static void Unpack(ReadOnlySpan<byte> block, int position, Span<byte> target)
    {
        int at = 0;
        while (position < block.Length)
        {
            byte tag = block[position++];
            if ((tag & 3) == 0)
            {
                int length = ReadLiteralLength(block, tag, ref position);
                if ((uint)length > (uint)(block.Length - position) || length > target.Length - at)
                    throw Broken(position, "a literal reaches outside");
                block.Slice(position, length).CopyTo(target[at..]);
                position += length;
                at += length;
            }
            else
            {
                (int length, int distance) = ReadCopy(block, tag, ref position);
                if ((uint)(distance - 1) >= (uint)at || length > target.Length - at)
                    throw Broken(position, "a copy reaches outside");
                Copy(target, at, distance, length);
                at += length;
            }
        }
        if (at != target.Length)
            throw Broken(position, $"{at} bytes came out where {target.Length} were announced");
    }

    static int ReadLiteralLength(ReadOnlySpan<byte> block, byte tag, ref int position)
    {
        int length = tag >> 2;
        if (length < 60)
            return length + 1;
        int bytes = length - 59;
        if (bytes > block.Length - position)
            throw Broken(position, "a literal's length is cut");
        uint value = 0;
        for (int i = 0; i < bytes; i++)
            value |= (uint)block[position++] << (8 * i);
        return value < int.MaxValue ? (int)value + 1 : throw Broken(position, "a literal reaches outside");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (int Length, int Distance) ReadCopy(ReadOnlySpan<byte> block, byte tag, ref int position)
    {
        int bytes = (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
        if (bytes > block.Length - position)
            throw Broken(position, "a copy's distance is cut");
        int start = position;
        position += bytes;
        return bytes switch
        {
            1 => (((tag >> 2) & 7) + 4, ((tag >> 5) << 8) | block[start]),
            2 => ((tag >> 2) + 1, block[start] | (block[start + 1] << 8)),
            _ => ((tag >> 2) + 1, MemoryMarshal.Read<int>(block[start..])),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Copy(Span<byte> target, int at, int distance, int length)
    {
        Span<byte> to = target.Slice(at, length);
        if (distance >= length)
        {
            target.Slice(at - distance, length).CopyTo(to);
            return;
        }
        // The copy reads what it writes: the pattern of 'distance' bytes repeats.
        for (int i = 0; i < length; i++)
            to[i] = target[at - distance + i];
    }

    static RefusedException Broken(int position, string why) => new(StatusCodes.Status400BadRequest, $"The body is no snappy block: {why}, at byte {position}.");
}
