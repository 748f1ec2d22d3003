namespace Orrery.Grains.Streams;

sealed class StreamPartitionState
{
    /// <summary>Everything below this offset is delivered, but to subscriptions that have a place of their own.</summary>
    public long Next { get; set; }

    /// <summary>Counts subscriptions, which makes their ids.</summary>
    public long Made { get; set; }

    public List<StreamSubscriptionState> Subscriptions { get; set; } = [];
}

sealed class StreamSubscriptionState
{
    public required Guid Id { get; init; }

    public required string Stream { get; init; }

    public required string Consumer { get; init; }

    /// <summary>Items below it were there before the subscription.</summary>
    public long From { get; set; }

    /// <summary>Where it is while it catches up; null once it follows the others.</summary>
    public long? Position { get; set; }

    public StreamSubscriptionEntry Entry => new(Id, Stream, Consumer);
}
