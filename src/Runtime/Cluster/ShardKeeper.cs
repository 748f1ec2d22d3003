using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Brings what this silo owns to what it should own. One pass at a time:
/// <list type="number">
/// <item><b>Adopt</b> a row that names this silo in a term newer than any that it has freed: a take whose answer was lost.</item>
/// <item><b>Release</b> shards that another active silo should own, or all while draining: no new activations, the living ones end after their turns.</item>
/// <item><b>Free</b> released shards whose last activation has ended. The row is freed again until the store is seen to have done it.</item>
/// <item><b>Take</b> shards that this silo should own and that are free or whose owner is not live. The store checks it all again, and that this silo is active.</item>
/// </list>
/// A pass that found nothing to do is not made again before the router knows something new. A store that fails leaves everything as it was; the next pass goes on from what is read then. Nothing here holds up renewals.
/// </summary>
internal sealed class ShardKeeper : IDisposable
{
    /// <summary>How many shards are released at a time, so that those that wait are few.</summary>
    private const int ReleasingLimit = 128;

    /// <summary>A pass that changed something is followed by another at once, at most so often.</summary>
    private const int PassesLimit = 64;

    private readonly ClusterContext _context;
    private readonly ShardTable _table;
    private readonly GrainRouter _router;
    private readonly Action<IReadOnlySet<int>> _endActivations;
    private readonly Func<int, string?> _nameActivation;
    private readonly Pulse _passes;
    private readonly long[] _releaseBegan = new long[GrainShards.Count];
    private readonly long[] _releaseNotBefore = new long[GrainShards.Count];
    private readonly Signal _drained;
    private SiloId[] _active = [];
    private SiloId?[] _should = new SiloId?[GrainShards.Count];
    private readonly bool[] _isMine = new bool[GrainShards.Count];
    private long _quietAt = -1;
    private bool _hasMore;
    private volatile bool _isDraining;
    private volatile bool _hasEnded;

    /// <param name="context">The silo's.</param>
    /// <param name="table">What it owns.</param>
    /// <param name="router">What it knows.</param>
    /// <param name="endActivations">Asks the activations of these shards to end.</param>
    /// <param name="nameActivation">Names an activation of the shard, for a log.</param>
    public ShardKeeper(ClusterContext context, ShardTable table, GrainRouter router, Action<IReadOnlySet<int>> endActivations, Func<int, string?> nameActivation)
    {
        _context = context;
        _drained = new Signal(context.Scheduler);
        _table = table;
        _router = router;
        _endActivations = endActivations;
        _nameActivation = nameActivation;
        _passes = new Pulse(context.Time, context.Scheduler, () => context.Options.WatchPeriod, RunAsync);
        table.Emptied += Hurry;
        router.Learned += Hurry;
    }

    /// <summary>Rows that others should hear of at once: taken or freed.</summary>
    public event Action<IReadOnlyList<ShardRow>>? Changed;

    public void Start() => _passes.Start();

    public void Hurry() => _passes.Hurry();

    /// <summary>Gives everything away. Ends when the store has confirmed it.</summary>
    public Task DrainAsync()
    {
        _isDraining = true;
        _passes.Hurry();
        return _drained.Task;
    }

    public void Dispose()
    {
        _hasEnded = true;
        _passes.Dispose();
        _drained.Set();
    }

    public async Task RunAsync()
    {
        try
        {
            for (int pass = 0; pass < PassesLimit && !_hasEnded && await PassAsync(); pass++)
            {
            }
        }
        catch (Exception error)
        {
            if (!_hasEnded) _context.Log.OwnershipFailed(error);
        }
    }

    /// <summary>Everything once. True where another pass may find more.</summary>
    private async Task<bool> PassAsync()
    {
        long version = _router.Version;
        if (version == _quietAt && !_isDraining) return false;
        var (members, rows) = _router.Read();
        var live = members.Where(static member => member.IsLive).Select(static member => member.Id).ToHashSet();
        var should = ShouldOwn(members);
        _hasMore = false;
        Adopt(rows);
        if (_context.Faults.TakesWithoutRelease) TakeWithoutRelease(rows, should, live);
        Release(should);
        bool hasFreed = await FreeAsync(rows);
        bool hasTaken = !_isDraining && await TakeAsync(rows, live);
        if (_isDraining && _table.IsEmpty && IsNamedNowhere(_router.Read().Shards)) _drained.Set();
        if (!_hasMore) _quietAt = version;
        return hasFreed || hasTaken;
    }

    /// <summary>Worked out anew only where other silos are active than the last time.</summary>
    private SiloId?[] ShouldOwn(IReadOnlyList<MemberRow> members)
    {
        SiloId[] active = [.. members.Where(member => member.Status == MemberStatus.Active && !(_isDraining && member.Id == _context.Self)).Select(static member => member.Id)];
        if (active.AsSpan().SequenceEqual(_active)) return _should;
        _active = active;
        _should = Rendezvous.Owners(active);
        for (int shard = 0; shard < _isMine.Length; shard++) _isMine[shard] = _should[shard] == _context.Self;
        return _should;
    }

    private bool IsNamedNowhere(ShardRow[] rows) => Named(rows, isFreed: true).Count == 0 && Named(rows, isFreed: false).Count == 0;

