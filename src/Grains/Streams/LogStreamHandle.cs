using Microsoft.Extensions.DependencyInjection;

namespace Orrery.Grains.Streams;

sealed class LogStreamHandle<T>(LogStreamProvider provider, StreamId streamId, Guid id) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => streamId;

    public override string ProviderName => provider.Name;

    public override Guid HandleId => id;

    public override async Task UnsubscribeAsync()
    {
        var context = Consumer(provider, streamId);
        await provider.Delivery(streamId, await provider.PartitionOfAsync(streamId)).Unsubscribe(id);
        Taker.ExtensionOf(context).Detach(id);
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null) => ResumeAsync(Taker.Of(observer, provider.Options.Json), token);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null) => ResumeAsync(Taker.Of(observer, provider.Options.Json), token);

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == id;

    public override bool Equals(object? obj) => obj is StreamSubscriptionHandle<T> other && other.HandleId == id;

    public override int GetHashCode() => id.GetHashCode();

    /// <summary>The grain whose turn runs.</summary>
    public static IGrainContext Consumer(LogStreamProvider provider, StreamId stream)
    {
        try
        {
            return provider.Services.GetRequiredService<IGrainContextAccessor>().GrainContext
                ?? throw new InvalidOperationException($"Stream {stream} can be subscribed to by grains only.");
        }
        catch (InvalidOperationException outside)
        {
            throw new InvalidOperationException($"Stream {stream} can be subscribed to by grains only, within their turns.", outside);
        }
    }

    internal async Task<StreamSubscriptionHandle<T>> ResumeAsync(Taker taker, StreamSequenceToken? token)
    {
        var context = Consumer(provider, streamId);
        taker.Attach(context, id, token?.SequenceNumber);
        if (token is not null)
        {
            var delivery = provider.Delivery(streamId, await provider.PartitionOfAsync(streamId));
            await delivery.Rewind(new StreamSubscriptionEntry(id, streamId.GetKeyAsString(), context.GrainId.ToString()), token.SequenceNumber);
        }

        return this;
    }
}

/// <summary>Makes a handle in a grain that is told of its subscription.</summary>
sealed class LogStreamHandleFactory(IServiceProvider services, string provider, StreamId stream, Guid subscription) : IStreamSubscriptionHandleFactory
{
    public StreamId StreamId => stream;

    public string ProviderName => provider;

    public Guid SubscriptionId => subscription;

    public StreamSubscriptionHandle<T> Create<T>() => new LogStreamHandle<T>((LogStreamProvider)services.GetRequiredKeyedService<IStreamProvider>(provider), stream, subscription);
}
