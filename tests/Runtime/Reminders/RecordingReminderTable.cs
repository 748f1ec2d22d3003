using Orrery.Runtime.Storage;

namespace Orrery.Runtime.Tests.Reminders;

/// <summary>Keeps count of what a silo asks of its table, and fails where a test says so.</summary>
internal sealed class RecordingReminderTable(IReminderTable inner) : IReminderTable
{
    private readonly List<IReadOnlyCollection<int>?> _scanned = [];
    private readonly List<int> _batches = [];
    private int _failAfterUpdates;

    /// <summary>Updates fail with it, and change nothing.</summary>
    public Exception? UpdateFault { get; set; }

    /// <summary>So many updates are done and then fail, as if their answer was lost.</summary>
    public int FailAfterUpdates
    {
        set => _failAfterUpdates = value;
    }

    public int Reads => Scanned.Count;

    /// <summary>The shards of each scan.</summary>
    public IReadOnlyList<IReadOnlyCollection<int>?> Scanned
    {
        get
        {
            lock (_scanned) return [.. _scanned];
        }
    }

    /// <summary>The sizes of the batches updated.</summary>
    public IReadOnlyList<int> Batches
    {
        get
        {
            lock (_batches) return [.. _batches];
        }
    }

    public Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken) => inner.UpsertAsync(row, cancellationToken);

    public async Task<IReadOnlyList<ReminderRow?>> UpdateAsync(IReadOnlyList<ReminderRow> rows, CancellationToken cancellationToken)
    {
        if (UpdateFault is { } fault) throw fault;
        lock (_batches) _batches.Add(rows.Count);
        var stored = await inner.UpdateAsync(rows, cancellationToken);
        return Interlocked.Decrement(ref _failAfterUpdates) >= 0 ? throw new IOException("The answer was lost.") : stored;
    }

    public Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken) => inner.RemoveAsync(key, term, cancellationToken);

    public Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken) => inner.ReadAsync(key, cancellationToken);

    public Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken) => inner.ReadAllAsync(grainType, grainKey, cancellationToken);

    public Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken)
    {
        lock (_scanned) _scanned.Add(shards);
        return inner.ReadDueAsync(shards, until, rowsLimit, cancellationToken);
    }

    public Task<IReadOnlyList<ReminderRow>> ReadPageAsync(IReadOnlyCollection<int>? shards, ReminderKey? after, int rowsLimit, CancellationToken cancellationToken) =>
        inner.ReadPageAsync(shards, after, rowsLimit, cancellationToken);
}
