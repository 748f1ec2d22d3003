using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Fires the reminders of the shards that this silo owns.
/// <para>
/// <b>Normal path.</b> A scan reads the rows of owned shards that fall due before the scan after next. Each waits here for its time. Then it is written with one more
/// attempt and the shard's term; the grain is called; and the row is written again, moved on to the next fire, with what became of this one. One loop does the writing:
/// while a batch is on its way, the begins and ends that come up gather for the next, so that thousands in one instant cost a few statements.
/// </para>
/// <para>
/// <b>Crash.</b> A silo that dies between the two writes leaves an attempt without an outcome. The next owner of the shard scans it at once, sees the attempt, and fires again
/// with the same due time, counted as repeated. A batch whose outcome is unknown is written again; the row's version lets it land once.
/// </para>
/// <para>
/// <b>Shards that move.</b> Rows of a shard that is given away are dropped unless their fire is under way. Its end is written in the term in which it began: the table takes
/// that unless the next owner has begun the fire anew, which it does with the newer term. A fire that failed because its shard had moved is left to the next owner.
/// </para>
/// <para>
/// <b>Changes.</b> Registering and unregistering replace or remove what is tracked, so that a fire which still runs does not write over the new row.
/// </para>
/// </summary>
internal sealed partial class ReminderService(Silo silo, IReminderTable? table, ReminderOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReminderKey, Tracked> _tracked = [];
    private readonly PriorityQueue<Tracked, (DateTimeOffset Due, long Number)> _waiting = new();
    /// <summary>Shards that are being given away: their terms still hold for what is under way, and nothing more is begun.</summary>
    private readonly HashSet<int> _released = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly Signal _idle = new(silo.Scheduler);
    private ITimer? _scanTimer;
    private ITimer? _fireTimer;
    private Task _scan = Task.CompletedTask;
    private bool _isScanning;
    private bool _scanAgain;
    private bool _tableHasMore;
    private long _tracks;

    /// <summary>Tells test hosts that a fire is done and its row is written.</summary>
    public event Action<ReminderKey, DateTimeOffset>? OnFired;

    public TimeSpan MinimumPeriod => options.MinimumPeriod;

    public IReminderTable Table => table ?? throw new InvalidOperationException(
        "This silo has no reminder table. Call silo.UseInMemoryReminderService() or UseReminderTable(...).");

    /// <summary>What is tracked belongs to the next two scans.</summary>
    private DateTimeOffset Horizon => silo.Time.GetUtcNow() + options.ScanPeriod * 2;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (table is null) return;
        using (SuppressedFlow.Begin())
        {
            _fireTimer = silo.Time.CreateTimer(static service => ((ReminderService)service!).BeginWriting(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _scanTimer = silo.Time.CreateTimer(static service => ((ReminderService)service!).BeginScan(), this, options.ScanPeriod, options.ScanPeriod);
        }

        silo.Ownership.Taken += OnTaken;
        silo.Ownership.Releasing += OnReleasing;
        BeginScan();
        await _scan.WaitAsync(cancellationToken);
    }

    /// <summary>Begins no further fires, and lets those that run write their rows. The token cuts this short.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        bool isIdle;
        _stop.Cancel();
        lock (_lock)
        {
            _waiting.Clear();
            isIdle = _running == 0 && _scan.IsCompleted;
            if (_running == 0) _idle.Set();
        }

        _scanTimer?.Dispose();
        _fireTimer?.Dispose();
        if (!isIdle) await Task.WhenAny(Task.WhenAll(_scan, _idle.Task), Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
        Kill();
    }

    public void Kill()
    {
        silo.Ownership.Taken -= OnTaken;
        silo.Ownership.Releasing -= OnReleasing;
        _stop.Cancel();
        _kill.Cancel();
        _scanTimer?.Dispose();
        _fireTimer?.Dispose();
        lock (_lock)
        {
            _tracked.Clear();
            _waiting.Clear();
            _ended.Clear();
        }
    }

    /// <summary>Fires a row at its time if that comes before the next scan could find it.</summary>
    public void Track(ReminderRow row)
    {
        lock (_lock)
        {
            _tracked.Remove(row.Key);
            TrackIfNew(row, Horizon);
            ArmTimer();
        }
    }

    public void Untrack(ReminderKey key)
    {
        lock (_lock) _tracked.Remove(key);
    }

    private void OnTaken(IReadOnlyCollection<int> shards)
    {
        lock (_lock) _released.ExceptWith(shards);
        BeginScan();
    }

    private void OnReleasing(IReadOnlyCollection<int> shards)
    {
        lock (_lock)
        {
            _released.UnionWith(shards);
            foreach (var (key, tracked) in _tracked)
                if (!tracked.IsRunning && _released.Contains(tracked.Row.Shard)) _tracked.Remove(key);
        }
    }

    private bool MayBegin(int shard, out long term) => silo.Ownership.TryGetTerm(shard, out term) && !_released.Contains(shard);

    private void BeginScan()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return;
            if (_isScanning)
            {
                _scanAgain = true;
                return;
            }

            _isScanning = true;
        }

        _scan = ScanAsync();
    }

    private async Task ScanAsync()
    {
        bool again = true;
        while (again)
        {
            try
            {
                await ReadDueAsync();
                await AuditAsync();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The silo stops.
            }
            catch (Exception error)
            {
                silo.Log.ReminderTableFailed(options.RetryPeriod, error);
                ScanSoon();
            }

            lock (_lock)
            {
                again = _scanAgain && !_stop.IsCancellationRequested;
                _scanAgain = false;
                _isScanning = again;
            }
        }
    }

    private async Task ReadDueAsync()
    {
        var shards = silo.Ownership.OwnedShards;
        if (shards is { Count: 0 }) return;
        var until = Horizon;
        // What is under way is among the earliest rows and is read again: it must not take the place of the next.
        int limit = options.ScanRowsLimit + Volatile.Read(ref _running);
        var rows = await Table.ReadDueAsync(shards, until, limit, _stop.Token).WaitAsync(silo.Options.StorageTimeout, silo.Time, _stop.Token);
        lock (_lock)
        {
            _tableHasMore = rows.Count >= limit;
            if (_tableHasMore) DropWaitingAfter(rows[^1].NextDue);
            foreach (var row in rows) TrackIfNew(row, until);
            ArmTimer();
        }

        NoteOverdue(rows);
    }

    /// <summary>Keeps what waits bounded, and the earliest: more rows are due than are tracked, so later ones go.</summary>
    private void DropWaitingAfter(DateTimeOffset due)
    {
        foreach (var (key, tracked) in _tracked)
            if (!tracked.IsRunning && tracked.Row.NextDue > due) _tracked.Remove(key);
    }

    private void TrackIfNew(ReminderRow row, DateTimeOffset until)
    {
        if (_stop.IsCancellationRequested || row.NextDue > until) return;
        if (!MayBegin(row.Shard, out long term) || row.Term > term) return;
        if (_tracked.TryGetValue(row.Key, out var known) && (known.IsRunning || known.Row.Version >= row.Version)) return;
        if (_tracked.Count >= options.ScanRowsLimit * 2L)
        {
            _tableHasMore = true;
            return;
        }

        var tracked = new Tracked(row);
        _tracked[row.Key] = tracked;
        _waiting.Enqueue(tracked, (row.NextDue, _tracks++));
    }

    /// <summary>Under the lock: sets the timer to the earliest fire.</summary>
    private void ArmTimer()
    {
        while (_waiting.TryPeek(out var first, out var time))
        {
            if (!IsCurrent(first))
            {
                _waiting.Dequeue();
                continue;
            }

            if (_running >= options.RunningLimit) return; // the end of a running fire arms it again
            var wait = time.Due - silo.Time.GetUtcNow();
            _fireTimer?.Change(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            return;
        }
    }

    private bool IsCurrent(Tracked tracked) => _tracked.TryGetValue(tracked.Row.Key, out var current) && ReferenceEquals(current, tracked);

    private void ScanSoon() => _scanTimer?.Change(options.RetryPeriod < options.ScanPeriod ? options.RetryPeriod : options.ScanPeriod, options.ScanPeriod);

    private sealed class Tracked(ReminderRow row)
    {
        public ReminderRow Row { get; set; } = row;

        /// <summary>From the moment its begin is to be written until its end is.</summary>
        public bool IsRunning { get; set; }
    }
}
