namespace Orrery.Storage.Chunks;

/// <summary>A chunk to store, or one that was read. The store keeps the bytes as they are and never looks into them.</summary>
/// <param name="Owner">Who owns it, for instance a server's grain key: 1 to 512 characters, compared ordinally.</param>
/// <param name="Key">Its name among the owner's chunks.</param>
/// <param name="FirstMilliseconds">Time of its first sample, Unix milliseconds.</param>
/// <param name="LastMilliseconds">Time of its last sample, Unix milliseconds, inclusive; not before <paramref name="FirstMilliseconds"/>.</param>
/// <param name="Data">Its bytes; must not change until the write has ended.</param>
public sealed record Chunk(string Owner, ChunkKey Key, long FirstMilliseconds, long LastMilliseconds, ReadOnlyMemory<byte> Data)
{
    /// <summary>The chunk without its bytes.</summary>
    public ChunkInfo Info => new(Key, FirstMilliseconds, LastMilliseconds, Data.Length);
}
