using System.Reflection;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// One process in the cluster: ties membership, ownership, routes and transport to the process's <see cref="Silo"/>. A process that hosts no silo only reads the
/// cluster store and routes calls.
/// <para>
/// <b>Start</b>: open the store, listen, add the row, and only then accept and make connections; then take shards. <b>Stop</b>: draining is stored; every shard is released,
/// its grains end their turns, its row is freed; answers are sent; then the row says left. <b>Lost</b>: the lease has run out or the row is dead. At once nothing is
/// answered, stored, routed or taken any more, and the process has to end.
/// </para>
/// </summary>
internal sealed class ClusterNode : IClusterTransportEvents
{
    /// <summary>How long a process without silo waits at its start to learn grain types from a silo; then it starts without, and calls fail until one is reached.</summary>
    private static readonly TimeSpan s_manifestWait = TimeSpan.FromSeconds(10);

    /// <summary>The pause between attempts to open and join.</summary>
    private static readonly TimeSpan s_joinPause = TimeSpan.FromSeconds(1);

    /// <summary>How many rows of ended silos the store keeps for people to look at.</summary>
    private const int HistoryKept = 200;

    private readonly Silo _silo;
    private readonly ClusterContext _context;
    private readonly IClusterTransport _transport;
    private readonly ShardTable? _table;
    private readonly Membership? _membership;
    private readonly ShardKeeper? _keeper;
    private readonly Signal _manifest;
    private int _hasEnded;

    /// <param name="silo">The process's grains.</param>
    /// <param name="context">Its clocks, options and store.</param>
    /// <param name="transport">Its connections.</param>
    /// <param name="table">What it owns; null in a process without silo.</param>
    public ClusterNode(Silo silo, ClusterContext context, IClusterTransport transport, ShardTable? table)
    {
        _silo = silo;
        _context = context;
        _manifest = new Signal(context.Scheduler);
        _transport = transport;
        _table = table;
        Router = new GrainRouter(context, table);
        Router.Gone += transport.Forget;
        Watch = new MemberWatch(context);
        if (table is not null)
        {
            _membership = new Membership(context);
            _membership.Lost += Abandon;
            _keeper = new ShardKeeper(context, table, Router, silo.EndActivationsOf, silo.NameActivationOf);
            _keeper.Changed += transport.Announce;
            table.Taken += Router.OnOwnershipChanged;
        }

        // A silo that stood still itself, and finds its lease over, has no say in whether others did: it ends, and others judge.
        Watcher = new ClusterWatcher(context, Router, Watch, mayBury: _membership is { } membership ? () => membership.HoldsLease : null);
        Watcher.Applied += OnRead;
        Watcher.OtherCluster += () => _membership?.Hurry();
    }

    public GrainRouter Router { get; }

    public MemberWatch Watch { get; }

    public ClusterWatcher Watcher { get; }

    public ClusterContext Context => _context;

    public SiloId Self => _context.Self;

    public ShardTable? Table => _table;

    /// <summary>How long ago this silo's last successful renewal was sent; null in a process without silo.</summary>
    public TimeSpan? LeaseAge => _membership is null ? null : _context.Options.Lease - _context.Options.LeaseMargin - _membership.LeaseLeft;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryUntilDoneAsync(
            async () => _context.Cluster = await _context.StoreAsync("open", static (store, stop) => store.OpenAsync(stop), cancellationToken), cancellationToken);
        string? address = await _transport.ListenAsync(cancellationToken);
        if (_membership is null)
        {
            long number;
            lock (_context.Random) number = _context.Random.NextInt64(1, long.MaxValue);
            _context.Self = new SiloId(_context.Name, -number);
        }
        else
        {
            await TryUntilDoneAsync(() => _membership.JoinAsync(Draft(address!), cancellationToken), cancellationToken);
            _context.Log.Joined(Self, _context.Cluster, _membership.Row.Address);
            _membership.Start();
        }

