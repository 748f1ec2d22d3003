namespace Orrery.Runtime;

public static class AsyncObservableExtensions
{
    /// <summary>Subscribes the calling grain with functions instead of an observer.</summary>
    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(this IAsyncObservable<T> obs, Func<T, StreamSequenceToken?, Task> onNextAsync) =>
        obs.SubscribeAsync(new DelegateObserver<T>(onNextAsync));

    /// <inheritdoc cref="SubscribeAsync{T}(IAsyncObservable{T}, Func{T, StreamSequenceToken, Task})"/>
    public static Task<StreamSubscriptionHandle<T>> SubscribeAsync<T>(this IAsyncObservable<T> obs, Func<T, StreamSequenceToken?, Task> onNextAsync, StreamSequenceToken? token) =>
        obs.SubscribeAsync(new DelegateObserver<T>(onNextAsync), token);
}

public static class StreamSubscriptionHandleExtensions
{
    /// <summary>Resumes a subscription with a function instead of an observer.</summary>
    public static Task<StreamSubscriptionHandle<T>> ResumeAsync<T>(this StreamSubscriptionHandle<T> handle, Func<T, StreamSequenceToken?, Task> onNextAsync, StreamSequenceToken? token = null) =>
        handle.ResumeAsync(new DelegateObserver<T>(onNextAsync), token);
}

internal sealed class DelegateObserver<T>(Func<T, StreamSequenceToken?, Task> onNext) : IAsyncObserver<T>
{
    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => onNext(item, token);
}
