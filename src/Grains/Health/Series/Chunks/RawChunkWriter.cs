using Orrery.Grains.Health.Series.Blocks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>
/// Writes blocks of many series as they lie in memory, those of one UTC day; times that series share are written once. Cheap, since a flush is on the way of ingestion.
/// <code>
/// byte version (1), then for each series:
///   varint blocks (0 ends the chunk), u64 hash, key as in <see cref="SeriesKeyChain"/>, then for each block:
///     varint: 0 new times, n times of the n-th column before; doubled, plus 1 if late
///     the times if new, varint bytes of values, values
/// CRC-32C
/// </code>
/// </summary>
sealed class RawChunkWriter
{
    public const byte Version = 1;

    /// <summary>Columns that are looked through for equal times.</summary>
    const int ColumnsLimit = 16;

    readonly ChunkBytes bytes = new(Version);
    readonly SeriesKeyChain keys = new();
    readonly List<TimeColumn> columns = [];
    readonly List<SealedBlock> pending = [];
    SeriesEntry? series;
    long first = long.MaxValue, last = long.MinValue;

    /// <summary>Adds a block; those of one series follow each other in the order of sealing.</summary>
    public void Add(SeriesEntry entry, SealedBlock block)
    {
        if (entry != series) WriteSeries();
        series = entry;
        pending.Add(block);
        first = Math.Min(first, block.FirstMilliseconds);
        last = Math.Max(last, block.LastMilliseconds);
    }

    public FlushedChunk Finish()
    {
        WriteSeries();
        bytes.Write(0);
        return new FlushedChunk(first, last, bytes.Finish());
    }

    void WriteSeries()
    {
        if (series is null) return;
        bytes.Write((ulong)pending.Count);
        bytes.WriteHash(series.Hash);
        bytes.Advance(keys.Write(bytes.Reserve(series.Key.Length + SeriesKeyChain.OverheadBytesLimit), bytes.Length, series.Key));
        foreach (var block in pending)
        {
            int back = 0;
            while (back < Math.Min(columns.Count, ColumnsLimit) && columns[^(back + 1)] != block.Times) back++;
            bool known = back < Math.Min(columns.Count, ColumnsLimit);
            bytes.Write((known ? (ulong)(back + 1) << 1 : 0) | (block.IsLate ? 1u : 0u));
            if (!known)
            {
                columns.Add(block.Times);
                bytes.Advance(block.Times.Write(bytes.Reserve(block.Times.WrittenBytesAtMost), bytes.Length));
            }

            bytes.Write((ulong)block.Values.Length);
            bytes.Write(block.Values);
        }

        pending.Clear();
        series = null;
    }
}
