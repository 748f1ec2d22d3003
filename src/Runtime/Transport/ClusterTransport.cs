using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Transport;

/// <summary>The connections of one process, and the calls that travel on them. See <see cref="Connection"/> and <see cref="Peer"/>.</summary>
internal sealed class ClusterTransport : IClusterTransport
{
    /// <summary>So many heartbeats without a frame end a connection.</summary>
    private const int SilentHeartbeatsLimit = 3;

    private readonly INetwork _network;
    private readonly ClusterOptions _cluster;
    private readonly Action<Span<byte>> _fillNonce;
    private readonly TransportLog _log;
    private readonly ConcurrentDictionary<SiloId, Peer> _peers = new();
    private readonly Lock _lock = new();

    /// <summary>In the order of their making, the same in every run of a simulation. Replaced, never changed.</summary>
    private Peer[] _peerList = [];
    private readonly SortedConnections _connections = new();
    private readonly SortedConnections _retired = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly Signal _started;
    private INetworkListener? _listener;
    private Handshake? _handshake;
    private ITimer? _sweepTimer;
    private ITimer? _heartbeatTimer;
    private Target? _lastTarget;
    private int _handshakes;
    private volatile bool _isStopping;

    /// <param name="silo">Whose calls are sent and run.</param>
    /// <param name="network">The streams between processes.</param>
    /// <param name="options">Bounds and periods.</param>
    /// <param name="cluster">Address and secret.</param>
    /// <param name="fillNonce">Gives random bytes that nobody can foresee; a simulation gives seeded ones.</param>
    /// <param name="logger">For the life of connections.</param>
    public ClusterTransport(Silo silo, INetwork network, TransportOptions options, ClusterOptions cluster, Action<Span<byte>> fillNonce, ILogger<ClusterTransport> logger)
    {
        Silo = silo;
        Options = options;
        _network = network;
        _cluster = cluster;
        _fillNonce = fillNonce;
        _log = new TransportLog(logger);
        _started = new Signal(silo.Scheduler);
    }

    public (int Least, int Most) WireVersions => (Handshake.VersionLeast, Handshake.VersionMost);

    public Silo Silo { get; }

    public TransportOptions Options { get; }

    /// <summary>The grain types of this process; calls name them by their place.</summary>
    public IReadOnlyList<GrainTypeRuntime> Types { get; private set; } = [];

    public IReadOnlyList<RemoteGrainType> Manifest { get; private set; } = [];

    public SiloId Self { get; private set; }

    public IClusterTransportEvents Events { get; private set; } = null!;

    /// <summary>Frames that have come on the connections that are open.</summary>
    public long FramesTaken => _connections.All.Sum(static connection => (long)connection.FramesTaken);

    /// <summary>No further calls are taken.</summary>
    public bool IsStopping => _isStopping;

    public async Task<string?> ListenAsync(CancellationToken cancellationToken)
    {
        if (!Silo.Options.HostsGrains) return null;
        _listener = await _network.ListenAsync(_cluster.Address, cancellationToken);
        _log.Listening(_listener.Address);
        _ = AcceptAsync(_listener);
        return _listener.Address;
    }

    /// <summary>Where the ends of reads and writes are told: no grain's turn, although a grain's call may have begun the write.</summary>
    public SynchronizationContext? Home { get; private set; }

    public void Start(SiloId self, string cluster, IClusterTransportEvents events)
    {
        Self = self;
        Events = events;
        Home = SynchronizationContext.Current;
        Types = !Silo.Options.HostsGrains ? [] : [.. Silo.Directory.Types.OrderBy(static type => type.Name, StringComparer.Ordinal)];
        Manifest = [.. Types.Select(static type => new RemoteGrainType(type.Name, type.Class.Type.FullName!, type.IsStatelessWorker, [.. type.Class.Interfaces.Select(static grainInterface => grainInterface.FullName!)]))];
        _handshake = new Handshake(self, cluster, _cluster.Secret, _fillNonce);
        using (SuppressedFlow.Begin())
        {
            _sweepTimer = Silo.Time.CreateTimer(static transport => ((ClusterTransport)transport!).Sweep(), this, SiloClock.TickLength, SiloClock.TickLength);
            _heartbeatTimer = Silo.Time.CreateTimer(static transport => ((ClusterTransport)transport!).Beat(), this, Options.HeartbeatPeriod, Options.HeartbeatPeriod);
        }

        _started.Set();
    }

