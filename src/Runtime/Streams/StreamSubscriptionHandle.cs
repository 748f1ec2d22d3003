namespace Orrery.Runtime;

/// <summary>One subscription of one grain to one stream. It outlives the grain's activations: the next one resumes it.</summary>
public abstract class StreamSubscriptionHandle<T> : IEquatable<StreamSubscriptionHandle<T>?>
{
    public abstract StreamId StreamId { get; }

    public abstract string ProviderName { get; }

    public abstract Guid HandleId { get; }

    public abstract Task UnsubscribeAsync();

    /// <summary>Gives the subscription an observer, in an activation that has none for it yet, and where it is to go on.</summary>
    /// <param name="observer">Who takes the items, in the grain's turns.</param>
    /// <param name="token">The first item wanted; null: it goes on where it was.</param>
    public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null);

    /// <inheritdoc cref="ResumeAsync(IAsyncObserver{T}, StreamSequenceToken)"/>
    public abstract Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null);

    public abstract bool Equals(StreamSubscriptionHandle<T>? other);
}

/// <summary>A grain that is told of its subscriptions before their first items arrive. The place to resume them.</summary>
public interface IStreamSubscriptionObserver
{
    Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
}

/// <summary>Makes the handle of a subscription whose items' type only the grain knows.</summary>
public interface IStreamSubscriptionHandleFactory
{
    StreamId StreamId { get; }

    string ProviderName { get; }

    Guid SubscriptionId { get; }

    StreamSubscriptionHandle<T> Create<T>();
}