    /// <summary>Rows that name this silo though it does not hold the shard (any more, or yet).</summary>
    /// <param name="rows">All of them.</param>
    /// <param name="isFreed">Those that it has given away, or those that it has not.</param>
    private List<ShardRow> Named(ShardRow[] rows, bool isFreed)
    {
        var named = new List<ShardRow>();
        var self = _context.Self;
        for (int shard = 0; shard < rows.Length; shard++)
        {
            ref readonly var row = ref rows[shard];
            if (row.Owner is not { } owner || owner.Generation != self.Generation || owner.Name != self.Name || _table.TryGetTerm(shard, out _)) continue;
            if (row.Term <= _table.LastFreedTerm(shard) == isFreed) named.Add(row);
        }

        return named;
    }

    private void Adopt(ShardRow[] rows)
    {
        var found = Named(rows, isFreed: false);
        if (found.Count > 0) Own(found);
    }

    private void Own(IReadOnlyList<ShardRow> rows)
    {
        _table.Take(rows);
        _context.Log.Took(rows.Count, _table.OwnedShards.Count);
        Changed?.Invoke(rows);
    }

    /// <summary>The planted bug: serves what it should own while the owner has not let go.</summary>
    private void TakeWithoutRelease(ShardRow[] rows, SiloId?[] should, HashSet<SiloId> live)
    {
        var early = rows.Where(row => should[row.Shard] == _context.Self && row.Owner is { } owner && owner != _context.Self && live.Contains(owner) && !_table.TryGetTerm(row.Shard, out _))
            .Select(row => row with { Owner = _context.Self, Term = row.Term + 1 }).ToList();
        if (early.Count > 0) _table.Take(early);
    }

    private void Release(SiloId?[] should)
    {
        long now = _context.Time.GetTimestamp();
        var stuck = new List<int>();
        var begin = new HashSet<int>();
        int releasing = 0;
        for (int shard = 0; shard < GrainShards.Count; shard++)
        {
            if (!_table.IsReleasing(shard)) continue;
            releasing++;
            _hasMore = true;
            if (!_isDraining && _table.CountOf(shard) > 0 && _context.Time.GetElapsedTime(_releaseBegan[shard], now) > _context.Options.DrainTimeout) stuck.Add(shard);
        }

        for (int shard = 0; shard < GrainShards.Count; shard++)
        {
            if (!_table.IsOwned(shard) || !(_isDraining || (!_isMine[shard] && should[shard] is not null))) continue;
            _hasMore = true;
            if (releasing + begin.Count < ReleasingLimit && (_isDraining || now >= _releaseNotBefore[shard])) begin.Add(shard);
        }

        GiveUp(stuck, now);
        if (begin.Count == 0) return;
        _context.Log.Releasing(begin.Count);
        foreach (int shard in begin) _releaseBegan[shard] = now;
        _table.BeginRelease(begin);
        _endActivations(begin);
    }

    /// <summary>Grains that do not end keep their shard: it is served again, and tried again later.</summary>
    private void GiveUp(List<int> stuck, long now)
    {
        foreach (int shard in stuck)
        {
            _releaseNotBefore[shard] = now + (long)(_context.Options.DrainTimeout.TotalSeconds * _context.Time.TimestampFrequency);
            _context.Log.ReleaseTookTooLong(shard, _table.CountOf(shard), _context.Options.DrainTimeout, _nameActivation(shard) ?? "one that has just ended");
        }

        _table.CancelRelease(stuck);
    }

    private async Task<bool> FreeAsync(ShardRow[] rows)
    {
        for (int shard = 0; shard < GrainShards.Count; shard++)
            if (_table.IsReleasing(shard) && _table.CountOf(shard) == 0) _table.EndRelease(shard);
        // Of these the store may not have heard, or its answer was lost: freeing again is harmless.
        var given = Named(rows, isFreed: true);
        if (given.Count == 0) return false;
        _hasMore = true;
        _router.OnOwnershipChanged([.. given.Select(static row => row.Shard)]);
        await _context.StoreAsync("free shards", (store, stop) => store.FreeShardsAsync(_context.Self, given, stop));
        var freed = given.Select(static row => row with { Owner = null }).ToList();
        _context.Log.Freed(freed.Count, _table.OwnedShards.Count);
        _router.Learn([.. freed]);
        Changed?.Invoke(freed);
        return true;
    }

    private async Task<bool> TakeAsync(ShardRow[] rows, HashSet<SiloId> live)
    {
        var wanted = new List<ShardRow>();
        for (int shard = 0; shard < rows.Length; shard++)
        {
            if (!_isMine[shard] || _table.TryGetTerm(shard, out _)) continue;
            if (rows[shard].Owner is not { } owner || !live.Contains(owner)) wanted.Add(rows[shard]);
        }

        if (wanted.Count == 0) return false;
        _hasMore = true;
        var taken = await _context.StoreAsync("take shards", (store, stop) => store.TakeShardsAsync(_context.Self, wanted, stop));
        if (taken.Count == 0 || _hasEnded) return false;
        _router.Learn([.. taken]);
        Own([.. taken.Where(row => row.Term > _table.LastFreedTerm(row.Shard))]);
        return true;
    }
}
