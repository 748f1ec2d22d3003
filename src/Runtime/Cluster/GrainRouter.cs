using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// What this process knows of members and shards, and the calls that wait to know more.
/// <para>
/// <b>Knowledge.</b> Members come from reads of the cluster store, which follow one another. Rows of shards come from reads, from announcements and from refusals, in any
/// order, and are merged by <see cref="ShardRow.IsNewerThan"/>: knowledge never goes back. A wrong route costs a refusal, never a wrong owner: the callee's own
/// <see cref="ShardTable"/> decides.
/// </para>
/// <para>
/// <b>Parked calls</b> go on when their shard's route changes to a known one, or with the next read that began after they were parked. A call that comes back
/// from the silo that it was sent to is parked in the same way, so that it is sent again at the pace of reads.
/// </para>
/// </summary>
/// <param name="shards">What this silo owns; null in a process without silo.</param>
internal sealed class GrainRouter(ClusterContext context, ShardTable? shards) : IGrainRouter
{
    private static readonly MemberRow s_here = new()
    {
        Id = default, Address = "", Status = MemberStatus.Active, Counter = 0, WireVersionLeast = 0, WireVersionMost = 0, Build = "", StartedAt = default, ChangedAt = default,
    };

    private readonly Lock _lock = new();
    private readonly MemberRow?[] _routes = new MemberRow?[GrainShards.Count];
    private readonly ShardRow[] _rows = [.. Enumerable.Range(0, GrainShards.Count).Select(static shard => new ShardRow(shard, null, 0))];
    private readonly ParkedCalls _parked = new(context.Options.ParkedCallsLimit);
    private Dictionary<SiloId, MemberRow> _members = [];
    private MemberRow[] _anySilo = [];

    /// <summary>The live ones of <c>_members</c>, as they were when one came or went.</summary>
    private MemberRow[] _live = [];
    private Exception? _closed;
    private long _readsBegun;
    private long _version;
    private uint _next;

    /// <summary>Something has to be read from the cluster store soon.</summary>
    public event Action? ReadWanted;

    /// <summary>A row of a shard is newer than what was known.</summary>
    public event Action? Learned;

    /// <summary>The silo is not live any more.</summary>
    public event Action<SiloId>? Gone;

    /// <summary>Rises with each news of members or shards.</summary>
    public long Version => Interlocked.Read(ref _version);

    public int ParkedCount
    {
        get
        {
            lock (_lock) return _parked.Count;
        }
    }

    public RouteKind Find(int shard, out MemberRow owner)
    {
        var route = Volatile.Read(ref _routes[shard]);
        owner = route!;
        return route is null ? RouteKind.Unknown : ReferenceEquals(route, s_here) ? RouteKind.Local : RouteKind.Remote;
    }

    public MemberRow? FindAny()
    {
        var silos = Volatile.Read(ref _anySilo);
        return silos.Length == 0 ? null : silos[Interlocked.Increment(ref _next) % (uint)silos.Length];
    }

    public MemberRow? FindMember(SiloId silo)
    {
        lock (_lock) return _members.TryGetValue(silo, out var row) && row.IsLive ? row : null;
    }

    /// <summary>The newest that is known of the shard. What this silo has given away counts as free, whether the store has confirmed that or not.</summary>
    public ShardRow RowOf(int shard)
    {
        lock (_lock)
        {
            var row = _rows[shard];
            return shards is not null && row.Owner == context.Self && !shards.TryGetTerm(shard, out _) && row.Term <= shards.LastFreedTerm(shard) ? row with { Owner = null } : row;
        }
    }

    /// <summary>All that is known, at one moment.</summary>
    public (IReadOnlyList<MemberRow> Members, ShardRow[] Shards) Read()
    {
        lock (_lock) return ([.. _members.Values], [.. _rows]);
    }

    public void Park(CallBase call, int shard)
    {
        lock (_lock)
        {
            if (!TryHold(call, shard, mayGoOn: true)) return;
        }

        ReadWanted?.Invoke();
    }

    /// <summary>A call came back from the silo that it had been sent to.</summary>
    public void Reroute(CallBase call, int shard, SiloId target, ShardRow known)
    {
        if (known.Term > 0) Learn(known);
        lock (_lock)
        {
            bool isWiser = shard < 0 ? TryAvoid(target) : _routes[shard] is { } route && (ReferenceEquals(route, s_here) || route.Id != target);
            if (!TryHold(call, shard, isWiser)) return;
        }

        ReadWanted?.Invoke();
    }

    /// <summary>Under the lock: until the next read, calls that any silo may run go to others than this one. False where there are none.</summary>
    private bool TryAvoid(SiloId silo)
    {
        var others = _anySilo.Where(member => member.Id != silo).ToArray();
        if (others.Length == 0) return false;
        Volatile.Write(ref _anySilo, others);
        return true;
    }

    /// <summary>Under the lock: parks the call. False where that is not needed or not possible: it goes on, or is refused.</summary>
    private bool TryHold(CallBase call, int shard, bool mayGoOn)
    {
        if (_closed is { } closed)
        {
            call.Reject(closed);
            return false;
        }

        if (mayGoOn && IsKnown(shard))
        {
            // Found between the caller's look and this one. Queued, for this may be deep in a stack of calls that find each other.
            context.Scheduler.Queue(new Delivery([call]), preferLocal: true);
            return false;
        }

        if (_parked.TryAdd(shard, call, _readsBegun)) return true;
        call.Reject(new OverloadedException(
            $"{call.Method.FullName} was refused: {_parked.Count} calls wait for silos that own their shards, and ClusterOptions.ParkedCallsLimit is {context.Options.ParkedCallsLimit}. Are enough silos running?"));
        return false;
    }

