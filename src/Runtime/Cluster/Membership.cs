using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// One silo's own row: joins, renews its lease, drains, leaves.
/// <para>
/// <b>The lease</b> runs from the moment at which the last successful renewal was <i>sent</i>, for <c>Lease - LeaseMargin</c>, by this process's own
/// <see cref="LeaseClock"/>. Others declare this silo dead only after they have watched the counter stand still for a whole lease by their clocks, and only by
/// replacing the very counter they watched: that counter was written by a renewal sent before they first saw it, so the lease that it gave has ended by then.
/// </para>
/// <para>
/// <b>A renewal whose outcome is not known</b> (failed, timed out, or refused) is followed by a read of the own row. Live with a counter at or above the known one:
/// that counter is taken over and renewed from; the read itself extends nothing. Anything else (dead, left, missing, another cluster, a counter that went back): the silo stops at once.
/// </para>
/// <para>
/// <b>The end</b>: <see cref="Lost"/> is raised once, when the lease has run out or the row is gone. Nothing brings it back; the process starts anew with a higher generation.
/// </para>
/// </summary>
internal sealed class Membership : IDisposable
{
    private readonly ClusterContext _context;
    private readonly Pulse _renewals;
    private readonly Lock _lock = new();
    private ITimer? _leaseTimer;
    private MemberRow? _row;
    private MemberStatus _wanted = MemberStatus.Active;
    private string _reason = "It has joined.";
    private Signal? _reached;
    private long _leaseUntil = long.MinValue;
    private bool _isOutcomeUnknown;
    private int _hasEnded;

    public Membership(ClusterContext context)
    {
        _context = context;
        _renewals = new Pulse(context.Time, context.Scheduler, () => context.Options.RenewPeriod, RenewAsync);
    }

    /// <summary>The silo has to stop at once: why.</summary>
    public event Action<string>? Lost;

    /// <summary>The own row as last stored.</summary>
    public MemberRow Row => _row ?? throw new InvalidOperationException("The silo has not joined.");

    public bool HoldsLease => Volatile.Read(ref _hasEnded) == 0 && _context.LeaseNow.Ticks < Volatile.Read(ref _leaseUntil);

    /// <summary>How long the lease still runs; zero or less: it is over.</summary>
    public TimeSpan LeaseLeft => TimeSpan.FromTicks(Volatile.Read(ref _leaseUntil)) - _context.LeaseNow;

    /// <summary>Adds the silo's row, one generation above the highest of its name.</summary>
    /// <exception cref="ClusterStoreException">The store holds another cluster than when it was opened.</exception>
    public async Task JoinAsync(MemberRow draft, CancellationToken cancellationToken)
    {
        while (true)
        {
            var snapshot = await _context.StoreAsync("read the members", static (store, stop) => store.ReadAsync(-1, stop), cancellationToken);
            if (snapshot.Cluster != _context.Cluster)
                throw new ClusterStoreException($"The cluster store held cluster \"{_context.Cluster}\" when it was opened and now holds \"{snapshot.Cluster}\": it loses its data, or is being replaced.");
            long newest = snapshot.Members.Where(member => member.Id.Name == draft.Id.Name).Select(member => member.Id.Generation).DefaultIfEmpty().Max();
            var now = WholeMilliseconds(_context.Time.GetUtcNow());
            var row = draft with { Id = draft.Id with { Generation = newest + 1 }, Status = MemberStatus.Active, Counter = 1, StartedAt = now, ChangedAt = now, Reason = _reason };
            var sent = _context.LeaseNow;
            if (!await _context.StoreAsync("add the silo's row", (store, stop) => store.TryAddMemberAsync(row, stop), cancellationToken)) continue;
            lock (_lock) _row = row;
            _context.Self = row.Id;
            Extend(sent);
            return;
        }
    }

    /// <summary>Begins to renew.</summary>
    public void Start()
    {
        using (SuppressedFlow.Begin())
            _leaseTimer = _context.Time.CreateTimer(static membership => ((Membership)membership!).OnLeaseTimer(), this, TimeUntilLeaseEnds(), Timeout.InfiniteTimeSpan);
        _renewals.Start();
    }

    /// <summary>Renews at once: somebody doubts that this silo lives.</summary>
    public void Hurry() => _renewals.Hurry();

