using System.ComponentModel;
using System.Threading.Tasks.Sources;

namespace Orrery.Runtime.CodeGeneration;

/// <summary>
/// A call that could not be answered on the spot: at once the message in the mailbox and the promise that the caller awaits. Calls are
/// pooled by their callers' threads, so that a call allocates nothing.
/// <para>
/// <c>_state</c> holds a status and, above it, a version that rises each time the object is used again. Pending becomes Settled once, by whoever
/// is first: the callee with the answer, the sweeper at the deadline, the caller's cancellation, or a refusal. A sweeper that looked at an older
/// use of the object fails its compare-and-set on the version. Only what the callee settled may be pooled: after a time-out the object
/// may still lie in a mailbox, and is left to the garbage collector.
/// </para>
/// <para>
/// <c>_continuation</c> decides between answer and await: the later of the two runs the continuation. Its exchange is the last that the settling
/// side does with an object that nobody awaits yet, for from then on the caller may take the result and use the object again.
/// </para>
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class CallBase : Request, IThreadPoolWorkItem
{
    private const int StatusMask = 3;
    private const int StatusIdle = 0;
    private const int StatusPending = 1;
    private const int StatusSettled = 2;
    private const int StatusAbandoned = 3;

    private static readonly Action<object?> s_settled = static _ => throw new InvalidOperationException("The sentinel of settled calls was run.");
    private static readonly SendOrPostCallback s_runContinuation = static call => ((CallBase)call!).RunContinuation();

    private long _state;
    private Action<object?>? _continuation;
    private Action<object?>? _run;
    private object? _continuationState;
    private object? _context;
    private ExecutionContext? _flow;
    private CancellationTokenRegistration _cancellation;
    private Exception? _error;
    private bool _isPoolable;
    private bool _isRunning;
    private long _started;

    /// <summary>Where the sweeper finds this object; its position there.</summary>
    internal PendingCalls? Table;
    internal int TableIndex;
    internal int DeadlineTick;
    internal int SettledSeenTick;

    private protected Activation? Target;
    private protected bool IsOneWay;
    private GrainReference? _reference;
    private GrainMethod? _method;

    private protected CallBase()
    {
    }

    internal override bool IsRequest => true;

    private protected short Version => (short)(_state >> 2);

    internal bool IsPending => (Volatile.Read(ref _state) & StatusMask) == StatusPending;

    internal GrainMethod Method => _method!;

    internal GrainReference Reference => _reference!;

    /// <summary>The shard that the call goes to; -1 where any silo may run it.</summary>
    internal int Shard => _reference!.Type.Placement == GrainPlacement.ByShard ? _reference.Shard : -1;

    /// <summary>Gives the object back to its pool, having dropped what it refers to.</summary>
    protected abstract void Return();

    private protected abstract void ClearResult();

    /// <summary>Begins a use of the object.</summary>
    internal void Prepare(GrainReference reference, GrainMethod method, bool isOneWay)
    {
        var silo = reference.Silo;
        _reference = reference;
        _method = method;
        IsOneWay = isOneWay;
        AlwaysInterleave = (method.Options & GrainMethodOptions.AlwaysInterleave) != 0;
        ReadOnly = (method.Options & GrainMethodOptions.ReadOnly) != 0;
        DeadlineTick = silo.Clock.After(method.Timeout ?? silo.Options.ResponseTimeout);
        _started = silo.Time.GetTimestamp();
        _isPoolable = true;
        if (!ReferenceEquals(Table, silo.Calls)) silo.Calls.Adopt(this);
        Volatile.Write(ref _state, (_state & ~(long)StatusMask) | StatusPending);
    }

    /// <summary>From now on cancelling the token ends the caller's wait. The grain sees the same token as its argument.</summary>
    internal void Watch(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled) return;
        _cancellation = cancellationToken.UnsafeRegister(
            static (call, token) => ((CallBase)call!).SettleEarly(new OperationCanceledException("The caller cancelled the call.", token)), this);
    }

    /// <summary>The activation runs the request now; a time-out's message says so.</summary>
    private protected void Began(Activation activation)
    {
        Target = activation;
        _isRunning = true;
        activation.BeginRequest(this);
    }

    /// <summary>The grain's method has answered or thrown; runs in the turn, before the caller hears of it.</summary>
    private protected void Ended(Exception? error)
    {
        Target!.EndRequest(this);
        if (error is null) return;
        Target.OnRequestFailed(error);
        if (IsOneWay) Target.Silo.Log.OneWayCallFailed(_method!.FullName, _reference!.GrainId, error);
    }

    private bool TryClaim()
    {
        long state = Volatile.Read(ref _state);
        return (state & StatusMask) == StatusPending && Interlocked.CompareExchange(ref _state, state + (StatusSettled - StatusPending), state) == state;
    }

    /// <summary>The callee's answer. False where the caller has been answered otherwise.</summary>
    private protected bool TryClaimForCallee(Exception? error)
    {
        if (!TryClaim()) return false;
        var silo = _reference!.Silo;
        ThreadFrame.Current.TallyOf(silo).Add(_method!, silo.Time.GetTimestamp() - _started, error is not null);
        return true;
    }

    internal override void Reject(Exception error)
    {
        if (!TryClaim()) return;
        if (IsOneWay) _reference!.Silo.Log.OneWayCallFailed(_method!.FullName, _reference.GrainId, error);
        SettleWith(error);
    }

    private protected void SettleWith(Exception? error)
    {
        _error = error;
        if (IsOneWay)
        {
            Recycle();
            return;
        }

        var continuation = Interlocked.Exchange(ref _continuation, s_settled);
        if (continuation is not null) Schedule(continuation);
    }

    /// <summary>Ends the wait of the caller while the callee may still hold the object.</summary>
    private void SettleEarly(Exception error)
    {
        if (!TryClaim()) return;
        SettleClaimedEarly(error);
    }

    /// <summary>The silo is gone: the caller learns no more.</summary>
    internal void Abort(Exception error) => SettleEarly(error);

    private void SettleClaimedEarly(Exception error)
    {
        _isPoolable = false;
        SettleWith(error);
    }

    /// <summary>The sweeper's visit. True where the object need not be watched any longer.</summary>
    internal bool Sweep(int tick, int abandonedAfterTicks)
    {
        long state = Volatile.Read(ref _state);
        switch ((int)state & StatusMask)
        {
            case StatusPending when Volatile.Read(ref DeadlineTick) - tick < 0 && !(IsOneWay && _isRunning):
                if (Interlocked.CompareExchange(ref _state, state + (StatusSettled - StatusPending), state) != state) return false;
                TimeOut();
                return true;
            case StatusSettled when SettledSeenTick == 0:
                SettledSeenTick = tick | 1;
                return false;
            case StatusSettled when tick - SettledSeenTick > abandonedAfterTicks:
                // Nobody has asked for the answer: a call that was not awaited. The object must not be pooled once it is out of the table.
                return Interlocked.CompareExchange(ref _state, state + (StatusAbandoned - StatusSettled), state) == state;
            case StatusIdle or StatusPending:
                SettledSeenTick = 0;
                return false;
            default:
                return false;
        }
    }

    private void TimeOut()
    {
        var silo = _reference!.Silo;
        var timeout = _method!.Timeout ?? silo.Options.ResponseTimeout;
        silo.Instruments.CallTimedOut(_method);
        if (IsOneWay)
        {
            _isPoolable = false;
            silo.Log.OneWayCallFailed(_method.FullName, _reference.GrainId, new TimeoutException("It was not run in time."));
            return;
        }

        SettleClaimedEarly(new TimeoutException(
            $"{_method.FullName} of {_reference.GrainId} did not answer within {timeout}: " +
            (_isRunning ? "its run has not ended" : "it still waits for its turn") +
            $", and {Target?.QueuedCount ?? 0} requests wait in the mailbox. Raise SiloOptions.ResponseTimeout or [ResponseTimeout], or look for a cycle of calls between grains that are not [Reentrant]."));
    }

    internal override void Forward()
    {
        if (IsPending) _reference!.Deliver(this); // else its caller waits no longer
    }

    private protected ValueTaskSourceStatus Status(short token)
    {
        if (token != Version) throw new InvalidOperationException("A call's answer was used after it had been awaited.");
        return ReferenceEquals(Volatile.Read(ref _continuation), s_settled) ? StatusOf(_error) : ValueTaskSourceStatus.Pending;
    }

    private static ValueTaskSourceStatus StatusOf(Exception? error) => error switch
    {
        null => ValueTaskSourceStatus.Succeeded,
        OperationCanceledException => ValueTaskSourceStatus.Canceled,
        _ => ValueTaskSourceStatus.Faulted,
    };

    private protected void Await(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        if (token != Version) throw new InvalidOperationException("A call's answer was awaited twice.");
        _continuationState = state;
        if ((flags & ValueTaskSourceOnCompletedFlags.FlowExecutionContext) != 0) _flow = ExecutionContext.Capture();
        if ((flags & ValueTaskSourceOnCompletedFlags.UseSchedulingContext) != 0)
        {
            if (SynchronizationContext.Current is { } synchronization && synchronization.GetType() != typeof(SynchronizationContext))
                _context = synchronization;
            else if (TaskScheduler.Current != TaskScheduler.Default)
                _context = TaskScheduler.Current;
        }

        var seen = Interlocked.CompareExchange(ref _continuation, continuation, null);
        if (seen is null) return;
        if (!ReferenceEquals(seen, s_settled)) throw new InvalidOperationException("A call's answer was awaited twice.");
        Schedule(continuation);
    }

    /// <summary>Has the continuation run where the caller wants it: never on this stack, which is another grain's turn.</summary>
    private void Schedule(Action<object?> continuation)
    {
        _run = continuation;
        switch (_context)
        {
            case null:
                _reference!.Silo.Scheduler.Queue(this, preferLocal: true);
                break;
            case SynchronizationContext synchronization:
                synchronization.Post(s_runContinuation, this);
                break;
            case TaskScheduler scheduler:
                _ = Task.Factory.StartNew(static call => ((CallBase)call!).RunContinuation(), this, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
                break;
        }
    }

    void IThreadPoolWorkItem.Execute() => RunContinuation();

    private void RunContinuation()
    {
        var (run, state, flow) = (_run!, _continuationState, _flow);
        if (flow is null)
            run(state);
        else
            ExecutionContext.Run(flow, static pair => { var (run, state) = ((Action<object?>, object?))pair!; run(state); }, (run, state));
    }

    /// <summary>The caller takes the answer: throws it where it is an error. The object is free for another use once this returns true.</summary>
    private protected Exception? TakeError(short token)
    {
        if (token != Version) throw new InvalidOperationException("A call's answer was used after it had been awaited.");
        if (Status(token) == ValueTaskSourceStatus.Pending) throw new InvalidOperationException("A call's answer was taken before it was there. Await it.");
        if (_error is null && _reference!.Silo.Cluster is { } cluster && SynchronizationContext.Current is not Activation && !cluster.MayAnswer()) return cluster.LeaseOver(_method!);
        return _error;
    }

    private protected void Recycle()
    {
        _cancellation.Dispose();
        _cancellation = default;
        long state = Volatile.Read(ref _state);
        bool isOurs = (state & StatusMask) == StatusSettled && Interlocked.CompareExchange(ref _state, NextVersion(state), state) == state;
        if (!isOurs || !_isPoolable)
        {
            if (isOurs) Table?.Forget(this);
            return;
        }

        _continuation = null;
        _run = null;
        _continuationState = null;
        _context = null;
        _flow = null;
        _error = null;
        _isRunning = false;
        _reference = null;
        Target = null;
        SettledSeenTick = 0;
        ClearResult();
        Return();
    }

    private protected static void Rethrow(Exception error) => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);

    private static long NextVersion(long state) => (state & ~(long)StatusMask) + 4 + StatusIdle;
}
