using System.Collections.Concurrent;
using Orrery.Runtime;

namespace Orrery.Grains.Tests.Streams;

/// <summary>What the grains of all silos have taken, in the order in which they took it.</summary>
public sealed class StreamNotes
{
    public ConcurrentDictionary<string, ConcurrentQueue<(long Token, int Item)>> Taken { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Errors { get; } = [];

    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the next item or error is noted.</summary>
    public Task Changed => Volatile.Read(ref changed).Task;

    public void Fail(string grain)
    {
        Errors.Enqueue(grain);
        Tell();
    }

    /// <summary>An item that no consumer takes; null for none.</summary>
    public int? Poison { get; set; }

    public void Take(string grain, int item, StreamSequenceToken? token)
    {
        if (item == Poison) throw new InvalidOperationException("This item cannot be taken.");
        Taken.GetOrAdd(grain, static _ => new()).Enqueue((token!.SequenceNumber, item));
        Tell();
    }

    void Tell() => Interlocked.Exchange(ref changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    public int[] Of(string grain) => Taken.TryGetValue(grain, out var items) ? [.. items.Select(static item => item.Item)] : [];

    /// <summary>As <see cref="Of"/>, without what came again.</summary>
    public int[] OnceOf(string grain) => [.. Of(grain).Distinct()];
}

public interface IBookGrain : IGrainWithStringKey;

/// <summary>Takes the streams of its key because its class says so.</summary>
[ImplicitStreamSubscription("orders")]
public sealed class BookGrain(StreamNotes notes) : Grain, IBookGrain, IStreamSubscriptionObserver, IAsyncObserver<int>
{
    public async Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => await handleFactory.Create<int>().ResumeAsync(this);

    public Task OnNextAsync(int item, StreamSequenceToken? token = null)
    {
        notes.Take(this.GetPrimaryKeyString(), item, token);
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex)
    {
        notes.Fail(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }
}

public interface IListenerGrain : IGrainWithStringKey
{
    Task Subscribe(string stream, long? from);

    Task Unsubscribe();

    Task<int> Count();

    Task Write(string stream, int[] items);
}

/// <summary>Subscribes when it is told to, and resumes what it has whenever it is activated.</summary>
public sealed class ListenerGrain(StreamNotes notes, [PersistentState("listener")] IPersistentState<ListenerState> stored) : Grain, IListenerGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (stored.State.Stream is not { } stream) return;
        foreach (var handle in await Stream(stream).GetAllSubscriptionHandles()) await handle.ResumeAsync(TakeAsync);
    }

    public async Task Subscribe(string stream, long? from)
    {
        stored.State.Stream = stream;
        await stored.WriteStateAsync();
        await Stream(stream).SubscribeAsync(TakeAsync, from is { } offset ? new EventSequenceTokenV2(offset) : null);
    }

    public async Task Unsubscribe()
    {
        foreach (var handle in await Stream(stored.State.Stream!).GetAllSubscriptionHandles()) await handle.UnsubscribeAsync();
    }

    public async Task<int> Count() => (await Stream(stored.State.Stream!).GetAllSubscriptionHandles()).Count;

    public Task Write(string stream, int[] items) => Stream(stream).OnNextBatchAsync(items);

    Task TakeAsync(int item, StreamSequenceToken? token)
    {
        notes.Take(this.GetPrimaryKeyString(), item, token);
        return Task.CompletedTask;
    }

    IAsyncStream<int> Stream(string key) => this.GetStreamProvider("log").GetStream<int>(StreamId.Create("readings", key));
}

public sealed class ListenerState
{
    public string? Stream { get; set; }
}
