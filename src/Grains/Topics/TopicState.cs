using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Topics;

sealed class TopicState
{
    /// <summary>Null: the topic was not made.</summary>
    public TopicSettings? Settings { get; set; }
}

sealed class TopicDirectoryState
{
    public SortedSet<string> Topics { get; set; } = new(StringComparer.Ordinal);
}

sealed class TopicPartitionState
{
    /// <summary>Of the newest owner. Raised and stored before the partition is opened with it.</summary>
    public long Term { get; set; }

    /// <summary>From which offset on each consumer still needs the partition.</summary>
    public Dictionary<string, long> Holds { get; set; } = new(StringComparer.Ordinal);
}
