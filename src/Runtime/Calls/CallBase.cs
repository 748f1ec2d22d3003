using System.ComponentModel;
using System.Threading.Tasks.Sources;
using Orrery.Runtime.Transport;

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
/// <para>
/// A call that goes to another process has a link: the connection that holds it in its table until the answer comes, under a number. A call that came from
/// another process has a link too, with the number that it has there; its answer goes to the link instead of to an awaiting caller.
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
    private bool _isIncoming;
    private Connection? _link;
    private ulong _linkId;
    private CancellationTokenSource? _callersCancellation;
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

    /// <summary>Whom it is sent to. Not for calls that came from another process.</summary>
    internal GrainReference Reference => _reference!;

    internal GrainId GrainId => _reference?.GrainId ?? Target!.GrainId;

    internal bool HasOneWay => IsOneWay;

    /// <summary>Its grain's shard; -1 for calls that belong to none.</summary>
    internal int Shard => _reference is { Type.Placement: GrainPlacement.ByShard } reference ? reference.Shard : -1;

    /// <summary>How often a one-way call was passed on by silos that did not own its shard.</summary>
    internal int Hops { get; set; }

    private Silo Silo => _reference?.Silo ?? Target!.Silo;

    /// <summary>Gives the object back to its pool, having dropped what it refers to.</summary>
    protected abstract void Return();

    private protected abstract void ClearResult();

    /// <summary>Writes the arguments for another process; cancellation tokens are left out.</summary>
    protected virtual void WriteArguments(WireWriter writer)
    {
    }

    /// <summary>Takes the arguments that another process has sent.</summary>
    protected virtual void ReadArguments(ref WireReader reader)
    {
    }

    internal void WriteArgumentsTo(WireWriter writer) => WriteArguments(writer);

    internal void ReadArgumentsFrom(ref WireReader reader) => ReadArguments(ref reader);

    /// <summary>Writes what the grain has answered.</summary>
    internal abstract void WriteAnswer(WireWriter writer);

    /// <summary>Takes the answer that another process has sent.</summary>
    internal abstract void ReadAnswer(ref WireReader reader);

    /// <summary>A token that the caller in the other process cancels.</summary>
    protected CancellationToken CallersToken() => (_callersCancellation ??= new CancellationTokenSource()).Token;

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

    /// <summary>Begins a use of the object for a call that came from another process. The link hears what becomes of it.</summary>
    internal void PrepareIncoming(Connection link, ulong linkId, GrainMethod method, Activation activation, bool isOneWay, TimeSpan timeout)
    {
        var silo = activation.Silo;
        Target = activation;
        _method = method;
        _link = link;
        _linkId = linkId;
        _isIncoming = true;
        IsOneWay = isOneWay;
        AlwaysInterleave = (method.Options & GrainMethodOptions.AlwaysInterleave) != 0;
        ReadOnly = (method.Options & GrainMethodOptions.ReadOnly) != 0;
        DeadlineTick = silo.Clock.After(timeout);
        _started = silo.Time.GetTimestamp();
        _isPoolable = _callersCancellation is null;
        if (!ReferenceEquals(Table, silo.Calls)) silo.Calls.Adopt(this);
        Volatile.Write(ref _state, (_state & ~(long)StatusMask) | StatusPending);
    }

    /// <summary>
    /// Runs a call from another process in the turn that the caller holds. True: it has been answered by <see cref="Connection.Answer"/>, and the object is
    /// free again. False: the method awaits, and the call goes on as if it had been queued.
    /// </summary>
    internal abstract bool RunInline(Activation activation, Connection link, ulong linkId, GrainMethod method, TimeSpan timeout, out bool failed);

    /// <summary>The answer of a call that ended in the turn it began in.</summary>
    private protected void AnswerInline(Activation activation, Connection link, ulong linkId, Exception? error)
    {
        if (error is not null) activation.OnRequestFailed(error);
        link.Answer(this, linkId, error);
        ClearResult();
        DropCallersToken();
        Return();
    }

    /// <summary>The object was taken from its pool and is not used after all.</summary>
    internal void PutBack()
    {
        DropCallersToken();
        Return();
    }

    /// <summary>The source is not disposed: grain code may still hold its token, and it has no timer that would have to end.</summary>
    private void DropCallersToken() => _callersCancellation = null;

    /// <summary>
    /// The caller in the other process waits no longer: a call that has not begun is not run. Called under the lock of the link's table, in which the
    /// object still stands, so that it cannot be in another use. Answers what the grain's token hangs on, to be cancelled outside the lock.
    /// </summary>
    internal CancellationTokenSource? SettleByCaller()
    {
        var cancellation = _callersCancellation;
        SettleEarly(new OperationCanceledException("The caller waits no longer."));
        return cancellation;
    }

    /// <summary>The connection has taken the call into its table. Called under its lock, before anything is sent. False where nobody waits for the call.</summary>
    internal bool TryLink(Connection link, ulong linkId)
    {
        _link = link;
        Volatile.Write(ref _linkId, linkId);
        Interlocked.MemoryBarrier(); // who settles the call looks for the link afterwards: either it sees the link, or it is seen here
        return IsPending;
    }

    internal void Unlink() => _link = null;

    /// <summary>The answer has come from another process.</summary>
    internal void SettleFromLink(Exception? error)
    {
        if (!TryClaim()) return;
        SettleWith(error);
    }

    /// <summary>A one-way call has left for another process.</summary>
    internal void SettleSent()
    {
        if (TryClaim()) SettleWith(null);
    }

    /// <summary>How long its caller will still wait.</summary>
    internal TimeSpan Remaining => SiloClock.TickLength * Math.Max(1, unchecked(DeadlineTick - Silo.Clock.Tick));

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
        if (IsOneWay) Target.Silo.Log.OneWayCallFailed(_method!.FullName, GrainId, error);
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
        var silo = Target!.Silo;
        ThreadFrame.Current.TallyOf(silo).Add(_method!, silo.Time.GetTimestamp() - _started, error is not null);
        return true;
    }

    internal override void Reject(Exception error)
    {
        if (!TryClaim()) return;
        if (IsOneWay) Silo.Log.OneWayCallFailed(_method!.FullName, GrainId, error);
        SettleWith(error);
    }

    private protected void SettleWith(Exception? error)
    {
        _error = error;
        if (_isIncoming)
        {
            // In the grain's turn, so that what it answers with does not change meanwhile.
            if (!IsOneWay) _link!.AnswerQueued(this, _linkId, error);
            Recycle();
            return;
        }

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
        if (_isIncoming)
        {
            // Its caller has been told, or knows by itself: no answer.
            if (!IsOneWay) _link!.Drop(_linkId);
            return;
        }

        _link?.Withdraw(this, _linkId);
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

    /// <summary>Callbacks of a token are grain code: they run where turns run, and not under the sweeper's lock.</summary>
    internal static void CancelLater(Silo silo, CancellationTokenSource cancellation) => silo.Scheduler.Queue(new Cancellation(silo, cancellation), preferLocal: false);

    internal sealed class Cancellation(Silo silo, CancellationTokenSource source) : IThreadPoolWorkItem
    {
        void IThreadPoolWorkItem.Execute()
        {
            try
            {
                source.Cancel();
            }
            catch (AggregateException error)
            {
                silo.Log.CancellationFailed(error);
            }
        }
    }

    private void TimeOut()
    {
        var silo = Silo;
        var timeout = _method!.Timeout ?? silo.Options.ResponseTimeout;
        silo.Instruments.CallTimedOut(_method);
        if (IsOneWay)
        {
            _isPoolable = false;
            silo.Log.OneWayCallFailed(_method.FullName, GrainId, new TimeoutException("It was not run in time."));
            return;
        }

        if (_isIncoming && _callersCancellation is { } cancellation) CancelLater(silo, cancellation);
        string where = _link is { } link && !_isIncoming ? $"it was sent to {link.Remote}, from where no answer has come"
            : $"{(_isRunning ? "its run has not ended" : "it still waits for its turn")}{(Target is null && silo.Router is not null ? ", or for news of the silo that will run it" : "")}, and {Target?.QueuedCount ?? 0} requests wait in the mailbox";
        SettleClaimedEarly(new TimeoutException(
            $"{_method.FullName} of {GrainId} did not answer within {timeout}: {where}. Raise SiloOptions.ResponseTimeout or [ResponseTimeout], or look for a cycle of calls between grains that are not [Reentrant]."));
    }

    internal override void Forward()
    {
        if (!IsPending) return; // its caller waits no longer
        if (!_isIncoming)
            _reference!.Deliver(this);
        else if (IsOneWay)
            PassOn();
        else
            _link!.Redeliver(this, _linkId, Target!);
    }

    /// <summary>A one-way call from another process becomes one of this process: its caller has forgotten it.</summary>
    private void PassOn()
    {
        var reference = new ForwardingReference(new GrainAddress(Target!.Type, Target.Key));
        _isIncoming = false;
        _link = null;
        Target = null;
        reference.PassOn(_method!, this, Hops);
    }

    /// <summary>The grain's next activation in this process, for a call from another one that waited for an activation which has ended.</summary>
    internal void Retarget(Activation activation) => Target = activation;

    /// <summary>Begins to give back a call from another process that surely was not run. False where it was settled meanwhile.</summary>
    internal bool TryClaimToGiveUp() => TryClaim();

    internal void EndGivenUp() => Recycle();

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
            case null when ThreadFrame.Current.Lane is { } lane:
                lane.Add(this);
                break;
            case null:
                Silo.Scheduler.Queue(this, preferLocal: true);
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

    internal void RunContinuation()
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
        _link = null;
        _isIncoming = false;
        Hops = 0;
        Target = null;
        SettledSeenTick = 0;
        DropCallersToken();
        ClearResult();
        Return();
    }

    private protected static void Rethrow(Exception error) => System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);

    private static long NextVersion(long state) => (state & ~(long)StatusMask) + 4 + StatusIdle;
}
