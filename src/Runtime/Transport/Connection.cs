using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

/// <summary>
/// One connection to another process, after its handshake: frames in both directions (docs/reference/wire.md).
/// <para>
/// <b>Sending.</b> Whoever sends writes its frame into a buffer of its own, and copies it under <c>_lock</c> into the fill buffer, where it gets its number.
/// One at a time swaps the fill buffer and hands it to the network; what comes meanwhile leaves with the next write. A thread that is corked (it runs
/// a batch of callers, or reads a batch of calls) writes at the end of its batch.
/// </para>
/// <para>
/// <b>Receiving.</b> One at a time reads. Calls for idle grains run at once; their answers leave in one write per batch. Callers whose answers came are run
/// after the next read has begun (<see cref="ContinuationLane"/>).
/// </para>
/// <para>
/// <b>The lease</b> is looked at once per write that holds answers, which is after their turns have ended.
/// </para>
/// <para>
/// <b>Loss.</b> A connection is the unit of loss: when it ends, calls whose frames were never handed to the network are rerouted; of the others the outcome
/// is not known, and their callers are told so.
/// </para>
/// <para>
/// <b>Goodbye</b> ends a connection without loss: it names the last frame that its sender has taken. Calls of later frames are not run by the sender, and the
/// receiver reroutes them; it closes the connection once nothing is under way on it in either direction.
/// </para>
/// </summary>
internal sealed partial class Connection : IThreadPoolWorkItem
{
    /// <summary>What a buffer begins with; it grows with what is sent.</summary>
    private const int BufferBytes = 4 * 1024;
    private const int BufferBytesKept = 1 << 20;

    /// <summary>A corked thread writes early once so much waits, so that the other process has work meanwhile.</summary>
    private const int CorkedBytesLimit = 8 * 1024;

    /// <summary>With more calls outstanding a caller leaves the write to a thread of its own, so that the calls of several callers share it.</summary>
    private const int InlineWriteCallsMax = 8;

    private readonly Lock _lock = new();
    private readonly ClusterTransport _transport;
    private readonly INetworkConnection _network;
    private readonly OutstandingCalls _outstanding = new();
    private readonly Dictionary<ulong, CallBase> _incoming = [];
    private readonly ContinuationLane _lane;
    private readonly Action _onRead;
    private readonly Action _onWritten;

    private byte[] _fill = new byte[BufferBytes];
    private byte[] _writing = new byte[BufferBytes];
    private int _filled;
    private bool _fillHasAnswers;
    private uint _number;
    private uint _numberHanded;
    private bool _isWriting;
    private bool _isFlushDue;
    private bool _isClosed;
    private bool _hasSaidGoodbye;
    private bool _hasHeardGoodbye;
    private uint _lastTakenNumber;
    private ValueTask<FlushResult> _write;
    private Signal? _closed;

    // By the reading thread:
    private ValueTask<ReadResult> _read;
    private uint _numberTaken;
    private long _bytesLeft;
    private bool _hasManifest;

    // For the sweep:
    private long _bytesTaken;
    private long _bytesTakenAtSweep;
    private uint _numberTakenAtSweep;
    private uint _numberAtSweep;
    private int _silentSweeps;

    /// <summary>The types of the other side, by name: their place in its manifest. Null until the manifest has come.</summary>
    private Dictionary<string, ushort>? _types;
    private TypePlace? _lastType;

    public Connection(ClusterTransport transport, INetworkConnection network, SiloId remote, bool isDialed)
    {
        _transport = transport;
        _network = network;
        Remote = remote;
        IsDialed = isDialed;
        _lane = new ContinuationLane(transport.Silo.Scheduler);
        _onRead = OnRead;
        _onWritten = OnWritten;
    }

    public SiloId Remote { get; }

    /// <summary>Whether this side has opened it.</summary>
    public bool IsDialed { get; }

    /// <summary>Calls have gone this way: the peer's word, under its lock.</summary>
    public bool IsUsed { get; set; }

    public Silo Silo => _transport.Silo;

    public bool IsOpen => !Volatile.Read(ref _isClosed);

    /// <summary>Whether new calls may be sent here.</summary>
    public bool IsUsable => IsOpen && !Volatile.Read(ref _hasHeardGoodbye) && !Volatile.Read(ref _hasSaidGoodbye);

    public uint FramesTaken => Volatile.Read(ref _numberTaken);