    public void Connect(MemberRow target) => PeerOf(target).Connect();

    public void Send(CallBase call, MemberRow target)
    {
        var last = _lastTarget;
        if (last is null || !ReferenceEquals(last.Row, target)) _lastTarget = last = new Target(target, PeerOf(target));
        last.Peer.Send(call);
    }

    public void Send(CallBase call, SiloId process)
    {
        if (_peers.TryGetValue(process, out var peer) && (peer.IsConnected || peer.Address is not null))
            peer.Send(call);
        else if (Silo.Router?.FindMember(process) is { } member)
            PeerOf(member).Send(call);
        else
            call.Reject(new SiloUnavailableException($"{call.Method.FullName} was not sent: the process {process}, to which the object belongs, is not connected."));
    }

    public void Announce(IReadOnlyList<ShardRow> shards)
    {
        foreach (var connection in _connections.All) connection.SendShards(shards);
    }

    public void Forget(SiloId silo)
    {
        if (_lastTarget is { } last && last.Row.Id == silo) _lastTarget = null;
        Silo.Objects.Forget(silo);
        Peer? peer;
        lock (_lock)
        {
            if (!_peers.TryRemove(silo, out peer)) return;
            _peerList = [.. _peerList.Where(other => !ReferenceEquals(other, peer))];
        }

        peer.Forget(new SiloUnavailableException($"{silo} has ended."));
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        if (_listener is not null) await _listener.DisposeAsync();
        try
        {
            await Task.WhenAll(_connections.All.Select(connection => connection.CloseGracefullyAsync(cancellationToken)));
        }
        catch (OperationCanceledException)
        {
            // The time for it is over: what is not answered breaks off.
        }

        Kill();
    }

