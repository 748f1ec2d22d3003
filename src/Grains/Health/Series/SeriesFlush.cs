using Orrery.Storage.Chunks;

namespace Orrery.Grains.Health.Series;

/// <summary>Chunks to store, oldest day first.</summary>
public sealed class SeriesFlush
{
    internal SeriesFlush(IReadOnlyList<FlushedChunk> chunks, long sequence, long samples)
    {
        Chunks = chunks;
        Sequence = sequence;
        Samples = samples;
    }

    public IReadOnlyList<FlushedChunk> Chunks { get; }

    /// <summary>Samples that they hold.</summary>
    public long Samples { get; }

    internal long Sequence { get; }

    /// <summary>The chunks as the store takes them.</summary>
    /// <param name="owner">The server's key.</param>
    /// <param name="firstSequence">Numbers the first one; those after it count on.</param>
    public IReadOnlyList<Chunk> ToChunks(string owner, long firstSequence) =>
        [.. Chunks.Select((chunk, number) => new Chunk(owner, new ChunkKey(ChunkKind.Raw, firstSequence + number), chunk.FirstMilliseconds, chunk.LastMilliseconds, chunk.Data))];
}

/// <param name="FirstMilliseconds">Time of its first sample, Unix milliseconds.</param>
/// <param name="LastMilliseconds">Time of its last sample, of the same UTC day.</param>
/// <param name="Data">The chunk.</param>
public sealed record FlushedChunk(long FirstMilliseconds, long LastMilliseconds, byte[] Data);
