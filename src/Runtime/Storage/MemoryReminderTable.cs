namespace Orrery.Runtime.Storage;

/// <summary>Reminders in memory, with the full rules of <see cref="IReminderTable"/>.</summary>
public sealed class MemoryReminderTable : IReminderTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReminderKey, ReminderRow> _rows = [];

    public Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var stored = _rows.GetValueOrDefault(row.Key);
            Check(row.Key, stored, row.Term);
            return Task.FromResult(_rows[row.Key] = row with { Version = (stored?.Version ?? 0) + 1 });
        }
    }

    public Task<ReminderRow?> TryUpdateAsync(ReminderRow row, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var stored = _rows.GetValueOrDefault(row.Key);
            Check(row.Key, stored, row.Term);
            if (stored is null || stored.Version != row.Version) return Task.FromResult<ReminderRow?>(null);
            return Task.FromResult<ReminderRow?>(_rows[row.Key] = row with { Version = row.Version + 1 });
        }
    }

    public Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Check(key, _rows.GetValueOrDefault(key), term);
            return Task.FromResult(_rows.Remove(key));
        }
    }

    public Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock) return Task.FromResult(_rows.GetValueOrDefault(key));
    }

    public Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ReminderRow>>(
                [.. _rows.Values.Where(row => row.Key.GrainType == grainType && row.Key.GrainKey == grainKey).OrderBy(row => row.Key.Name, StringComparer.Ordinal)]);
        }
    }

    public Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ReminderRow>>(
                [.. _rows.Values.Where(row => row.NextDue <= until && (shards is null || shards.Contains(row.Shard)))
                    .OrderBy(row => row.NextDue).ThenBy(row => row.Key.GrainType, StringComparer.Ordinal)
                    .ThenBy(row => row.Key.GrainKey, StringComparer.Ordinal).ThenBy(row => row.Key.Name, StringComparer.Ordinal).Take(rowsLimit)]);
        }
    }

    private static void Check(ReminderKey key, ReminderRow? stored, long term)
    {
        if (stored is not null && stored.Term > term)
            throw new StaleTermException($"A change of reminder {key} was refused: its row has term {stored.Term}, newer than {term}. Another silo owns the grain.", stored.Term, term);
    }
}
