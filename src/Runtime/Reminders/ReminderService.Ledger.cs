using Orrery.Runtime.Hosting;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>What is counted here, and the audit that walks this silo's rows in the background.</summary>
internal sealed partial class ReminderService
{
    /// <summary>How many wrong rows one pass of the audit names in the log; all are counted.</summary>
    private const int NamedRowsLimit = 10;

    private long _due;
    private long _ran;
    private long _failed;
    private long _missed;
    private long _late;
    private long _repeated;
    private long _overdue;
    private long _lost;
    private long _lostInPass;
    private int _namedInPass;
    private ReminderKey? _auditedTo;

    public ReminderSnapshot Read() => new(Interlocked.Read(ref _due), Interlocked.Read(ref _ran), Interlocked.Read(ref _failed), Interlocked.Read(ref _missed),
        Interlocked.Read(ref _late), Interlocked.Read(ref _repeated), Interlocked.Read(ref _overdue), Interlocked.Read(ref _lost));

    /// <summary>Under the lock: a row was stored. Each begin is due here once, on whichever attempt.</summary>
    private void Count(ReminderRow before, ReminderRow after)
    {
        long missed = after.Missed - before.Missed;
        Interlocked.Add(ref _due, missed + (after.Attempts > 0 ? 1 : 0));
        Interlocked.Add(ref _ran, after.Ran - before.Ran);
        Interlocked.Add(ref _failed, after.Failed - before.Failed);
        Interlocked.Add(ref _missed, missed);
        Interlocked.Add(ref _late, after.Late - before.Late);
        if (missed > 0) silo.Log.RemindersMissed(after.Key, missed, after.NextDue);
        if (after.Repeated == before.Repeated) return;
        Interlocked.Increment(ref _repeated);
        silo.Log.ReminderRepeated(after.Key, after.NextDue, after.Attempts);
    }

    private void NoteOverdue(IReadOnlyList<ReminderRow> rows)
    {
        var now = silo.Time.GetUtcNow();
        int overdue = 0;
        while (overdue < rows.Count && now - rows[overdue].NextDue > options.LateAfter) overdue++;
        Interlocked.Exchange(ref _overdue, overdue);
        if (overdue > 0) silo.Log.RemindersOverdue(overdue, rows[0].Key, rows[0].NextDue, options.AfterOutage);
    }

    /// <summary>A page of this silo's rows per scan: the fires that were due, by first time and period alone, against those accounted for.</summary>
    private async Task AuditAsync()
    {
        var shards = silo.Ownership.OwnedShards;
        if (shards is { Count: 0 }) return;
        var rows = await Table.ReadPageAsync(shards, _auditedTo, options.AuditRowsLimit, _stop.Token).WaitAsync(silo.Options.StorageTimeout, silo.Time, _stop.Token);
        foreach (var row in rows)
        {
            long lost = ReminderAccount.Of(row, row.NextDue, options.LateAfter).Lost;
            if (lost == 0) continue;
            _lostInPass += Math.Abs(lost);
            if (_namedInPass++ < NamedRowsLimit) silo.Log.RemindersLost(row.Key, lost, row.Due, row.Ran, row.Failed, row.Missed);
        }

        _auditedTo = rows.Count > 0 ? rows[^1].Key : null;
        if (rows.Count >= options.AuditRowsLimit) return;
        Interlocked.Exchange(ref _lost, _lostInPass);
        (_auditedTo, _lostInPass, _namedInPass) = (null, 0, 0);
    }
}