        _transport.Start(Self, _context.Cluster, this);
        await Watcher.ReadAsync();
        if (_keeper is not null) await _keeper.RunAsync();
        Watcher.Start();
        Watcher.Hurry();
        _keeper?.Start();
        _keeper?.Hurry(); // what was announced meanwhile
        if (_membership is null) await Task.WhenAny(_manifest.Task, Task.Delay(s_manifestWait, _context.Time, cancellationToken));
    }

    /// <summary>Gives every shard away. Ends when others may own all of them, or when the token says so.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        if (_membership is null || Volatile.Read(ref _hasEnded) != 0) return;
        _context.Log.Draining(Self);
        await _membership.ChangeStatusAsync(MemberStatus.Draining, _silo.StopReason).WaitAsync(cancellationToken);
        await Watcher.ReadAsync();
        await _keeper!.DrainAsync().WaitAsync(cancellationToken);
    }

    /// <summary>Sends the last answers, closes the connections, and leaves. Each of the two takes a lease's time at most.</summary>
    public async Task LeaveAsync()
    {
        if (Volatile.Read(ref _hasEnded) != 0) return;
        using (var answers = new CancellationTokenSource(_context.Options.Lease, _context.Time)) await _transport.StopAsync(answers.Token);
        if (_membership is null) return;
        using (var change = new CancellationTokenSource(_context.Options.Lease, _context.Time))
            await _membership.ChangeStatusAsync(MemberStatus.Left, _silo.StopReason).WaitAsync(change.Token);
        _context.Log.Left(Self);
        try
        {
            await _context.StoreAsync("remove old members", static (store, stop) => store.PruneMembersAsync(HistoryKept, stop));
        }
        catch (Exception error)
        {
            _context.Log.PruneFailed(error);
        }
    }

    /// <summary>Ends as a crash does: the row stays as it is, and others find it dead after a lease.</summary>
    public void Kill() => End(new SiloUnavailableException($"{_context.Name} has ended: it takes no calls."));

    /// <summary>Somebody doubts that this silo lives, or that its lease holds.</summary>
    public void CheckLease() => _membership?.Hurry();

    public bool MayAnswer()
    {
        if (_membership is null || _membership.HoldsLease) return Volatile.Read(ref _hasEnded) == 0;
        _membership.Hurry(); // finds the lease over, and abandons: not on this stack, which may be the transport's
        return false;
    }

    /// <summary>What a caller in this process hears when a turn has ended after the lease: nobody knows what became of its effects.</summary>
    public SiloUnavailableException LeaseOver(GrainMethod method) =>
        new($"{method.FullName} has run, and its answer is withheld: the lease of {Self} is over. Its outcome is not known.");

    public bool TryFindActivation(GrainTypeRuntime type, string key, int shard, out Activation activation, out ShardRow known)
    {
        known = default;
        if (type.Placement != GrainPlacement.ByShard)
        {
            activation = type.Find(key);
            return true;
        }

        if (_table is not null && MayAnswer() && _table.TryGetTerm(shard, out _) && type.TryFind(key, shard, out var found))
        {
            activation = found;
            return true;
        }

        activation = null!;
        known = Router.RowOf(shard);
        return false;
    }

    public void Reroute(CallBase call, SiloId target, ShardRow known) => Router.Reroute(call, call.Shard, target, known);

    public void OnAnnounced(ReadOnlySpan<ShardRow> shards) => Router.Learn(shards);

    public void OnManifest(SiloId silo, IReadOnlyList<RemoteGrainType> types)
    {
        if (_table is null) _silo.Directory.Learn(types);
        _manifest.Set();
    }

    private void OnRead(ClusterSnapshot snapshot)
    {
        foreach (var member in snapshot.Members)
            if (member.IsLive && member.Id != Self) _transport.Connect(member);
        var own = snapshot.Members.FirstOrDefault(member => member.Id == Self);
        if (_membership is not null && own is not { IsLive: true }) _membership.Hurry();
        _keeper?.Hurry();
    }

    private void Abandon(string reason)
    {
        End(new SiloUnavailableException($"{Self} takes no calls: {reason}"));
        _silo.OnLost(reason);
    }

    private void End(Exception error)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0) return;
        _table?.Abandon();
        _membership?.Dispose();
        Watcher.Dispose();
        _keeper?.Dispose();
        Router.Close(error);
        _transport.Kill();
    }

    private MemberRow Draft(string address) => new()
    {
        Id = new SiloId(_context.Name, 0),
        Address = _context.Options.AdvertisedAddress ?? address,
        Status = MemberStatus.Active,
        Counter = 1,
        WireVersionLeast = _transport.WireVersions.Least,
        WireVersionMost = _transport.WireVersions.Most,
        Build = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        StartedAt = default,
        ChangedAt = default,
    };

    private async Task TryUntilDoneAsync(Func<Task> attempt, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Exception error) when (error is not ClusterStoreException && !cancellationToken.IsCancellationRequested)
            {
                _context.Log.JoinFailed(s_joinPause, error);
            }

            await Task.Delay(s_joinPause, _context.Time, cancellationToken);
        }
    }
}
