using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Channels;

/// <summary>Appends encoded batches until their partition has them, wherever it lives by then; a repeat is recognised there.</summary>
/// <param name="grains">Reaches the partitions.</param>
/// <param name="channel">The channel's key; failures that pass are tried again at times that follow from it.</param>
/// <param name="ending">Gives up.</param>
sealed class PartitionAppender(IGrainFactory grains, string channel, TimeProvider time, CancellationToken ending)
{
    readonly TopicRetries retries = new(new TopicWriterOptions(), time, new Random(unchecked((int)ChannelKeys.Producer(channel))));

    public Task AppendAsync(string topic, int partition, byte[] encoded) =>
        retries.RunAsync(() => grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, partition)).Append(encoded), ending);
}
