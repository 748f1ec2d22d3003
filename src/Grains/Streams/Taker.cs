using System.Text.Json;

namespace Orrery.Grains.Streams;

/// <summary>An observer, without the type of its items.</summary>
sealed class Taker
{
    readonly Func<IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Value)>, Action<long>, Task> take;
    readonly Func<Exception, Task> tellError;

    Taker(Func<IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Value)>, Action<long>, Task> take, Func<Exception, Task> tellError)
    {
        this.take = take;
        this.tellError = tellError;
    }

    public static Taker Of<T>(IAsyncObserver<T> observer, JsonSerializerOptions json) => new(
        async (items, taken) =>
        {
            foreach (var (offset, value) in items)
            {
                await observer.OnNextAsync(JsonSerializer.Deserialize<T>(value.Span, json)!, new EventSequenceTokenV2(offset));
                taken(offset);
            }
        },
        observer.OnErrorAsync);

    public static Taker Of<T>(IAsyncBatchObserver<T> observer, JsonSerializerOptions json) => new(
        async (items, taken) =>
        {
            await observer.OnNextAsync([.. items.Select(item => new SequentialItem<T>(JsonSerializer.Deserialize<T>(item.Value.Span, json)!, new EventSequenceTokenV2(item.Offset)))]);
            taken(items[^1].Offset);
        },
        observer.OnErrorAsync);

    /// <summary>Makes it the subscription's observer in this activation.</summary>
    public void Attach(IGrainContext context, Guid subscription, long? from) => ExtensionOf(context).Attach(subscription, from, take, tellError);

    /// <summary>The activation's observers.</summary>
    public static StreamConsumerExtension ExtensionOf(IGrainContext context) => (StreamConsumerExtension)context.GetComponent<IGrainExtensionBinder>()!.GetExtension<IStreamConsumerExtension>();
}
