using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Topics;

/// <summary>Reads one partition from an offset on, remembering where it is. Not for several threads at once.</summary>
public sealed class TopicReader
{
    readonly ITopicPartitionGrain partition;
    readonly TopicRetries retries;

    /// <param name="grains">Reaches the partition.</param>
    /// <param name="topic">The topic's name.</param>
    /// <param name="number">The partition's number.</param>
    /// <param name="offset">Where to begin.</param>
    public TopicReader(IGrainFactory grains, string topic, int number, long offset, TimeProvider time, Random random, TopicWriterOptions? options = null)
    {
        partition = grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, number));
        retries = new TopicRetries(options ?? new TopicWriterOptions(), time, random);
        Offset = offset;
    }

    /// <summary>The next record's offset. May be set, to read from elsewhere.</summary>
    public long Offset { get; set; }

    /// <summary>Reads on. Empty when nothing came within the wait.</summary>
    /// <param name="bytesLimit">About how many bytes.</param>
    /// <param name="wait">How long to wait at the end of the partition.</param>
    /// <exception cref="TopicOffsetException">The offset is not kept any more: set <see cref="Offset"/> to its start, and account for what is missing.</exception>
    public async Task<TopicSlice> ReadAsync(int bytesLimit, TimeSpan wait, CancellationToken cancellationToken)
    {
        long from = Offset;
        var read = await retries.RunAsync(() => partition.Read(from, bytesLimit, wait), cancellationToken);
        Offset = read.Next;
        return new TopicSlice(from, read.Next, read.End, LogBatches.Parse(read.EncodedBatches));
    }
}

/// <summary>What one read brought.</summary>
/// <param name="From">The offset that was asked for.</param>
/// <param name="Next">Where the next read begins.</param>
/// <param name="End">The partition's end at that time.</param>
/// <param name="Batches">Whole batches; the first may begin before <paramref name="From"/>.</param>
public sealed record TopicSlice(long From, long Next, long End, IReadOnlyList<LogBatch> Batches)
{
    /// <summary>The records from <see cref="From"/> on, with their offsets.</summary>
    public IEnumerable<(long Offset, LogRecord Record)> Records()
    {
        foreach (var batch in Batches)
        {
            var records = batch.GetEnumerator();
            while (records.MoveNext())
            {
                if (records.Offset >= From) yield return (records.Offset, records.Current);
            }
        }
    }
}
