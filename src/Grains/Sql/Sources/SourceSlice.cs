using Orrery.Log;

namespace Orrery.Grains.Sql.Sources;

/// <summary>A piece of one partition of a source.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="From">The first offset.</param>
/// <param name="To">The offset behind the last.</param>
/// <param name="End">Where the partition ended when this was read.</param>
/// <param name="Batches">The records; the first batch may begin before, and the last reach beyond.</param>
/// <param name="Bytes">About how many.</param>
/// <param name="NewestMilliseconds">When the newest record was appended; null: not known.</param>
sealed record SourceSlice(int Partition, long From, long To, long End, IReadOnlyList<LogBatch> Batches, int Bytes, long? NewestMilliseconds)
{
    /// <summary>The records with their offsets.</summary>
    public IEnumerable<(long Offset, LogRecord Record)> Records()
    {
        foreach (LogBatch batch in Batches)
        {
            LogBatch.Enumerator records = batch.GetEnumerator();
            while (records.MoveNext())
                if (records.Offset >= From && records.Offset < To)
                    yield return (records.Offset, records.Current);
        }
    }
}
