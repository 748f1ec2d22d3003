namespace Orrery.Grains.Streams;

/// <summary>
/// The observers of one activation. Items come in order, one call at a time for each subscription; what was taken is remembered, so that a call that is repeated, since its
/// answer was lost or its last items failed, is taken once by this activation.
/// </summary>
sealed class StreamConsumerExtension(IGrainContextAccessor accessor, IServiceProvider services) : IStreamConsumerExtension
{
    readonly IGrainContext context = accessor.GrainContext;
    readonly Dictionary<Guid, Attached> attached = [];

    /// <summary>Gives a subscription its observer in this activation.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="from">Items below it are passed over; null: all are taken.</param>
    /// <param name="take">Takes items.</param>
    /// <param name="tellError">Hears that items were given up.</param>
    public void Attach(Guid subscription, long? from, Func<IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Value)>, Action<long>, Task> take, Func<Exception, Task> tellError) =>
        attached[subscription] = new Attached(take, tellError) { Taken = (from ?? 0) - 1 };

    public void Detach(Guid subscription) => attached.Remove(subscription);

    public async Task<bool> Deliver(string provider, string stream, Guid subscription, byte[] items)
    {
        if (!attached.TryGetValue(subscription, out var observer))
        {
            if (context.GrainInstance is not IStreamSubscriptionObserver told) return false;
            await told.OnSubscribed(new LogStreamHandleFactory(services, provider, StreamId.Parse(System.Text.Encoding.UTF8.GetBytes(stream)), subscription));
            if (!attached.TryGetValue(subscription, out observer)) return false;
        }

        var wanted = StreamItems.Decode(items).Where(item => item.Offset > observer.Taken).ToList();
        if (wanted.Count > 0) await observer.Take(wanted, offset => observer.Taken = Math.Max(observer.Taken, offset));
        return true;
    }

    public async Task GiveUp(Guid subscription, long upTo, string reason)
    {
        if (!attached.TryGetValue(subscription, out var observer)) return;
        observer.Taken = Math.Max(observer.Taken, upTo);
        await observer.TellError(new InvalidOperationException(reason));
    }

    sealed class Attached(Func<IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Value)>, Action<long>, Task> take, Func<Exception, Task> tellError)
    {
        public Func<IReadOnlyList<(long Offset, ReadOnlyMemory<byte> Value)>, Action<long>, Task> Take => take;

        public Func<Exception, Task> TellError => tellError;

        /// <summary>Offset of the newest item that was taken.</summary>
        public long Taken { get; set; }
    }
}
