using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>The loop that writes begins and ends, and the calls between them.</summary>
internal sealed partial class ReminderService
{
    /// <summary>Fires whose end is to be written. At most as many as run.</summary>
    private readonly Queue<Change> _ended = new();
    private bool _isWriting;
    private int _running;

    /// <summary>Starts the loop unless it runs: then it comes by what is to be written by itself.</summary>
    private void BeginWriting()
    {
        lock (_lock)
        {
            if (_isWriting || _kill.IsCancellationRequested) return;
            _isWriting = true;
        }

        _ = WriteAsync();
    }

    private async Task WriteAsync()
    {
        while (TakeChanges() is { Count: > 0 } changes)
        {
            try
            {
                var stored = await Table.UpdateAsync(changes.ConvertAll(static change => change.Next), _kill.Token).WaitAsync(silo.Options.StorageTimeout, silo.Time, _kill.Token);
                Apply(changes, stored);
                continue;
            }
            catch (OperationCanceledException) when (_kill.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                silo.Log.ReminderRowsNotWritten(changes.Count, options.RetryPeriod, error);
                PutBack(changes);
            }

            try
            {
                await Task.Delay(options.RetryPeriod, silo.Time, _kill.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>The ends that wait, and as many begins as may run. None: the loop is over.</summary>
    private List<Change> TakeChanges()
    {
        var changes = new List<Change>();
        lock (_lock)
        {
            while (_ended.TryDequeue(out var end)) changes.Add(end);
            var now = silo.Time.GetUtcNow();
            while (!_stop.IsCancellationRequested && _running < options.RunningLimit && _waiting.TryPeek(out var tracked, out var time) && time.Due <= now)
            {
                _waiting.Dequeue();
                if (!IsCurrent(tracked)) continue;
                if (!MayBegin(tracked.Row.Shard, out long term))
                {
                    _tracked.Remove(tracked.Row.Key);
                    continue;
                }

                tracked.IsRunning = true;
                _running++;
                var next = ReminderSteps.Begin(tracked.Row, now, term, options, out bool fires);
                changes.Add(new Change(tracked, next, fires ? ChangeKind.Begin : ChangeKind.Skip));
            }

            if (changes.Count > 0) return changes;
            _isWriting = false;
            if (!_stop.IsCancellationRequested) ArmTimer();
            else if (_running == 0) _idle.Set();
        }

        return changes;
    }

    private void PutBack(List<Change> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                if (change.Kind == ChangeKind.End)
                {
                    _ended.Enqueue(change);
                    continue;
                }

                _running--;
                change.Tracked.IsRunning = false;
                if (IsCurrent(change.Tracked)) _waiting.Enqueue(change.Tracked, (change.Tracked.Row.NextDue, _tracks++));
            }
        }
    }

    private void Apply(List<Change> changes, IReadOnlyList<ReminderRow?> stored)
    {
        var begun = new List<Tracked>();
        var done = new List<Change>();
        bool isRefused = false, scan;
        lock (_lock)
        {
            for (int index = 0; index < changes.Count; index++)
            {
                var change = changes[index];
                var tracked = change.Tracked;
                bool isCurrent = IsCurrent(tracked);
                if (stored[index] is { } row) Count(tracked.Row, row);
                if (isCurrent && change.Kind == ChangeKind.Begin && stored[index] is { } begin)
                {
                    tracked.Row = begin;
                    begun.Add(tracked);
                    continue;
                }

                _running--;
                if (change.Kind == ChangeKind.End) done.Add(change);
                if (!isCurrent) continue;
                // Refused: another silo owns the shard, or what is known of the row is old. The next scan says which.
                if (stored[index] is null) isRefused = true;
                _tracked.Remove(tracked.Row.Key);
                if (stored[index] is { } moved) TrackIfNew(moved, Horizon);
            }

            scan = _tableHasMore && _waiting.Count < options.ScanRowsLimit / 2 + 1;
            if (isRefused && !_stop.IsCancellationRequested) ScanSoon();
        }

        if (scan) BeginScan();
        foreach (var change in done) OnFired?.Invoke(change.Next.Key, change.Tracked.Row.NextDue);
        foreach (var tracked in begun) _ = RunAsync(tracked);
    }

    private async Task RunAsync(Tracked tracked)
    {
        var row = tracked.Row;
        bool ran = await CallGrainAsync(row);
        bool isEnded;
        lock (_lock)
        {
            bool isOwned = silo.Ownership.TryGetTerm(row.Shard, out long term) && term == row.Term;
            // What failed because the shard went elsewhere is begun again there.
            isEnded = !IsCurrent(tracked) || (!ran && !isOwned);
            if (isEnded)
            {
                _running--;
                Interlocked.Decrement(ref _due);
                if (IsCurrent(tracked)) _tracked.Remove(row.Key);
            }
            else
            {
                _ended.Enqueue(new Change(tracked, ReminderSteps.End(row, silo.Time.GetUtcNow(), ran, options.AfterOutage), ChangeKind.End));
            }
        }

        BeginWriting();
        if (isEnded) OnFired?.Invoke(row.Key, row.NextDue);
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
            await grain.ReceiveReminder(row.Key.Name, new TickStatus(row.FirstDue.UtcDateTime, row.Period, row.NextDue.UtcDateTime));
            return true;
        }
        catch (Exception error)
        {
            silo.Log.ReminderFailed(row.Key, row.NextDue, error);
            return false;
        }
    }

    private enum ChangeKind : byte
    {
        /// <summary>The grain is called once this is written.</summary>
        Begin,

        /// <summary>Every fire that was due is passed over: nothing is called.</summary>
        Skip,

        /// <summary>The grain was called.</summary>
        End,
    }

    /// <param name="Tracked">Its row as it is stored, as far as is known.</param>
    /// <param name="Next">The row to store.</param>
    /// <param name="Kind">Why.</param>
    private readonly record struct Change(Tracked Tracked, ReminderRow Next, ChangeKind Kind);
}
