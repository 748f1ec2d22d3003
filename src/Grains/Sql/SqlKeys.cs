using Orrery.Grains.Channels;
using Orrery.Interfaces;

namespace Orrery.Grains.Sql;

/// <summary>Names that follow from a tenant and its tables.</summary>
static class SqlKeys
{
    /// <summary>No channel's id begins so, since its topic would be one of a table.</summary>
    public const string Prefix = "sql-";

    const int NameLengthMax = 44;

    /// <summary>The topic of a table's own rows.</summary>
    public static string TableTopic(string tenant, string table) => ChannelKeys.Topic($"{tenant}/{Prefix}{Part(table)}");

    /// <summary>The topic of what a table could not read.</summary>
    public static string DeadTopic(string tenant, string table) => ChannelKeys.DeadTopic($"{tenant}/{Prefix}{Part(table)}");

    /// <summary>The topic of the dataflow's epochs. No table's name has two hyphens in its place.</summary>
    public static string JournalTopic(string tenant) => ChannelKeys.Topic($"{tenant}/sql--journal");

    /// <summary>The topic of rows between the dataflow's partitions; a partition of it for each.</summary>
    public static string ExchangeTopic(string tenant) => ChannelKeys.Topic($"{tenant}/sql--exchange");

    /// <summary>The key of what reads a table from its database.</summary>
    public static string Reading(string tenant, string table) => $"{tenant}/{Part(table)}";

    /// <summary>The key of a partition of the dataflow; the first one leads.</summary>
    public static string Dataflow(string tenant, int partition = 0) => $"{tenant}/{partition}";

    /// <summary>The part of a topic's or a folder's name for a table; a name with other characters gets a hash of its text.</summary>
    public static string Part(string table)
    {
        string part = EntityKeys.ToPart(table);
        if (part == table && part.Length <= NameLengthMax)
            return part;
        ulong hash = Interfaces.Topics.TopicPartitioner.HashOf(System.Text.Encoding.UTF8.GetBytes(table.ToUpperInvariant()));
        return $"{part[..Math.Min(part.Length, NameLengthMax)].TrimEnd('-')}-{(uint)hash:x8}";
    }
}
