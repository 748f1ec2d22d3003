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
        return Call("UpdateAsync", cancellationToken, () => Rows.UpdateAsync(copy, default).GetAwaiter().GetResult());
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

    private Task<T> Call<T>(string what, CancellationToken cancellationToken, Func<T> apply) => world.ReminderStore.CallAsync(process, what, cancellationToken, apply);
}
