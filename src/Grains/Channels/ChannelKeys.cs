using Orrery.Interfaces;

namespace Orrery.Grains.Channels;

/// <summary>Names that follow from a channel's key.</summary>
static class ChannelKeys
{
    /// <summary>
    /// The channel's topic: tenant and channel with a dot between them. A dot of the tenant's id is doubled; ids begin with a letter or digit, so two channels never share a topic.
    /// </summary>
    public static string Topic(string channel) => $"{EntityKeys.TenantOf(channel).Replace(".", "..", StringComparison.Ordinal)}.{EntityKeys.Leaf(channel)}";

    /// <summary>The topic of what the channel could not read or land.</summary>
    public static string DeadTopic(string channel) => $"{Topic(channel)}-dead";

    public static string Lander(string channel, int partition) => $"{channel}/{partition}";

    /// <summary>Who a channel is to its topic's partitions: a producer's id, never 0.</summary>
    public static long Producer(string channel)
    {
        long id = unchecked((long)Interfaces.Topics.TopicPartitioner.HashOf(System.Text.Encoding.UTF8.GetBytes(channel)));
        return id == 0 ? 1 : id;
    }
}
