using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime.Transport;

/// <summary>
/// The callers whose answers have come in one connection. Their continuations run one after the other on the thread that has read the answers, once the
/// next read is under way: a caller that blocks its thread holds up neither the connection nor, for longer than a sweep, the callers behind it, because every later
/// batch and the sweep bring a further thread that takes from the same queue.
/// </summary>
internal sealed class ContinuationLane(TurnScheduler scheduler) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private CallBase? _first;
    private CallBase? _last;
    private CallBase? _readFirst;
    private CallBase? _readLast;
    private int _taken;
    private int _takenAtSweep;

    /// <summary>How many were added since the last <see cref="Publish"/>.</summary>
    public int ReadCount { get; private set; }

    public bool HasWaiting => Volatile.Read(ref _first) is not null;

    /// <summary>By the thread that reads the connection.</summary>
    public void Add(CallBase call)
    {
        call.Next = null;
        if (_readLast is null)
            _readFirst = call;
        else
            _readLast.Next = call;
        _readLast = call;
        ReadCount++;
    }

    /// <summary>By the thread that reads the connection: what it has added may run from now on.</summary>
    public void Publish()
    {
        if (_readFirst is null) return;
        lock (_lock)
        {
            if (_last is null)
                _first = _readFirst;
            else
                _last.Next = _readFirst;
            _last = _readLast;
        }

        _readFirst = _readLast = null;
        ReadCount = 0;
    }

    /// <summary>Runs what waits. What the continuations send leaves in one write at the end.</summary>
    public void Drain()
    {
        var frame = ThreadFrame.Current;
        frame.Streak = 0;
        frame.Cork();
        try
        {
            while (Take() is { } call) call.RunContinuation();
        }
        finally
        {
            frame.Uncork();
        }
    }

    /// <summary>Called now and then: where nothing was taken since the last time, and something waits, another thread helps.</summary>
    public void Sweep()
    {
        bool isStuck;
        lock (_lock)
        {
            isStuck = _first is not null && _taken == _takenAtSweep;
            _takenAtSweep = _taken;
        }

        if (isStuck) scheduler.Queue(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute() => Drain();

    private CallBase? Take()
    {
        lock (_lock)
        {
            var call = _first;
            if (call is null) return null;
            _first = (CallBase?)call.Next;
            if (_first is null) _last = null;
            call.Next = null;
            _taken++;
            return call;
        }
    }
}