    /// <summary>Calls of either side are under way.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock) return _outstanding.Count > 0 || _incoming.Count > 0 || _filled > 0;
        }
    }

    public void Start()
    {
        SendManifest();
        _read = _network.Input.ReadAsync();
        if (_read.IsCompleted)
            Silo.Scheduler.Queue(new FirstRead(this), preferLocal: false);
        else
            WhenEnded(_read.GetAwaiter(), _onRead);
    }

    /// <summary>The end is told outside the turn that this thread may be in.</summary>
    private void WhenEnded<TAwaiter>(TAwaiter awaiter, Action continuation)
        where TAwaiter : ICriticalNotifyCompletion
    {
        var current = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_transport.Home);
        try
        {
            awaiter.UnsafeOnCompleted(continuation);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(current);
        }
    }

    /// <summary>Ends the connection at once. Settles every call of this process that waits for an answer.</summary>
    public void Abort(Exception reason)
    {
        List<CallBase> unsent, unknown;
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            unsent = _outstanding.TakeLaterThan(_numberHanded);
            unknown = _outstanding.TakeAll();
            _filled = 0;
            _closed?.Set();
        }

        _network.Abort(reason);
        _transport.OnClosed(this, reason);
        Reroute(unsent);
        foreach (var call in unknown)
        {
            call.Unlink();
            call.SettleFromLink(new SiloUnavailableException($"{call.Method.FullName} of {call.GrainId} was sent to {Remote}, and the connection ended before the answer came: {reason.Message} Its outcome is not known."));
        }

        GiveUpIncoming();
    }

    private void Reroute(List<CallBase> calls)
    {
        foreach (var call in calls)
        {
            call.Unlink();
            _transport.Reroute(call, Remote);
        }
    }

    /// <summary>Takes no further calls, and ends when the other side has closed the connection: it does so when everything under way has ended.</summary>
    public async Task CloseGracefullyAsync(CancellationToken cancellationToken)
    {
        SayGoodbye();
        Task closed;
        lock (_lock)
        {
            if (_isClosed) return;
            closed = (_closed ??= new Signal(Silo.Scheduler)).Task;
        }

        await closed.WaitAsync(cancellationToken);
    }

    public void SayGoodbye()
    {
        lock (_lock)
        {
            if (_hasSaidGoodbye || _isClosed) return;
            Volatile.Write(ref _hasSaidGoodbye, true);
            Interlocked.MemoryBarrier(); // the reading thread writes the number and then looks at the flag: one sees the other
            _lastTakenNumber = Volatile.Read(ref _numberTaken);
        }

        SendGoodbye(_lastTakenNumber);
        CloseIfDone();
    }

    /// <summary>Whether this side's Goodbye has told the other one that the call of this frame is not taken.</summary>
    private bool IsAfterGoodbye(uint number)
    {
        Interlocked.MemoryBarrier();
        if (!Volatile.Read(ref _hasSaidGoodbye)) return false;
        lock (_lock) return FrameHeader.IsLater(number, _lastTakenNumber);
    }

    private void TakeGoodbye(uint lastTaken)
    {
        List<CallBase> notTaken;
        lock (_lock)
        {
            Volatile.Write(ref _hasHeardGoodbye, true);
            notTaken = _outstanding.TakeLaterThan(lastTaken);
        }

        _transport.OnUnusable(this);
        Reroute(notTaken);
        CloseIfDone();
    }

    /// <summary>After a Goodbye of the other side: closes once nothing is under way.</summary>
    private void CloseIfDone()
    {
        lock (_lock)
        {
            if (_isClosed || !_hasHeardGoodbye || _outstanding.Count > 0 || _incoming.Count > 0 || _filled > 0 || _isWriting) return;
        }

        Abort(new SiloUnavailableException("It was closed in good order."));
    }

    /// <summary>Once per <see cref="TransportOptions.HeartbeatPeriod"/>.</summary>
    public void Beat(int silentLimit)
    {
        bool isSilent, hasSent;
        lock (_lock)
        {
            // A large frame that arrives slowly counts as life, a trickle of bytes does not.
            long received = Interlocked.Read(ref _bytesTaken);
            isSilent = Volatile.Read(ref _numberTaken) == _numberTakenAtSweep && received - _bytesTakenAtSweep < LifeBytesMin;
            _numberTakenAtSweep = Volatile.Read(ref _numberTaken);
            _bytesTakenAtSweep = received;
            hasSent = _number != _numberAtSweep;
            _silentSweeps = isSilent ? _silentSweeps + 1 : 0;
        }

        if (_silentSweeps >= silentLimit)
        {
            Abort(new TimeoutException($"Nothing has come from {Remote} for {silentLimit} heartbeats."));
            return;
        }

        if (!hasSent) SendEmpty(FrameKind.Heartbeat);
        lock (_lock) _numberAtSweep = _number;
    }

    private const int LifeBytesMin = 64 * 1024;

    /// <summary>Often: what waits for a thread that is held up is taken over.</summary>
    public void Sweep()
    {
        _lane.Sweep();
        if (Volatile.Read(ref _filled) > 0) Flush();
        if (Volatile.Read(ref _hasHeardGoodbye)) CloseIfDone();
    }

    private sealed class FirstRead(Connection connection) : IThreadPoolWorkItem
    {
        void IThreadPoolWorkItem.Execute() => connection.OnRead();
    }

    private sealed record TypePlace(GrainTypeRuntime Type, ushort Place);
}