    private bool IsKnown(int shard)
    {
        if (shard < 0) return _anySilo.Length > 0;
        return _routes[shard] is { } route && (!ReferenceEquals(route, s_here) || shards!.IsOwned(shard));
    }

    public void Learn(in ShardRow row) => Learn([row]);

    public void Learn(ReadOnlySpan<ShardRow> rows)
    {
        List<CallBase>? free = null;
        bool isNews = false, isOwnerUnknown = false;
        lock (_lock)
        {
            if (_closed is not null) return;
            foreach (var row in rows)
            {
                if ((uint)row.Shard >= GrainShards.Count || !row.IsNewerThan(_rows[row.Shard])) continue;
                _rows[row.Shard] = row;
                _version++;
                isNews = true;
                isOwnerUnknown |= row.Owner is not { } owner || !_members.ContainsKey(owner);
                Refresh(row.Shard, ref free);
                if (IsKnown(row.Shard)) _parked.Take(row.Shard, ref free);
            }
        }

        Deliver(free);
        if (isNews) Learned?.Invoke();
        if (isOwnerUnknown) ReadWanted?.Invoke(); // a free shard: its next owner may be a silo that was not read yet
    }

    /// <summary>This silo has begun or ceased to own these.</summary>
    public void OnOwnershipChanged(IReadOnlyCollection<int> changed)
    {
        List<CallBase>? free = null;
        lock (_lock)
        {
            if (_closed is not null) return;
            foreach (int shard in changed) Refresh(shard, ref free);
        }

        Deliver(free);
    }

    /// <summary>A read begins. Calls that are parked from now on do not go on with it.</summary>
    public long BeginRead()
    {
        lock (_lock) return ++_readsBegun;
    }

    /// <summary>What a read showed. Reads are applied in their order. True where it showed something new.</summary>
    public bool Apply(ClusterSnapshot snapshot, long read)
    {
        List<CallBase>? free = null;
        List<SiloId>? gone = null;
        bool isNews = false, areMembersNews = false;
        lock (_lock)
        {
            if (_closed is not null) return false;
            var members = new Dictionary<SiloId, MemberRow>(snapshot.Members.Count);
            foreach (var member in snapshot.Members)
            {
                var known = _members.GetValueOrDefault(member.Id);
                areMembersNews |= known is null || known.Status != member.Status;
                if (known is { IsLive: true } && !member.IsLive) (gone ??= []).Add(member.Id);
                members[member.Id] = member;
            }

            foreach (var (id, known) in _members)
            {
                if (members.ContainsKey(id)) continue;
                areMembersNews = true;
                if (known.IsLive) (gone ??= []).Add(id);
            }

            _members = members;
            var silos = members.Values.Where(static member => member.Status == MemberStatus.Active).ToArray();
            Volatile.Write(ref _anySilo, silos.Length > 0 ? silos : [.. members.Values.Where(static member => member.IsLive)]);
            if (areMembersNews) _live = [.. members.Values.Where(static member => member.IsLive)];
            isNews = areMembersNews;
            foreach (var row in snapshot.Shards ?? [])
            {
                if (!row.IsNewerThan(_rows[row.Shard])) continue;
                _rows[row.Shard] = row;
                isNews = true;
                if (!areMembersNews) Refresh(row.Shard, ref free);
            }

            if (isNews) _version++;
            for (int shard = 0; areMembersNews && shard < GrainShards.Count; shard++) Refresh(shard, ref free);

            _parked.Take(before: read, IsKnown, ref free);
        }

        foreach (var silo in gone ?? []) Gone?.Invoke(silo);
        Deliver(free);
        return isNews;
    }

    /// <summary>Nothing is routed any more: calls that wait and that come are refused.</summary>
    public void Close(Exception error)
    {
        List<CallBase>? refused = null;
        lock (_lock)
        {
            _closed ??= error;
            Array.Clear(_routes);
            Volatile.Write(ref _anySilo, []);
            _parked.TakeAll(ref refused);
        }

        foreach (var call in refused ?? []) call.Reject(error);
    }

    /// <summary>Under the lock: works out the shard's route, and takes the calls that waited for it.</summary>
    private void Refresh(int shard, ref List<CallBase>? free)
    {
        var before = _routes[shard];
        var route = RouteOf(shard);
        if (before is not null && route is not null && before.Id == route.Id && before.Address == route.Address) route = before;
        Volatile.Write(ref _routes[shard], route);
        bool isHere = ReferenceEquals(route, s_here);
        if (route is not null && (isHere ? shards!.IsOwned(shard) : !ReferenceEquals(route, before))) _parked.Take(shard, ref free);
    }

    private MemberRow? RouteOf(int shard)
    {
        if (shards is not null && shards.TryGetTerm(shard, out _)) return s_here;
        if (_rows[shard].Owner is not { } owner || owner == context.Self) return null;
        foreach (var member in _live)
            if (member.Id == owner) return member;
        return null;
    }

    private static void Deliver(List<CallBase>? calls)
    {
        if (calls is null) return;
        foreach (var call in calls) call.Forward();
    }

    private sealed class Delivery(List<CallBase> calls) : IThreadPoolWorkItem
    {
        public void Execute() => Deliver(calls);
    }
}
