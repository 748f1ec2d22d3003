using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

/// <summary>
/// Another process, and the connection to it. Calls that come while there is none wait for it in order.
/// <para>
/// <b>Who wins when both dial.</b> While this side dials and the other side's Hello comes, the dial of the lesser identity goes on and the other is refused;
/// the side that was refused waits for the connection that comes. Where an open connection is met by a further one all the same (its dialer has lost the
/// first one, or the refusal came too late), new calls take the newer, and the older is closed with a Goodbye once no call is under way on it.
/// </para>
/// </summary>
internal sealed class Peer(ClusterTransport transport, SiloId id)
{
    private readonly Lock _lock = new();
    private readonly Queue<CallBase> _waiting = new();
    private Connection? _current;
    private bool _isDialing;
    private bool _isForgotten;

    public SiloId Id { get; } = id;

    /// <summary>Where it listens; null for processes that do not.</summary>
    public string? Address { get; set; }

    public bool IsConnected => Volatile.Read(ref _current) is { IsUsable: true };

    /// <summary>Sends the call, or keeps it until there is a connection.</summary>
    public void Send(CallBase call)
    {
        while (true)
        {
            if (Volatile.Read(ref _current) is { } current && current.TrySend(call)) return;
            bool mustDial, isForgotten;
            lock (_lock)
            {
                // Nothing is sent under the lock: the connection might break just then, and give the call back.
                if (_current is { IsUsable: true }) continue;
                isForgotten = _isForgotten;
                if (!isForgotten)
                {
                    if (_waiting.Count >= transport.Options.CallsLimit) break;
                    _waiting.Enqueue(call);
                }

                mustDial = TryBeginDial();
            }

            if (isForgotten)
                transport.Reroute(call, Id);
            else if (mustDial)
                transport.Dial(this);
            return;
        }

        call.Reject(new OverloadedException(
            $"{call.Method.FullName} of {call.GrainId} was refused: {transport.Options.CallsLimit} calls wait for the connection to {Id} (TransportOptions.CallsLimit). Call again later."));
    }

    public void Connect()
    {
        bool mustDial;
        lock (_lock) mustDial = _current is not { IsUsable: true } && TryBeginDial();
        if (mustDial) transport.Dial(this);
    }

    /// <summary>Once per heartbeat: where calls wait for a connection that was to come and has not, this side dials.</summary>
    public void DialForWaiting()
    {
        bool mustDial;
        lock (_lock) mustDial = _waiting.Count > 0 && _current is not { IsUsable: true } && TryBeginDial();
        if (mustDial) transport.Dial(this);
    }

    private bool TryBeginDial()
    {
        if (_isDialing || _isForgotten || Address is null) return false;
        return _isDialing = true;
    }

    /// <summary>Whether this side's own dial goes on, so that the other side's has to end.</summary>
    public bool DialWins(SiloId self)
    {
        lock (_lock) return _isDialing && IsLess(self, Id);
    }

    /// <summary>The handshake is done and the manifest is there: calls go this way from now on.</summary>
    public void Use(Connection connection)
    {
        Connection? older;
        lock (_lock)
        {
            older = _current;
            Volatile.Write(ref _current, connection);
            if (connection.IsDialed && !connection.IsUsed) _isDialing = false;
            connection.IsUsed = true;
        }

        if (older is { IsUsable: true } && !ReferenceEquals(older, connection)) transport.Retire(older);
        SendWaiting();
    }

    /// <summary>The dial has ended without a connection.</summary>
    /// <param name="mustWait">The other side dials: its connection is about to come.</param>
    public void OnDialFailed(bool mustWait)
    {
        lock (_lock)
        {
            _isDialing = false;
            if (mustWait || _current is { IsUsable: true }) return;
        }

        RerouteWaiting();
    }

    public void OnClosed(Connection connection)
    {
        bool hasDialFailed;
        lock (_lock)
        {
            if (ReferenceEquals(_current, connection)) _current = null;
            hasDialFailed = connection.IsDialed && !connection.IsUsed;
        }

        if (hasDialFailed) OnDialFailed(mustWait: false); // it ended between its handshake and the manifest
    }

    /// <summary>The process is gone.</summary>
    public void Forget(Exception reason)
    {
        Connection? current;
        lock (_lock)
        {
            _isForgotten = true;
            current = _current;
        }

        current?.Abort(reason);
        RerouteWaiting();
    }

    /// <summary>Those that wait find their way anew.</summary>
    public void RerouteWaiting()
    {
        foreach (var call in TakeWaiting()) transport.Reroute(call, Id);
    }

    private void SendWaiting()
    {
        foreach (var call in TakeWaiting()) Send(call);
    }

    /// <summary>Those that wait now. One that has to wait again (its connection said goodbye meanwhile) is not taken again in the same pass, which would never end.</summary>
    private CallBase[] TakeWaiting()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0) return [];
            CallBase[] calls = [.. _waiting];
            _waiting.Clear();
            return calls;
        }
    }

    private static bool IsLess(SiloId left, SiloId right)
    {
        int names = string.CompareOrdinal(left.Name, right.Name);
        return names != 0 ? names < 0 : left.Generation < right.Generation;
    }
}
