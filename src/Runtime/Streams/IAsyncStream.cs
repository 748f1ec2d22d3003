namespace Orrery.Runtime;

/// <summary>A stream: items of one kind about one thing, in order. It exists as soon as it is named.</summary>
public interface IAsyncStream
{
    /// <summary>Whether a consumer may begin at an earlier place.</summary>
    bool IsRewindable { get; }

    string ProviderName { get; }

    StreamId StreamId { get; }
}

/// <inheritdoc cref="IAsyncStream"/>
/// <typeparam name="T">The items' type.</typeparam>
public interface IAsyncStream<T> : IAsyncStream, IEquatable<IAsyncStream<T>>, IComparable<IAsyncStream<T>>, IAsyncObservable<T>, IAsyncBatchObservable<T>, IAsyncBatchProducer<T>
{
    /// <summary>The subscriptions that the calling grain has to the stream.</summary>
    Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles();
}

/// <summary>What items can be taken from.</summary>
public interface IAsyncObservable<T>
{
    /// <summary>Subscribes the calling grain: from now on, until it unsubscribes, also while it is not in memory.</summary>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer);

    /// <summary>Subscribes the calling grain from a place on.</summary>
    /// <param name="observer">Who takes the items, in the grain's turns.</param>
    /// <param name="token">The first item wanted; null: those that come from now on.</param>
    /// <param name="filterData">For providers with filters; the log has none and refuses it.</param>
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null);
}

/// <inheritdoc cref="IAsyncObservable{T}"/>
public interface IAsyncBatchObservable<T>
{
    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer);

    Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token);
}

/// <summary>What items are written to.</summary>
public interface IAsyncBatchProducer<T> : IAsyncObserver<T>
{
    /// <summary>Writes several items at once: all of them, or none.</summary>
    Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null);
}
