using Orrery.Runtime.Storage;

namespace Orrery.Simulation;

/// <summary>Reminders as one process reaches them.</summary>
internal sealed class ProcessReminderTable(World world, Process process) : IReminderTable
{
    private MemoryReminderTable Rows => world.ReminderRows;

    public Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken) =>
        Call("UpsertAsync", cancellationToken, () => Rows.UpsertAsync(row, default).GetAwaiter().GetResult());

    public Task<IReadOnlyList<ReminderRow?>> UpdateAsync(IReadOnlyList<ReminderRow> rows, CancellationToken cancellationToken)
    {
        ReminderRow[] copy = [.. rows];
        return Call("UpdateAsync", cancellationToken, () => Update(copy));
    }

    public Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken) =>
        Call("RemoveAsync", cancellationToken, () => Rows.RemoveAsync(key, term, default).GetAwaiter().GetResult());

    public Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken) =>
        Call("ReadAsync", cancellationToken, () => Rows.ReadAsync(key, default).GetAwaiter().GetResult());

    public Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken) =>
        Call("ReadAllAsync", cancellationToken, () => Rows.ReadAllAsync(grainType, grainKey, default).GetAwaiter().GetResult());

    public Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken)
    {
        int[]? copy = shards is null ? null : [.. shards];
        return Call("ReadDueAsync", cancellationToken, () => Rows.ReadDueAsync(copy, until, rowsLimit, default).GetAwaiter().GetResult());
    }

    public Task<IReadOnlyList<ReminderRow>> ReadPageAsync(IReadOnlyCollection<int>? shards, ReminderKey? after, int rowsLimit, CancellationToken cancellationToken)
    {
        int[]? copy = shards is null ? null : [.. shards];
        return Call("ReadPageAsync", cancellationToken, () => Rows.ReadPageAsync(copy, after, rowsLimit, default).GetAwaiter().GetResult());
    }

    private IReadOnlyList<ReminderRow?> Update(ReminderRow[] rows)
    {
        var stored = Rows.UpdateAsync(rows, default).GetAwaiter().GetResult();
        if (!world.IsTracing) return stored;
        for (int index = 0; index < rows.Length; index++)
        {
            var row = rows[index];
            world.Trace($"store: reminder of {row.Key.GrainKey} by {process.Name} {(stored[index] is null ? "refused: " : "")}version {row.Version + 1} term {row.Term} next {row.NextDue:HH:mm:ss.fff} attempts {row.Attempts} ran {row.Ran} failed {row.Failed} missed {row.Missed}");
        }

        return stored;
    }

    private Task<T> Call<T>(string what, CancellationToken cancellationToken, Func<T> apply) => world.ReminderStore.CallAsync(process, what, cancellationToken, apply);
}
