using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime;

internal sealed partial class Activation
{
    /// <summary>Queues a call. False where the mailbox holds as many as it may.</summary>
    public bool TryEnqueue(Request request, int limit)
    {
        var head = Volatile.Read(ref _arrivals);
        while (true)
        {
            int depth = head is null ? 1 : head.Depth + 1;
            if (depth + Volatile.Read(ref _queued) > limit) return false;
            request.Next = head;
            request.Depth = depth;
            var seen = Interlocked.CompareExchange(ref _arrivals, request, head);
            if (ReferenceEquals(seen, head)) break;
            head = seen;
        }

        Wake();
        return true;
    }

    /// <summary>Queues what is never refused: continuations, timers, and requests that an earlier mailbox had taken.</summary>
    public void Enqueue(WorkItem item) => TryEnqueue(item);

    private void TryEnqueue(WorkItem item)
    {
        var head = Volatile.Read(ref _arrivals);
        while (true)
        {
            item.Next = head;
            item.Depth = head is null ? 1 : head.Depth + 1;
            var seen = Interlocked.CompareExchange(ref _arrivals, item, head);
            if (ReferenceEquals(seen, head)) break;
            head = seen;
        }

        Wake();
    }

    private void Wake()
    {
        int state = Volatile.Read(ref _state);
        if (state != Running && Interlocked.CompareExchange(ref _state, Running, state) == state)
            Silo.Scheduler.Queue(this, preferLocal: true);
    }

    public override void Post(SendOrPostCallback d, object? state) => Enqueue(PostedItem.Rent(d, state));

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!ReferenceEquals(Current, this))
            throw new NotSupportedException($"Send would block the thread until {GrainId} has its turn. Call the grain and await the answer.");
        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>A visit of a thread that was given the turn.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        var frame = ThreadFrame.Current;
        frame.Streak = 0;
        var previous = Current;
        SetSynchronizationContext(this);
        try
        {
            for (int left = ItemsPerVisit; left > 0; left--)
            {
                var item = TakeRunnable();
                if (item is null)
                {
                    Release();
                    return;
                }

                item.Run(this);
            }
        }
        finally
        {
            SetSynchronizationContext(previous);
        }

        Silo.Scheduler.Queue(this, preferLocal: false);
    }

    /// <summary>The next item that may run now; null where there is none. Starts and ends the grain's life where that is due.</summary>
    private WorkItem? TakeRunnable()
    {
        while (true)
        {
            if (_life == ActivationLife.New)
                BeginActivation();
            else if (_ending && _running == 0 && _life == ActivationLife.Valid)
                BeginDeactivation();
            if (_waiting is { } first && MayRun(first))
            {
                TakeWaiting();
                return first;
            }

            if (_inbox is null && !TakeArrivals()) return null;
            var item = _inbox!;
            _inbox = item.Next;
            item.Next = null;
            if (item.IsRequest && _life != ActivationLife.Dead && !((_waiting is null || ((Request)item).AlwaysInterleave) && MayRun((Request)item)))
            {
                Wait((Request)item); // it is counted all the while
                continue;
            }

            _queued--;
            if (!item.IsRequest || _life != ActivationLife.Dead) return item;
            ((Request)item).Forward();
        }
    }

    private bool MayRun(Request request)
    {
        if (_life != ActivationLife.Valid || (_ending && (_running == 0 || Extras.EndingUntil - Silo.Clock.Tick <= 0))) return false;
        if (Type.IsReentrant || request.AlwaysInterleave) return true;
        if (_ending) return false;
        return _blocking == 0 || (request.ReadOnly && _onlyReaders);
    }

    private void Wait(Request request)
    {
        if (_waitingLast is null)
            _waiting = request;
        else
            _waitingLast.Next = request;
        _waitingLast = request;
    }

    private void TakeWaiting()
    {
        var request = _waiting!;
        _waiting = (Request?)request.Next;
        if (_waiting is null) _waitingLast = null;
        request.Next = null;
        _queued--;
    }

    /// <summary>Moves the arrivals, oldest first, to the inbox.</summary>
    private bool TakeArrivals()
    {
        if (Volatile.Read(ref _arrivals) is not { } newest) return false;
        // Counted before they are taken: who pushes meanwhile may see them twice, and never not at all, so that the mailbox's bound holds.
        int queued = _queued;
        while (true)
        {
            Volatile.Write(ref _queued, queued + newest.Depth);
            var seen = Interlocked.CompareExchange(ref _arrivals, null, newest);
            if (ReferenceEquals(seen, newest)) break;
            newest = seen!;
        }

        WorkItem? oldest = null;
        for (WorkItem? item = newest; item is not null;)
        {
            var next = item.Next;
            item.Next = oldest;
            oldest = item;
            item = next;
        }

        _inbox = oldest;
        return true;
    }

    /// <summary>Puts waiting requests back before the inbox, so that each is judged again in its order.</summary>
    private void ReconsiderWaiting()
    {
        if (_waiting is null) return;
        _waitingLast!.Next = _inbox;
        _inbox = _waiting;
        _waiting = _waitingLast = null;
    }

    /// <summary>Leaves the turn.</summary>
    private void Release()
    {
        bool free = _life == ActivationLife.Valid && !_ending && _waiting is null && (_blocking == 0 || Type.IsReentrant);
        Interlocked.Exchange(ref _state, free ? Free : Parked);
        if (Volatile.Read(ref _arrivals) is not null) Wake();
    }

    /// <summary>Leaves the turn that a caller took on its own thread.</summary>
    public void ReleaseInline()
    {
        if (_ending || _waiting is not null || Volatile.Read(ref _arrivals) is not null)
            Silo.Scheduler.Queue(this, preferLocal: true);
        else
            Release();
    }

    public void BeginRequest(Request request)
    {
        LastUsed = Silo.Clock.Tick;
        BeginQuietRequest(request);
    }

    /// <summary>As <see cref="BeginRequest"/>, for requests that do not count as use of the grain.</summary>
    public void BeginQuietRequest(Request request)
    {
        _running++;
        if (request.AlwaysInterleave) return;
        _onlyReaders = request.ReadOnly && (_blocking == 0 || _onlyReaders);
        _blocking++;
    }

    public void EndRequest(Request request)
    {
        _running--;
        if (!request.AlwaysInterleave) _blocking--;
    }
}