    public void Kill()
    {
        _isStopping = true;
        _ended.Cancel();
        _sweepTimer?.Dispose();
        _heartbeatTimer?.Dispose();
        _ = _listener?.DisposeAsync().AsTask();
        foreach (var connection in _connections.All) connection.Abort(new SiloUnavailableException("This process has ended."));
        foreach (var peer in Volatile.Read(ref _peerList)) peer.Forget(new SiloUnavailableException("This process has ended."));
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    /// <summary>The call was surely not run by this process.</summary>
    public void Reroute(CallBase call, SiloId target, ShardRow known = default)
    {
        if (!call.IsPending) return;
        if (_ended.IsCancellationRequested)
            call.Reject(new SiloUnavailableException($"{call.Method.FullName} of {call.GrainId} was not sent: this process has ended."));
        else if (call.Shard < 0 && call.Reference.Type.Placement == GrainPlacement.OtherProcess)
            call.Reject(new SiloUnavailableException($"{call.Method.FullName} was not sent: the process {target}, to which the object belongs, cannot be reached."));
        else
            Events.Reroute(call, target, known);
    }

    /// <summary>Dials in the background.</summary>
    public void Dial(Peer peer)
    {
        using (SuppressedFlow.Begin()) _ = DialAsync(peer);
    }

    /// <summary>The connection is closed once no call is under way on it.</summary>
    public void Retire(Connection connection) => _retired.Add(connection);

    public void OnManifest(Connection connection, IReadOnlyList<RemoteGrainType> types)
    {
        if (types.Count > 0) Events.OnManifest(connection.Remote, types);
        PeerOf(connection.Remote).Use(connection);
    }

    /// <summary>New calls have to go another way.</summary>
    public void OnUnusable(Connection connection)
    {
        if (_peers.TryGetValue(connection.Remote, out var peer)) peer.OnClosed(connection);
    }

    public void OnClosed(Connection connection, Exception reason)
    {
        _connections.Remove(connection);
        _retired.Remove(connection);
        _log.Closed(connection.Remote, reason.Message);
        if (!_peers.TryGetValue(connection.Remote, out var peer)) return;
        peer.OnClosed(connection);
        if (peer.Address is null && !peer.IsConnected) Forget(peer.Id); // a process without silo: it dials again, or is gone
    }

    private Peer PeerOf(MemberRow member)
    {
        var peer = PeerOf(member.Id);
        peer.Address ??= member.Address;
        return peer;
    }

    private Peer PeerOf(SiloId process)
    {
        if (_peers.TryGetValue(process, out var known)) return known;
        lock (_lock)
        {
            if (_peers.TryGetValue(process, out known)) return known;
            var made = new Peer(this, process);
            _peers[process] = made;
            _peerList = [.. _peerList, made];
            return made;
        }
    }

    private async Task DialAsync(Peer peer)
    {
        INetworkConnection? network = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        await using var limit = Silo.Time.CreateTimer(static stop => ((CancellationTokenSource)stop!).Cancel(), stop, Options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            network = await _network.ConnectAsync(peer.Address!, stop.Token);
            await _handshake!.DialAsync(network, peer.Id, stop.Token);
        }
        catch (Exception error)
        {
            network?.Abort(error);
            bool mustWait = error is HandshakeException && error.Message.EndsWith(CrossingMark, StringComparison.Ordinal);
            if (!mustWait && !_isStopping) _log.NotConnected(peer.Id, peer.Address!, stop.IsCancellationRequested ? $"no answer within {Options.HandshakeTimeout} (TransportOptions.HandshakeTimeout)" : error.Message);
            peer.OnDialFailed(mustWait);
            return;
        }

        _log.Connected(peer.Id, network.RemoteAddress);
        Open(network, peer.Id, isDialed: true);
    }

    private async Task AcceptAsync(INetworkListener listener)
    {
        try
        {
            while (await listener.AcceptAsync(_ended.Token) is { } network)
            {
                if (Interlocked.Increment(ref _handshakes) > Options.HandshakesLimit)
                {
                    Interlocked.Decrement(ref _handshakes);
                    _log.Refused(network.RemoteAddress, $"{Options.HandshakesLimit} connections are in their handshake (TransportOptions.HandshakesLimit)");
                    network.Abort(new HandshakeException("Too many connections are in their handshake."));
                    continue;
                }

                _ = AcceptAsync(network);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
        catch (Exception error)
        {
            _log.AcceptingFailed(error);
        }
    }

    private async Task AcceptAsync(INetworkConnection network)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token);
        await using var limit = Silo.Time.CreateTimer(static stop => ((CancellationTokenSource)stop!).Cancel(), stop, Options.HandshakeTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            await _started.Task.WaitAsync(stop.Token);
            if (network is ISecuredConnection secured) await secured.SecureAsync().AsTask().WaitAsync(stop.Token);
            var remote = await _handshake!.AcceptAsync(network, Judge, stop.Token);
            _log.Accepted(remote, network.RemoteAddress);
            Open(network, remote, isDialed: false);
        }
        catch (Exception error)
        {
            if (!_isStopping) _log.Refused(network.RemoteAddress, stop.IsCancellationRequested ? $"its handshake took longer than {Options.HandshakeTimeout} (TransportOptions.HandshakeTimeout)" : error.Message);
            network.Abort(error);
        }
        finally
        {
            Interlocked.Decrement(ref _handshakes);
        }
    }

    /// <summary>A refusal that ends so tells the dialer to wait for the connection that comes.</summary>
    private const string CrossingMark = "is dialing you itself.";

    private string? Judge(SiloId dialer)
    {
        if (_isStopping) return $"{Self} stops.";
        return _peers.TryGetValue(dialer, out var peer) && peer.DialWins(Self) ? $"{Self} {CrossingMark}" : null;
    }

    private void Open(INetworkConnection network, SiloId remote, bool isDialed)
    {
        var connection = new Connection(this, network, remote, isDialed);
        _connections.Add(connection);
        using (SuppressedFlow.Begin()) connection.Start();
        if (_ended.IsCancellationRequested) connection.Abort(new SiloUnavailableException("This process has ended."));
    }

    private void Sweep()
    {
        foreach (var connection in _connections.All) connection.Sweep();
    }

    private void Beat()
    {
        foreach (var connection in _connections.All) connection.Beat(SilentHeartbeatsLimit);
        foreach (var peer in Volatile.Read(ref _peerList)) peer.DialForWaiting();
        foreach (var connection in _retired.All)
            if (!connection.IsBusy) connection.SayGoodbye();
    }

    /// <summary>The last member row that a call was sent to: rows stay the same objects from one read of the store to the next.</summary>
    private sealed record Target(MemberRow Row, Peer Peer);
}
