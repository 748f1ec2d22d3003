namespace Orrery.Runtime;

/// <summary>Who takes items: a consumer, or a stream that is written to.</summary>
/// <typeparam name="T">The items' type.</typeparam>
public interface IAsyncObserver<in T>
{
    /// <summary>Takes the next item. The task of a consumer completes when it needs the item no more; that of a stream over the log when the item is durable.</summary>
    Task OnNextAsync(T item, StreamSequenceToken? token = null);

    /// <summary>There will be no more items. Streams over the log have no end and do not call it.</summary>
    Task OnCompletedAsync() => Task.CompletedTask;

    /// <summary>Items could not be given to the consumer.</summary>
    Task OnErrorAsync(Exception ex) => throw ex;
}

/// <summary>A consumer that takes what has come together at once.</summary>
public interface IAsyncBatchObserver<T>
{
    Task OnNextAsync(IList<SequentialItem<T>> items);

    Task OnCompletedAsync() => Task.CompletedTask;

    Task OnErrorAsync(Exception ex) => throw ex;
}

/// <summary>An item and where it stands.</summary>
public class SequentialItem<T>(T item, StreamSequenceToken token)
{
    public T Item { get; } = item;

    public StreamSequenceToken Token { get; } = token;
}
