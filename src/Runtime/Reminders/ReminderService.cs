using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Fires the reminders of the shards that this silo owns.
/// <para>
/// <b>Normal path.</b> A scan reads the rows that fall due before the scan after next. Each is tracked and fired at its time: the grain is
/// called, and then the row is moved on to the first fire that lies ahead, with one more fire counted as ran or failed, and those passed over
/// counted as missed.
/// </para>
/// <para>
/// <b>Crash.</b> The row is written after the call. A silo that dies between the two leaves the row as it was, and the fire is repeated with the
/// same due time. A row that cannot be written is tried again, without calling the grain again, for as long as the silo lives.
/// </para>
/// <para>
/// <b>Changes.</b> Registering and unregistering replace or remove what is tracked, so that a fire which still runs does not write over the new row.
/// </para>
/// </summary>
internal sealed class ReminderService(Silo silo, IReminderTable? table, ReminderOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReminderKey, Tracked> _tracked = [];
    private readonly PriorityQueue<Tracked, DateTimeOffset> _waiting = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _kill = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _scanTimer;
    private ITimer? _fireTimer;
    private Task _scan = Task.CompletedTask;
    private bool _isScanning;
    private bool _tableHasMore;
    private int _running;
    private long _due;
    private long _ran;
    private long _failed;
    private long _missed;

    /// <summary>Tells test hosts that a fire is done and its row is written.</summary>
    public event Action<ReminderKey, DateTimeOffset>? OnFired;

    public TimeSpan MinimumPeriod => options.MinimumPeriod;

    public IReminderTable Table => table ?? throw new InvalidOperationException(
        "This silo has no reminder table. Call silo.UseInMemoryReminderService() or UseReminderTable(...).");

    public ReminderSnapshot Read() => new(Interlocked.Read(ref _due), Interlocked.Read(ref _ran), Interlocked.Read(ref _failed), Interlocked.Read(ref _missed));

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (table is null) return;
        using (SuppressedFlow.Begin())
        {
            _fireTimer = silo.Time.CreateTimer(static service => ((ReminderService)service!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _scanTimer = silo.Time.CreateTimer(static service => ((ReminderService)service!).BeginScan(), this, options.ScanPeriod, options.ScanPeriod);
        }

        BeginScan();
        await _scan.WaitAsync(cancellationToken);
    }

    /// <summary>Begins no further fires, and lets those that run write their rows. The token cuts this short.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stop.Cancel();
        _scanTimer?.Dispose();
        _fireTimer?.Dispose();
        lock (_lock)
        {
            _waiting.Clear();
            if (_running == 0) _idle.TrySetResult();
        }

        await Task.WhenAny(Task.WhenAll(_scan, _idle.Task), Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken));
        Kill();
    }

    public void Kill()
    {
        _stop.Cancel();
        _kill.Cancel();
        _scanTimer?.Dispose();
        _fireTimer?.Dispose();
        lock (_lock)
        {
            _tracked.Clear();
            _waiting.Clear();
        }
    }

    /// <summary>Fires a row at its time if that comes before the next scan could find it.</summary>
    public void Track(ReminderRow row)
    {
        lock (_lock)
        {
            _tracked.Remove(row.Key);
            TrackIfNew(row, silo.Time.GetUtcNow() + options.ScanPeriod * 2);
            ArmTimer();
        }
    }

    public void Untrack(ReminderKey key)
    {
        lock (_lock) _tracked.Remove(key);
    }

    private void BeginScan()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested || _isScanning) return;
            _isScanning = true;
        }

        _scan = ScanAsync();
    }

    private async Task ScanAsync()
    {
        try
        {
            var until = silo.Time.GetUtcNow() + options.ScanPeriod * 2;
            var rows = await Table.ReadDueAsync(null, until, options.ScanRowsLimit, _stop.Token);
            lock (_lock)
            {
                _tableHasMore = rows.Count >= options.ScanRowsLimit;
                foreach (var row in rows) TrackIfNew(row, until);
                ArmTimer();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
        catch (Exception error)
        {
            silo.Log.ReminderTableFailed(options.ScanPeriod, error);
        }
        finally
        {
            lock (_lock) _isScanning = false;
        }
    }

    private void TrackIfNew(ReminderRow row, DateTimeOffset until)
    {
        if (_stop.IsCancellationRequested || row.NextDue > until || !silo.Ownership.TryGetTerm(row.Shard, out _)) return;
        if (_tracked.TryGetValue(row.Key, out var known) && (known.IsRunning || known.Row.Version >= row.Version)) return;
        var tracked = new Tracked(row);
        _tracked[row.Key] = tracked;
        _waiting.Enqueue(tracked, row.NextDue);
    }

    /// <summary>Under the lock: sets the timer to the earliest fire.</summary>
    private void ArmTimer()
    {
        while (_waiting.TryPeek(out var first, out var due))
        {
            if (!IsCurrent(first))
            {
                _waiting.Dequeue();
                continue;
            }

            if (_running >= options.RunningLimit) return; // the end of a running fire arms it again
            var wait = due - silo.Time.GetUtcNow();
            _fireTimer!.Change(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            return;
        }
    }

    private bool IsCurrent(Tracked tracked) => _tracked.TryGetValue(tracked.Row.Key, out var current) && ReferenceEquals(current, tracked);

    private void FireDue()
    {
        var due = new List<Tracked>();
        lock (_lock)
        {
            if (_stop.IsCancellationRequested) return;
            var now = silo.Time.GetUtcNow();
            while (_running < options.RunningLimit && _waiting.TryPeek(out var first, out var time) && time <= now)
            {
                _waiting.Dequeue();
                if (!IsCurrent(first)) continue;
                first.IsRunning = true;
                _running++;
                due.Add(first);
            }

            ArmTimer();
        }

        foreach (var tracked in due) _ = FireAsync(tracked);
    }

    private async Task FireAsync(Tracked tracked)
    {
        var row = tracked.Row;
        Interlocked.Increment(ref _due);
        bool ran = await CallGrainAsync(row);
        Interlocked.Increment(ref ran ? ref _ran : ref _failed);
        var written = await MoveOnAsync(tracked, ran);
        bool scan;
        lock (_lock)
        {
            _running--;
            if (_running == 0 && _stop.IsCancellationRequested) _idle.TrySetResult();
            if (IsCurrent(tracked))
            {
                _tracked.Remove(row.Key);
                if (written is not null) TrackIfNew(written, silo.Time.GetUtcNow() + options.ScanPeriod * 2);
            }

            if (!_stop.IsCancellationRequested) ArmTimer();
            scan = _tableHasMore && _waiting.Count < options.ScanRowsLimit / 2;
        }

        if (scan) BeginScan();

        OnFired?.Invoke(row.Key, row.NextDue);
    }

    private async Task<bool> CallGrainAsync(ReminderRow row)
    {
        var type = silo.Directory.Find(row.Key.GrainType);
        if (type is null || !typeof(IRemindable).IsAssignableFrom(type.Class.Type))
        {
            silo.Log.ReminderWithoutGrain(row.Key);
            return false;
        }

        try
        {
            var grain = (IRemindable)silo.Factory.CreateReference(GrainInterfaceOf<IRemindable>.Value, type, row.Key.GrainKey);
            await grain.ReceiveReminder(row.Key.Name, new TickStatus(row.FirstDue.UtcDateTime, row.Period, row.NextDue.UtcDateTime)).ConfigureAwait(false);
            return true;
        }
        catch (Exception error)
        {
            silo.Log.ReminderFailed(row.Key, row.NextDue, error);
            return false;
        }
    }

    /// <summary>Writes what became of the fire. Null where the row is no longer this silo's to write.</summary>
    private async Task<ReminderRow?> MoveOnAsync(Tracked tracked, bool ran)
    {
        while (!_kill.IsCancellationRequested)
        {
            lock (_lock)
            {
                if (!IsCurrent(tracked)) return null;
            }

            if (!silo.Ownership.TryGetTerm(tracked.Row.Shard, out long term)) return null;
            var next = Next(tracked.Row, silo.Time.GetUtcNow(), ran, term);
            try
            {
                var written = (await Table.UpdateAsync([next], _kill.Token))[0];
                long missed = next.Missed - tracked.Row.Missed;
                if (written is null || missed == 0) return written;
                Interlocked.Add(ref _due, missed);
                Interlocked.Add(ref _missed, missed);
                silo.Log.RemindersMissed(next.Key, missed, next.NextDue);
                return written;
            }
            catch (Exception error)
            {
                silo.Log.ReminderNotAdvanced(tracked.Row.Key, tracked.Row.NextDue, error);
            }

            try
            {
                await Task.Delay(options.ScanPeriod, silo.Time, _kill.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>The row after its fire: due next at the first multiple of the period that lies ahead.</summary>
    internal static ReminderRow Next(ReminderRow row, DateTimeOffset now, bool ran, long term)
    {
        long missed = now < row.NextDue ? 0 : (now - row.NextDue).Ticks / row.Period.Ticks;
        return row with
        {
            Term = term,
            NextDue = row.NextDue + row.Period * (missed + 1),
            Ran = row.Ran + (ran ? 1 : 0),
            Failed = row.Failed + (ran ? 0 : 1),
            Missed = row.Missed + missed,
        };
    }

    private sealed class Tracked(ReminderRow row)
    {
        public ReminderRow Row { get; } = row;

        public bool IsRunning { get; set; }
    }
}
