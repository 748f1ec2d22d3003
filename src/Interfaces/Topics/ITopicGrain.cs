using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Topics;

/// <summary>A topic of the log: a named set of partitions, each a <see cref="ITopicPartitionGrain"/>. Key: the topic's name, 1 to 100 characters of a-z, 0-9, '.', '-', '_', beginning with a letter or digit.</summary>
public interface ITopicGrain : IGrainWithStringKey
{
    /// <summary>Makes the topic where there is none, and answers the settings that it has: those of the first call win.</summary>
    /// <exception cref="InvalidInputException">The name or the settings are wrong; the message lists every error.</exception>
    Task<TopicSettings> Create(TopicSettings settings);

    /// <summary>Changes how the topic is kept. The partitions that are open take it over at their next opening, at the latest when their silo starts anew.</summary>
    /// <exception cref="NotFoundException">There is no such topic.</exception>
    /// <exception cref="InvalidInputException">The settings are wrong, or would take partitions away: keys would move and records stay unread.</exception>
    Task<TopicSettings> Change(TopicSettings settings);

    /// <exception cref="NotFoundException">There is no such topic; <see cref="Create"/> makes it.</exception>
    [ReadOnly]
    Task<TopicSettings> Get();

    /// <summary>What all of its partitions hold at the moment. It opens those that are not open.</summary>
    /// <exception cref="NotFoundException">There is no such topic.</exception>
    [AlwaysInterleave]
    Task<TopicInfo> Info();
}

/// <summary>The names of all topics. Key: <see cref="EntityKeys.Fleet"/>.</summary>
public interface ITopicDirectoryGrain : IGrainWithStringKey
{
    /// <summary>The names, in order.</summary>
    [ReadOnly]
    Task<string[]> List();

    /// <summary>Called by a topic that is being made. Adding a name again does nothing.</summary>
    /// <exception cref="LimitReachedException">There are as many topics as there may be.</exception>
    Task Add(string topic);
}
