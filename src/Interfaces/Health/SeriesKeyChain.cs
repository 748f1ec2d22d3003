using System.Buffers.Binary;

namespace Orrery.Interfaces.Health;

/// <summary>
/// Writes and reads keys one after another, each as what differs from the key before: three varints (bytes shared with its start, bytes shared
/// with its end, further bytes), then the further bytes.
/// </summary>
public sealed class SeriesKeyChain
{
    /// <summary>Bytes that a key takes beyond its own, at most.</summary>
    public const int OverheadBytesLimit = 3 * SampleVarint.BytesLimit;

    readonly byte[] current = new byte[SeriesKey.BytesLimit];
    int length;

    /// <summary>The key written or read last; valid until the next one.</summary>
    public ReadOnlySpan<byte> Current => current.AsSpan(0, length);

    /// <summary>Begins anew, with an empty key before the first.</summary>
    public void Reset() => length = 0;

    /// <summary>Writes a key of at most <see cref="SeriesKey.BytesLimit"/> bytes. Answers the position after it.</summary>
    public int Write(Span<byte> destination, int position, ReadOnlySpan<byte> key)
    {
        var before = Current;
        int prefix = before.CommonPrefixLength(key);
        int suffix = CommonSuffixLength(before[prefix..], key[prefix..]);
        var middle = key[prefix..^suffix];
        position = SampleVarint.Write(destination, position, (ulong)prefix);
        position = SampleVarint.Write(destination, position, (ulong)suffix);
        position = SampleVarint.Write(destination, position, (ulong)middle.Length);
        middle.CopyTo(destination[position..]);
        key[prefix..].CopyTo(current.AsSpan(prefix));
        length = key.Length;
        return position + middle.Length;
    }

    /// <summary>Reads the next key into <see cref="Current"/>.</summary>
    /// <exception cref="SampleFormatException">The bytes do not continue the chain.</exception>
    public void Read(ReadOnlySpan<byte> source, ref int position)
    {
        ulong prefix = SampleVarint.Read(source, ref position), suffix = SampleVarint.Read(source, ref position), middle = SampleVarint.Read(source, ref position);
        if (prefix > (ulong)length || suffix > (ulong)length - prefix || middle > (ulong)(source.Length - position) || prefix + suffix + middle > SeriesKey.BytesLimit)
        {
            throw new SampleFormatException($"A series key claims {prefix}, {suffix} and {middle} bytes; the key before has {length} and {source.Length - position} bytes are left.");
        }

        var key = current.AsSpan();
        key.Slice(length - (int)suffix, (int)suffix).CopyTo(key[(int)(prefix + middle)..]);
        source.Slice(position, (int)middle).CopyTo(key[(int)prefix..]);
        position += (int)middle;
        length = (int)(prefix + middle + suffix);
    }

    static int CommonSuffixLength(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int limit = Math.Min(left.Length, right.Length), common = 0;
        while (limit - common >= 8
            && BinaryPrimitives.ReadUInt64LittleEndian(left[^(common + 8)..]) == BinaryPrimitives.ReadUInt64LittleEndian(right[^(common + 8)..])) common += 8;
        while (common < limit && left[^(common + 1)] == right[^(common + 1)]) common++;
        return common;
    }
}