    /// <summary>Ends when the row has this status, or when the silo is lost.</summary>
    public Task ChangeStatusAsync(MemberStatus status, string reason)
    {
        Task reached;
        lock (_lock)
        {
            if (Row.Status == status || Volatile.Read(ref _hasEnded) != 0) return Task.CompletedTask;
            _wanted = status;
            _reason = reason;
            _reached ??= new Signal(_context.Scheduler);
            reached = _reached.Task;
        }

        _renewals.Hurry();
        return reached;
    }

    /// <summary>Renews no more. Others find the silo dead after a lease, unless it has left.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _hasEnded, 1);
        _renewals.Dispose();
        _leaseTimer?.Dispose();
        lock (_lock) _reached?.Set();
    }

    private async Task RenewAsync()
    {
        if (Volatile.Read(ref _hasEnded) != 0 || !CheckLease()) return;
        try
        {
            if (_isOutcomeUnknown && !await ReadBackAsync()) return;
            var known = Row;
            MemberRow next;
            lock (_lock)
            {
                next = known with { Counter = known.Counter + 1, Status = _wanted };
                if (known.Status != _wanted) next = next with { ChangedAt = WholeMilliseconds(_context.Time.GetUtcNow()), Reason = _reason };
            }

            var sent = _context.LeaseNow;
            _isOutcomeUnknown = true;
            if (await _context.StoreAsync("renew the silo's lease", (store, stop) => store.TryUpdateMemberAsync(next, known.Counter, stop)))
                OnRenewed(next, sent);
            else if (await ReadBackAsync())
                _renewals.Hurry();
        }
        catch (Exception error)
        {
            if (Volatile.Read(ref _hasEnded) != 0) return;
            _context.Log.RenewalFailed(_context.Self, LeaseLeft, error);
            _renewals.Hurry(_context.Options.RenewPeriod / 4);
        }
    }

    private void OnRenewed(MemberRow row, TimeSpan sent)
    {
        _isOutcomeUnknown = false;
        bool wantsMore;
        lock (_lock)
        {
            _row = row;
            wantsMore = _wanted != row.Status;
            if (!wantsMore)
            {
                _reached?.Set();
                _reached = null;
            }
        }

        Extend(sent);
        if (wantsMore) _renewals.Hurry();
    }

    /// <summary>Reads what became of a renewal. False where the silo is lost or has left.</summary>
    private async Task<bool> ReadBackAsync()
    {
        var snapshot = await _context.StoreAsync("read the silo's own row", static (store, stop) => store.ReadAsync(-1, stop));
        var stored = snapshot.Members.FirstOrDefault(member => member.Id == _context.Self);
        if (snapshot.Cluster != _context.Cluster)
        {
            Lose($"the cluster store holds cluster \"{snapshot.Cluster}\" and not \"{_context.Cluster}\" any more: it lost its data, or is another store.");
        }
        else if (stored is null || stored.Counter < Row.Counter)
        {
            Lose($"its row in the cluster store {(stored is null ? "is gone" : "has gone back in time")}: the store lost data that it had acknowledged. Check its durability settings.");
        }
        else if (stored.Status == MemberStatus.Left && _wanted == MemberStatus.Left)
        {
            OnRenewed(stored, TimeSpan.MinValue);
        }
        else if (!stored.IsLive)
        {
            Lose($"the cluster has declared it {stored.Status.ToString().ToLowerInvariant()}: {stored.Reason}");
        }
        else
        {
            lock (_lock) _row = stored;
            _isOutcomeUnknown = false;
            return true;
        }

        return false;
    }

    private void Extend(TimeSpan sent)
    {
        if (sent == TimeSpan.MinValue) return;
        long until = (sent + _context.Options.Lease - _context.Options.LeaseMargin).Ticks;
        if (until > Volatile.Read(ref _leaseUntil)) Volatile.Write(ref _leaseUntil, until);
    }

    private void OnLeaseTimer()
    {
        if (CheckLease()) _leaseTimer!.Change(TimeUntilLeaseEnds(), Timeout.InfiniteTimeSpan);
    }

    private TimeSpan TimeUntilLeaseEnds()
    {
        var left = LeaseLeft + TimeSpan.FromMilliseconds(1);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether the lease holds; where it has run out, the silo is lost.</summary>
    public bool CheckLease()
    {
        if (HoldsLease) return true;
        Lose($"its lease has run out: no renewal succeeded for {_context.Options.Lease - _context.Options.LeaseMargin}. Either the process stood still, or the cluster store did not answer.");
        return false;
    }

    private void Lose(string reason)
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0) return;
        _context.Log.Lost(_context.Self, reason);
        Dispose();
        Lost?.Invoke(reason);
    }

    internal static DateTimeOffset WholeMilliseconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);
}
