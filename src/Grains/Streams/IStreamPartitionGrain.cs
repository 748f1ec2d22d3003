using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Streams;

/// <summary>Delivers the items of one partition of a namespace's topic. Key: <see cref="StreamKeys.Partition"/>.</summary>
public interface IStreamPartitionGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that it delivers. Writers call it after a write, so that a partition whose silo was lost goes on at once.</summary>
    [OneWay, AlwaysInterleave]
    Task Wake();

    /// <summary>Subscribes a grain to a stream, durably.</summary>
    /// <param name="stream">The stream's key.</param>
    /// <param name="consumer">The grain.</param>
    /// <param name="from">Offset of the first item wanted; null: those that come from now on.</param>
    /// <returns>The subscription.</returns>
    /// <exception cref="LimitReachedException">There are too many.</exception>
    Task<StreamSubscriptionEntry> Subscribe(string stream, string consumer, long? from);

    /// <summary>Delivers again, or on, from an offset.</summary>
    Task Rewind(StreamSubscriptionEntry subscription, long from);

    Task Unsubscribe(Guid subscription);

    /// <summary>The subscriptions of a grain to a stream.</summary>
    [AlwaysInterleave]
    Task<StreamSubscriptionEntry[]> List(string stream, string consumer);
}

/// <param name="Id">Names it.</param>
/// <param name="Stream">The stream's key.</param>
/// <param name="Consumer">The grain, as type/key.</param>
public sealed record StreamSubscriptionEntry(Guid Id, string Stream, string Consumer);

/// <summary>The side of a consumer, in every grain that has subscriptions: takes items in the grain's turns.</summary>
public interface IStreamConsumerExtension : IGrainExtension
{
    /// <summary>Takes items of one stream, in order. They have been taken once it completes.</summary>
    /// <param name="provider">The provider's name.</param>
    /// <param name="stream">The stream: namespace/key.</param>
    /// <param name="subscription">Whose.</param>
    /// <param name="items">As <see cref="StreamItems"/> writes them.</param>
    /// <returns>False where the grain has no observer for the subscription: nothing was taken.</returns>
    /// <exception cref="Exception">What the observer has thrown; earlier items of the call have been taken, and are passed over when they come again.</exception>
    Task<bool> Deliver(string provider, string stream, Guid subscription, byte[] items);

    /// <summary>Tells the observer that items could not be given to it, and passes them over.</summary>
    Task GiveUp(Guid subscription, long upTo, string reason);
}
