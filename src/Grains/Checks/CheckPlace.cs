using Orrery.Connectors.ChangeCapture;
using Orrery.Grains.Channels;
using Orrery.Grains.Sql.Cuts;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Checks;

/// <summary>Where a position of a database's log lies in the topic of the channel that carries its changes.</summary>
sealed class CheckPlace(IGrainFactory grains, string channel, TimeProvider time)
{
    const int ReadBytes = 1 << 20;
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    readonly string topic = ChannelKeys.Topic(channel);

    /// <summary>Waits until everything up to a position is in the topic. Why it is not, or null.</summary>
    public async Task<string?> WaitAsync(long sequence, TimeSpan patience, CancellationToken cancellationToken)
    {
        IChannelOrders source = grains.GetGrain<IChannelOrders>(channel);
        long started = time.GetTimestamp();
        while (true)
        {
            SourceReach? reach = await source.Reach();
            if (reach is { Pending: 0 } && reach.Sequence >= Begin(sequence))
                return null;
            if (time.GetElapsedTime(started) >= patience)
            {
                return reach switch
                {
                    null => $"The channel {channel} tells no position.",
                    { Pending: > 0 } => $"The channel {channel} still reads the rows of {reach.Pending} tables that were there before it.",
                    _ => $"The channel {channel} did not come as far as the database within {patience.TotalSeconds:F0} s.",
                };
            }

            await Task.Delay(Look, time, cancellationToken);
        }
    }

    /// <summary>The offset in each partition behind the last change of a position; null: something behind it is in the views already.</summary>
    /// <param name="from">How far the views have read.</param>
    public async Task<CutPlace[]?> FindAsync(long sequence, CutPlace[] from, CancellationToken cancellationToken)
    {
        TopicInfo info = await grains.GetGrain<ITopicGrain>(topic).Info();
        var places = new List<CutPlace>();
        foreach (CutPlace place in from)
        {
            PartitionInfo partition = info.Partitions.Single(partition => partition.Number == place.Partition);
            // The last record that was read says whether it is too late.
            long begin = Math.Max(partition.Start, place.Offset - 1), found = await FindAsync(place.Partition, begin, partition.End, sequence, cancellationToken);
            if (found < place.Offset)
                return null;
            places.Add(place with { Offset = found });
        }

        return [.. places];
    }

    async Task<long> FindAsync(int partition, long begin, long end, long sequence, CancellationToken cancellationToken)
    {
        var reader = new TopicReader(grains, topic, partition, begin, time, new Random(partition));
        while (reader.Offset < end)
        {
            TopicSlice read = await reader.ReadAsync(ReadBytes, TimeSpan.Zero, cancellationToken);
            foreach ((long offset, Log.LogRecord record) in read.Records())
                if (offset < end && ChangeReader.Is(record.Value.Span) && new ChangeReader(record.Value.Span).Sequence > sequence)
                    return offset;
            if (read.Next == read.From)
                break;
        }

        return end;
    }

    /// <summary>A position's own sequence, without the room behind it.</summary>
    static long Begin(long sequence) => sequence & ~1023L;
}
