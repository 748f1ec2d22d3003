using Orrery.Interfaces;

namespace Orrery.Grains.Channels;

/// <summary>Names that follow from a channel's key.</summary>
static class ChannelKeys
{
    /// <summary>
    /// The channel's topic: tenant and channel with a dot between them. A dot of the tenant's id is doubled; ids begin with a letter or digit, so two channels never share a topic.
    /// </summary>
    public static string Topic(string channel) => $"{PrefixOf(EntityKeys.TenantOf(channel))}{EntityKeys.Leaf(channel)}";

    /// <summary>Whether a topic is one of a tenant's channels.</summary>
    public static bool IsOf(string tenant, string topic) =>
        topic.StartsWith(PrefixOf(tenant), StringComparison.Ordinal) && EntityKeys.IsPart(topic[PrefixOf(tenant).Length..]);

    /// <summary>The topic of what the channel could not read or land.</summary>
    public static string DeadTopic(string channel) => $"{Topic(channel)}-dead";

    public static string Lander(string channel, int partition) => $"{channel}/{partition}";

    /// <summary>Who a channel is to its topic's partitions: a producer's id, never 0.</summary>
    public static long Producer(string channel) => Grains.Topics.TopicWriter.ProducerOf(channel);

    static string PrefixOf(string tenant) => Orrery.Interfaces.Topics.TopicKeys.OfTenant(tenant, "");
}
