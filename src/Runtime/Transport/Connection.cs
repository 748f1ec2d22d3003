using System.Buffers.Binary;
using System.IO.Pipelines;
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
/// is not known, and their callers are told so. After a Goodbye it is known which calls were taken, and the others are rerouted.
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
    private Exception? _reason;
    private ValueTask<FlushResult> _write;
    private Signal? _idle;

    // By the reading thread:
    private ValueTask<ReadResult> _read;
    private uint _numberTaken;
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
            _read.GetAwaiter().UnsafeOnCompleted(_onRead);
    }

    /// <summary>Ends the connection at once. Settles every call of this process that waits for an answer.</summary>
    public void Abort(Exception reason) => Close(reason, lastTaken: null);

    private void Close(Exception reason, uint? lastTaken)
    {
        IReadOnlyList<(CallBase Call, uint Number)> waiting;
        uint handed;
        lock (_lock)
        {
            if (_isClosed) return;
            _isClosed = true;
            _reason = reason;
            waiting = _outstanding.TakeAll();
            _filled = 0;
            handed = lastTaken ?? _numberHanded;
            _idle?.Set();
        }

        _network.Abort(reason);
        _transport.OnClosed(this, reason);
        foreach (var (call, number) in waiting)
        {
            call.Unlink();
            if (Later(number, handed))
                _transport.Reroute(call, Remote);
            else
                call.SettleFromLink(new SiloUnavailableException($"{call.Method.FullName} of {call.GrainId} was sent to {Remote}, and the connection ended before the answer came: {reason.Message} Whether it was run is not known."));
        }

        GiveUpIncoming();
    }

    /// <summary>Whether one frame's number is later than another's; numbers wrap.</summary>
    private static bool Later(uint number, uint than) => unchecked((int)(number - than)) > 0;

    /// <summary>Waits until no call of the other side is under way here and everything is written, then says Goodbye. The other side closes.</summary>
    public async Task CloseGracefullyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (_lock)
            {
                if (_isClosed) return;
                if (_incoming.Count == 0 && _filled == 0 && !_isWriting) break;
                wait = (_idle ??= new Signal(Silo.Scheduler)).Task;
            }

            await wait.WaitAsync(cancellationToken);
        }

        SayGoodbye();
        while (IsOpen)
        {
            Task wait;
            lock (_lock) wait = _isClosed ? Task.CompletedTask : (_idle = new Signal(Silo.Scheduler)).Task;
            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Under the lock: somebody may wait for this.</summary>
    private void SignalIdle()
    {
        if (_idle is null || _incoming.Count > 0 || _filled > 0 || _isWriting) return;
        _idle.Set();
        _idle = null;
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
    }

    private sealed class FirstRead(Connection connection) : IThreadPoolWorkItem
    {
        void IThreadPoolWorkItem.Execute() => connection.OnRead();
    }

    private sealed record TypePlace(GrainTypeRuntime Type, ushort Place);
}
