using System.Text;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;

namespace Orrery.Grains.Streams;

/// <summary>The pump, and those who catch up with it.</summary>
sealed partial class StreamPartitionGrain
{
    async Task PumpAsync()
    {
        var reader = NewReader(next);
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var slice = await reader.ReadAsync(options.ReadBytes, ReadWait, ending.Token);
                reading = slice.Next;
                var items = ItemsOf(slice);
                var deliveries = new List<Task>();
                foreach (var (stream, streamItems) in items)
                {
                    foreach (var (id, consumer, from) in SubscribersOf(stream)) deliveries.Add(DeliverAsync(id, consumer, stream, [.. streamItems.Where(item => item.Offset >= from)]));
                }

                await Task.WhenAll(deliveries);
                next = slice.Next;
            }
            catch (TopicOffsetException outside) when (outside.StartOffset > next)
            {
                StreamMessages.Lost(logger, Key, outside.StartOffset, next);
                next = reading = reader.Offset = outside.StartOffset;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                StreamMessages.Stumbled(logger, Key, options.PauseMax, failure);
                reader.Offset = reading = next;
                await Task.Delay(options.PauseMax, time, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    /// <summary>Gives one subscription what it has missed, until it has caught up with the pump.</summary>
    async Task CatchUpAsync(StreamSubscriptionState subscription)
    {
        // One at a time: a rewind moves the place of one that is at it.
        if (!catchingUp.Add(subscription.Id)) return;
        try
        {
            while (subscription.Position is { } position && !ending.IsCancellationRequested && State.Subscriptions.Contains(subscription))
            {
                try
                {
                    if (position >= reading)
                    {
                        subscription.From = position;
                        subscription.Position = null;
                        break;
                    }

                    var slice = await NewReader(position).ReadAsync(options.ReadBytes, TimeSpan.Zero, ending.Token);
                    var items = ItemsOf(slice).GetValueOrDefault(subscription.Stream) ?? [];
                    await DeliverAsync(subscription.Id, subscription.Consumer, subscription.Stream, [.. items.Where(item => item.Offset < reading)]);
                    // Rewound meanwhile: it goes on from there.
                    if (subscription.Position == position) subscription.Position = Math.Min(slice.Next, reading);
                }
                catch (TopicOffsetException outside) when (outside.StartOffset > position)
                {
                    StreamMessages.Lost(logger, Key, outside.StartOffset, position);
                    subscription.Position = outside.StartOffset;
                }
                catch (Exception failure) when (failure is not OperationCanceledException)
                {
                    StreamMessages.Stumbled(logger, Key, options.PauseMax, failure);
                    await Task.Delay(options.PauseMax, time, ending.Token);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The next activation goes on from the place that is stored.
        }
        finally
        {
            catchingUp.Remove(subscription.Id);
        }
    }

    TopicReader NewReader(long offset) =>
        new(GrainFactory, topic, number, offset, time, new Random(number), new TopicWriterOptions { PauseFirst = options.PauseFirst, PauseMax = options.PauseMax });

    static Dictionary<string, List<(long Offset, ReadOnlyMemory<byte> Value)>> ItemsOf(TopicSlice slice)
    {
        var streams = new Dictionary<string, List<(long, ReadOnlyMemory<byte>)>>(StringComparer.Ordinal);
        foreach (var (offset, record) in slice.Records())
        {
            string stream = Encoding.UTF8.GetString(record.Key.Span);
            if (!streams.TryGetValue(stream, out var items)) streams[stream] = items = [];
            items.Add((offset, record.Value));
        }

        return streams;
    }

    /// <summary>Who takes the stream's items from the pump.</summary>
    IEnumerable<(Guid Id, string Consumer, long From)> SubscribersOf(string stream)
    {
        var found = State.Subscriptions.Where(known => known.Stream == stream).ToList();
        var id = StreamId.Create(space, stream);
        foreach (string type in implicitly.Of(space))
        {
            string consumer = $"{type}/{stream}";
            var own = StreamKeys.Implicit(provider, id, consumer);
            if (found.All(known => known.Id != own)) yield return (own, consumer, 0);
        }

        foreach (var known in found)
        {
            if (known.Position is null) yield return (known.Id, known.Consumer, known.From);
        }
    }

    async Task DeliverAsync(Guid subscription, string consumer, string stream, List<(long Offset, ReadOnlyMemory<byte> Value)> items)
    {
        foreach (var part in items.Chunk(options.ItemsInCallMax)) await DeliverPartAsync(subscription, consumer, stream, part);
    }

    async Task DeliverPartAsync(Guid subscription, string consumer, string stream, (long Offset, ReadOnlyMemory<byte> Value)[] items)
    {
        int slash = consumer.IndexOf('/', StringComparison.Ordinal);
        byte[] encoded = StreamItems.Encode(items);
        long since = time.GetTimestamp(), last = items[^1].Offset;
        var pause = options.PauseFirst;
        for (int attempts = 1; ; )
        {
            ending.Token.ThrowIfCancellationRequested();
            var extension = GrainFactory.GetGrain<IStreamConsumerExtension>(GrainId.Create(consumer[..slash], consumer[(slash + 1)..]));
            try
            {
                if (await extension.Deliver(provider, $"{space}/{stream}", subscription, encoded)) return;
                if (attempts >= options.AttemptsMax || State.Subscriptions.All(known => known.Id != subscription))
                {
                    StreamMessages.NoObserver(logger, consumer, stream, last);
                    return;
                }

                attempts++;
            }
            catch (Exception away) when (away is SiloUnavailableException or OverloadedException or TimeoutException && time.GetElapsedTime(since) < options.UnreachableMax)
            {
                // Its silo was lost, or it is busy: it is given its items once it can be reached.
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !ending.IsCancellationRequested)
            {
                if (attempts >= options.AttemptsMax)
                {
                    StreamMessages.GivenUp(logger, consumer, stream, items.Length, last, attempts, failure);
                    await GiveUpAsync(extension, subscription, last, failure);
                    return;
                }

                attempts++;
            }

            await Task.Delay(pause, time, ending.Token);
            pause = pause * 2 < options.PauseMax ? pause * 2 : options.PauseMax;
        }
    }

    async Task GiveUpAsync(IStreamConsumerExtension extension, Guid subscription, long last, Exception reason)
    {
        try
        {
            await extension.GiveUp(subscription, last, $"Items up to offset {last} were given up after {options.AttemptsMax} attempts: {reason.Message}");
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Its observer's OnErrorAsync threw, as it does unless it is written otherwise.
            StreamMessages.Stumbled(logger, Key, TimeSpan.Zero, failure);
        }
    }
}
