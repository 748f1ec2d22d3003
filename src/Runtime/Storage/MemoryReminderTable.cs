namespace Orrery.Runtime.Storage;

/// <summary>Reminders in memory, with the full rules of <see cref="IReminderTable"/>.</summary>
public sealed class MemoryReminderTable : IReminderTable
{
    private static readonly Comparer<ReminderKey> s_byKey = Comparer<ReminderKey>.Create(static (left, right) =>
    {
        int order = string.CompareOrdinal(left.GrainType, right.GrainType);
        if (order == 0) order = string.CompareOrdinal(left.GrainKey, right.GrainKey);
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    });

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

    public Task<IReadOnlyList<ReminderRow?>> UpdateAsync(IReadOnlyList<ReminderRow> rows, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var outcomes = new ReminderRow?[rows.Count];
        lock (_lock)
        {
            for (int index = 0; index < outcomes.Length; index++)
            {
                var row = rows[index];
                var stored = _rows.GetValueOrDefault(row.Key);
                if (stored is null || stored.Version != row.Version || stored.Term > row.Term) continue;
                outcomes[index] = _rows[row.Key] = row with { Version = row.Version + 1 };
            }
        }

        return Task.FromResult<IReadOnlyList<ReminderRow?>>(outcomes);
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
                [.. In(shards).Where(row => row.NextDue <= until).OrderBy(row => row.NextDue).ThenBy(row => row.Key, s_byKey).Take(rowsLimit)]);
        }
    }

    public Task<IReadOnlyList<ReminderRow>> ReadPageAsync(IReadOnlyCollection<int>? shards, ReminderKey? after, int rowsLimit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsLimit, 1);
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<ReminderRow>>(
                [.. In(shards).Where(row => after is not { } last || s_byKey.Compare(row.Key, last) > 0).OrderBy(row => row.Key, s_byKey).Take(rowsLimit)]);
        }
    }

    private IEnumerable<ReminderRow> In(IReadOnlyCollection<int>? shards)
    {
        if (shards is null) return _rows.Values;
        var wanted = shards as IReadOnlySet<int> ?? shards.ToHashSet();
        return _rows.Values.Where(row => wanted.Contains(row.Shard));
    }

    private static void Check(ReminderKey key, ReminderRow? stored, long term)
    {
        if (stored is not null && stored.Term > term)
            throw new StaleTermException($"A change of reminder {key} was refused: its row has term {stored.Term}, newer than {term}. Another silo owns the grain.", stored.Term, term);
    }
}
