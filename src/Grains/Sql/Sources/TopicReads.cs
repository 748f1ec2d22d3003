using Orrery.Grains.Topics;

namespace Orrery.Grains.Sql.Sources;

/// <summary>
/// Reads one partition of a topic for all tables over it: those that stand at one place share one read. So a channel's topic with the changes of a hundred tables is fetched once and not a hundred times. For any threads.
/// </summary>
sealed class TopicReads(IGrainFactory grains, string topic, int partition, int readBytes, TimeProvider time)
{
    /// <summary>Reads that are remembered, for tables that come a little later; the bytes of each are bounded.</summary>
    const int Kept = 4;

    readonly Lock gate = new();
    readonly Queue<Read> reads = new();

    /// <summary>What begins at an offset.</summary>
    /// <param name="wait">How long to wait at the end of the partition.</param>
    public Task<TopicSlice> ReadAsync(long offset, TimeSpan wait, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (Read known in reads)
                if (known.Offset == offset && known.Wait == wait && known.IsOfUse)
                    return known.Slice;
            var made = new Read(offset, wait, new TopicReader(grains, topic, partition, offset, time, new Random(partition)).ReadAsync(readBytes, wait, cancellationToken));
            reads.Enqueue(made);
            if (reads.Count > Kept)
                reads.Dequeue();
            return made.Slice;
        }
    }

    sealed record Read(long Offset, TimeSpan Wait, Task<TopicSlice> Slice)
    {
        /// <summary>Under way, or done with something in it: what failed or found nothing is tried anew.</summary>
        public bool IsOfUse => !Slice.IsCompleted || (Slice.IsCompletedSuccessfully && Slice.Result.Next > Slice.Result.From);
    }
}
