namespace Orrery.Storage.Chunks;

/// <summary>A stored chunk without its bytes.</summary>
/// <param name="Key">Its name among the owner's chunks.</param>
/// <param name="FirstMilliseconds">Time of its first sample, Unix milliseconds.</param>
/// <param name="LastMilliseconds">Time of its last sample, Unix milliseconds, inclusive; not before <paramref name="FirstMilliseconds"/>.</param>
/// <param name="DataBytes">Length of its bytes.</param>
public readonly record struct ChunkInfo(ChunkKey Key, long FirstMilliseconds, long LastMilliseconds, int DataBytes)
{
    /// <summary>Whether the chunk may hold a sample within both times, inclusive.</summary>
    public bool Overlaps(long fromMilliseconds, long toMilliseconds) => FirstMilliseconds <= toMilliseconds && LastMilliseconds >= fromMilliseconds;
}
