using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Reads the cluster store at a period, and soon where somebody wants to know more, and hands what it read to the router. Reads follow one another;
/// one that does not answer in time is forgotten, so that what it shows later is never taken for new.
/// </summary>
internal sealed class ClusterWatcher : IDisposable
{
    /// <summary>The shortest time between the beginnings of two reads. It doubles, up to the watch period, while reads bring nothing new.</summary>
    private static readonly TimeSpan s_gapLeast = TimeSpan.FromMilliseconds(20);

    private readonly ClusterContext _context;
    private readonly GrainRouter _router;
    private readonly MemberWatch _watch;
    private readonly Func<bool>? _mayBury;
    private readonly Pulse _reads;
    private readonly Lock _lock = new();
    private long _knownShards = -1;
    private long _lastBegan;
    private TimeSpan _gap = s_gapLeast;
    private bool _isOtherCluster;

    /// <param name="context">The process's.</param>
    /// <param name="router">Learns what is read.</param>
    /// <param name="watch">Watches members.</param>
    /// <param name="mayBury">Whether this process may declare silos dead just now; null: never, as one without silo writes nothing.</param>
    public ClusterWatcher(ClusterContext context, GrainRouter router, MemberWatch watch, Func<bool>? mayBury)
    {
        _mayBury = mayBury;
        _context = context;
        _router = router;
        _watch = watch;
        _reads = new Pulse(context.Time, context.Scheduler, NextPeriod, RunAsync);
        router.ReadWanted += Hurry;
    }

    /// <summary>After a read was applied.</summary>
    public event Action<ClusterSnapshot>? Applied;

    /// <summary>When the store last answered a read, by <see cref="ClusterContext.LeaseNow"/>; null: never.</summary>
    public TimeSpan? LastRead { get; private set; }

    /// <summary>Why the last read failed; null where it did not.</summary>
    public string? LastError { get; private set; }

    public void Start() => _reads.Start();

    public void Hurry()
    {
        TimeSpan delay;
        lock (_lock) delay = _gap - _context.Time.GetElapsedTime(_lastBegan);
        _reads.Hurry(delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }

    public void Dispose()
    {
        _router.ReadWanted -= Hurry;
        _reads.Dispose();
    }

    /// <summary>Reads once. An error is logged, and what was known stays.</summary>
    /// <returns>Whether the store answered.</returns>
    public async Task<bool> ReadAsync()
    {
        try
        {
            long number = _router.BeginRead();
            lock (_lock) _lastBegan = _context.Time.GetTimestamp();
            long known = _knownShards;
            var snapshot = await _context.StoreAsync("read the cluster", (store, stop) => store.ReadAsync(known, stop));
            if (snapshot.Cluster != _context.Cluster)
            {
                if (!_isOtherCluster) _context.Log.OtherCluster(_context.Cluster, snapshot.Cluster);
                _isOtherCluster = true;
                LastError = $"It holds cluster \"{snapshot.Cluster}\" and not \"{_context.Cluster}\" any more.";
                OtherCluster?.Invoke();
                return false;
            }

            if (snapshot.Shards is not null) _knownShards = snapshot.ShardsVersion;
            LastRead = _context.LeaseNow;
            LastError = null;
            _watch.Observe(snapshot.Members);
            bool isNews = _router.Apply(snapshot, number);
            lock (_lock) _gap = isNews ? s_gapLeast : _gap * 2 < _context.Options.WatchPeriod ? _gap * 2 : _context.Options.WatchPeriod;
            Applied?.Invoke(snapshot);
            return true;
        }
        catch (Exception error)
        {
            LastError = error.Message;
            _context.Log.ReadFailed(error);
            return false;
        }
    }

    /// <summary>The store holds another cluster than the one that this process belongs to.</summary>
    public event Action? OtherCluster;

    private async Task RunAsync()
    {
        if (!await ReadAsync() || _mayBury is null || !_mayBury()) return;
        if (await _watch.BuryAsync()) await ReadAsync();
    }

    /// <summary>The watch period, or less where a silo that stands still would be dead sooner.</summary>
    private TimeSpan NextPeriod()
    {
        var period = _context.Jitter(_context.Options.WatchPeriod);
        if (_mayBury is not null && _watch.UntilNextDeath() is { } until && until < period) period = until;
        return period > s_gapLeast ? period : s_gapLeast;
    }
}
