using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Streams;

sealed class LogStream<T>(LogStreamProvider provider, StreamId streamId) : IAsyncStream<T>
{
    public bool IsRewindable => true;

    public string ProviderName => provider.Name;

    public StreamId StreamId => streamId;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => OnNextBatchAsync([item], token);

    public async Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        if (token is not null) throw new ArgumentException("Streams over the log give the tokens themselves: leave it out.", nameof(token));
        var encoder = new LogBatchEncoder(1024);
        long now = provider.Time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var item in batch) encoder.Add(streamId.Key.Span, JsonSerializer.SerializeToUtf8Bytes(item, provider.Options.Json), now);
        if (encoder.Records == 0) return;
        byte[] encoded = encoder.Finish().ToArray();
        int number = await provider.PartitionOfAsync(streamId);
        var partition = provider.Grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(StreamKeys.Topic(streamId), number));
        // An append whose answer was lost is made again, which may write the items twice: consumers are promised at least once.
        var retries = new TopicRetries(new TopicWriterOptions(), provider.Time, new Random(HashCode.Combine(streamId, now)));
        await retries.RunAsync(() => partition.Append(encoded), CancellationToken.None);
        await provider.Delivery(streamId, number).Wake();
    }

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null) =>
        filterData is null ? SubscribeAsync(Taker.Of(observer, provider.Options.Json), token) : throw new NotSupportedException("Streams over the log have no filters: leave filterData out.");

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token) => SubscribeAsync(Taker.Of(observer, provider.Options.Json), token);

    public async Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        var context = Consumer();
        int number = await provider.PartitionOfAsync(streamId);
        var found = await provider.Delivery(streamId, number).List(streamId.GetKeyAsString(), context.GrainId.ToString());
        var handles = found.Select(entry => (StreamSubscriptionHandle<T>)new LogStreamHandle<T>(provider, streamId, entry.Id)).ToList();
        if (IsImplicit(context) && handles.All(handle => handle.HandleId != ImplicitId(context))) handles.Add(new LogStreamHandle<T>(provider, streamId, ImplicitId(context)));
        return handles;
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && streamId.CompareTo(other.StreamId) == 0 && other.ProviderName == ProviderName;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => HashCode.Combine(streamId, ProviderName);

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : streamId.CompareTo(other.StreamId);

    async Task<StreamSubscriptionHandle<T>> SubscribeAsync(Taker taker, StreamSequenceToken? token)
    {
        var context = Consumer();
        if (IsImplicit(context)) return await new LogStreamHandle<T>(provider, streamId, ImplicitId(context)).ResumeAsync(taker, token);
        int number = await provider.PartitionOfAsync(streamId);
        var entry = await provider.Delivery(streamId, number).Subscribe(streamId.GetKeyAsString(), context.GrainId.ToString(), token?.SequenceNumber);
        taker.Attach(context, entry.Id, token?.SequenceNumber);
        return new LogStreamHandle<T>(provider, streamId, entry.Id);
    }

    IGrainContext Consumer() => LogStreamHandle<T>.Consumer(provider, streamId);

    bool IsImplicit(IGrainContext context) =>
        context.GrainId.Key.ToString() == streamId.GetKeyAsString()
        && provider.Services.GetRequiredService<ImplicitSubscribers>().Of(streamId.GetNamespace() ?? "").Contains(context.GrainId.Type.ToString());

    Guid ImplicitId(IGrainContext context) => StreamKeys.Implicit(provider.Name, streamId, context.GrainId.ToString());
}
