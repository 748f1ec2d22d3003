namespace Orrery.Interfaces.Topics;

/// <summary>
/// Which partition a key belongs to: FNV-1a of 64 bits over the key's bytes, modulo the number of partitions. Stable over versions and machines: writers, readers
/// and views count on it. An empty key goes to partition 0.
/// </summary>
public static class TopicPartitioner
{
    const ulong OffsetBasis = 14695981039346656037, Prime = 1099511628211;

    /// <summary>The partition of a key, 0 to <paramref name="partitions"/> - 1.</summary>
    public static int PartitionOf(ReadOnlySpan<byte> key, int partitions)
    {
        if (partitions <= 1 || key.IsEmpty) return 0;
        return (int)(HashOf(key) % (ulong)partitions);
    }

    /// <summary>FNV-1a of 64 bits.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> key)
    {
        ulong hash = OffsetBasis;
        foreach (byte part in key) hash = unchecked((hash ^ part) * Prime);
        return hash;
    }
}
