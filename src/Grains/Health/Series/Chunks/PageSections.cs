using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>
/// The four parts of a page before it is compressed, each of one kind of bytes, which a general compressor handles best when they lie
/// together: heads and dictionaries; low bytes of ranks, and planes; high bytes of ranks; distances.
/// </summary>
sealed class PageSections
{
    public const int Count = 4;

    readonly byte[][] buffers = [new byte[1024], new byte[1024], new byte[1024], new byte[1024]];
    readonly int[] lengths = new int[Count];

    public int Length => lengths.Sum();

    public ReadOnlySpan<int> Lengths => lengths;

    public void Clear() => Array.Clear(lengths);

    /// <summary>Room for so many more bytes of a section; what is used is added by <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(PageSection section, int bytes)
    {
        ref byte[] buffer = ref buffers[(int)section];
        int length = lengths[(int)section];
        if (buffer.Length - length < bytes) Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + bytes));
        return buffer.AsSpan(length, bytes);
    }

    public void Advance(PageSection section, int bytes) => lengths[(int)section] += bytes;

    public void Write(PageSection section, ulong value) => Advance(section, SampleVarint.Write(Reserve(section, SampleVarint.BytesLimit), 0, value));

    public void WriteSigned(PageSection section, long value) => Advance(section, SampleVarint.WriteSigned(Reserve(section, SampleVarint.BytesLimit), 0, value));

    /// <summary>All sections one after another.</summary>
    public void CopyTo(Span<byte> destination)
    {
        for (int section = 0; section < Count; section++)
        {
            buffers[section].AsSpan(0, lengths[section]).CopyTo(destination);
            destination = destination[lengths[section]..];
        }
    }

    /// <summary>Takes over what another page's sections hold.</summary>
    public void Append(PageSections other)
    {
        for (int section = 0; section < Count; section++)
        {
            other.buffers[section].AsSpan(0, other.lengths[section]).CopyTo(Reserve((PageSection)section, other.lengths[section]));
            lengths[section] += other.lengths[section];
        }
    }
}

enum PageSection
{
    Heads,
    Low,
    High,
    Distances,
}
