namespace Orrery.Storage.Chunks;

/// <summary>
/// Keeps chunks of samples by owner, kind and time range. Every write is one transaction: after it returns, all of it is durable; if it
/// throws or the process dies, all or none of it is. Calls may come from many threads; one owner's calls come from its grain, in order.
/// </summary>
public interface IChunkStore
{
    /// <summary>Stores chunks, of one owner or many, in one transaction. A chunk whose owner and key exist replaces the stored one.</summary>
    /// <exception cref="ArgumentException">An owner is empty or too long, a time range is reversed, or two chunks carry the same owner and key.</exception>
    ValueTask WriteAsync(IReadOnlyList<Chunk> chunks, CancellationToken cancellationToken);

    /// <summary>Removes an owner's chunks and stores others in their place, in one transaction. A key to remove that is not stored is ignored, so a repeat is harmless.</summary>
    /// <exception cref="ArgumentException">As for <see cref="WriteAsync"/>, or a chunk to add belongs to another owner.</exception>
    ValueTask ReplaceAsync(string owner, IReadOnlyList<ChunkKey> removed, IReadOnlyList<Chunk> added, CancellationToken cancellationToken);

    /// <summary>The owner's chunks of a kind that overlap a range of time (inclusive, Unix milliseconds), by first time, then by sequence.</summary>
    ValueTask<IReadOnlyList<ChunkInfo>> ListAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken);

    /// <summary>As <see cref="ListAsync"/>, with their bytes; all seen at one moment.</summary>
    ValueTask<IReadOnlyList<Chunk>> ReadAsync(string owner, ChunkKind kind, long fromMilliseconds, long toMilliseconds, CancellationToken cancellationToken);

    /// <summary>Deletes the owner's chunks of a kind whose last sample is older than a time (Unix milliseconds). Answers how many there were.</summary>
    ValueTask<int> DeleteBeforeAsync(string owner, ChunkKind kind, long beforeMilliseconds, CancellationToken cancellationToken);
}
