namespace Orrery.Runtime.Storage;

/// <summary>
/// Reminders as rows. Rows belong to shards and are fenced as grain state is: a change with an older term than the row's is refused.
/// Versions start at 1 and rise by one with each change. A change that fails or times out may have happened.
/// </summary>
public interface IReminderTable
{
    /// <summary>Inserts the row or replaces the one of its key, whatever version that has. Answers the row as stored, with its new version.</summary>
    /// <exception cref="StaleTermException">The stored row has a newer term.</exception>
    Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken);

    /// <summary>
    /// Replaces rows, each where the stored version equals its <see cref="ReminderRow.Version"/> and the stored term is not newer. One row's refusal does not
    /// hinder the others; all that were replaced are durable when this answers.
    /// </summary>
    /// <param name="rows">Each key at most once; in one transaction and few statements where the database has them, for thousands come at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>For each row, in the same order, the row as stored; null where it was refused or is gone.</returns>
    Task<IReadOnlyList<ReminderRow?>> UpdateAsync(IReadOnlyList<ReminderRow> rows, CancellationToken cancellationToken);

    /// <summary>Removes the row. Answers whether there was one.</summary>
    /// <exception cref="StaleTermException">The stored row has a newer term.</exception>
    Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken);

    Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken);

    /// <summary>The reminders of one grain, by name.</summary>
    Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken);

    /// <summary>Rows whose <see cref="ReminderRow.NextDue"/> is before or at <paramref name="until"/>, earliest first, ties by key.</summary>
    /// <param name="shards">The shards to look in; null: all. Part of the query: rows of other shards are not fetched.</param>
    /// <param name="until">UTC.</param>
    /// <param name="rowsLimit">At most so many rows; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken);

    /// <summary>All rows, a page at a time, in the table's own order of keys. A row that stays is read once; one that comes or goes meanwhile at most once.</summary>
    /// <param name="shards">The shards to look in; null: all.</param>
    /// <param name="after">The last key of the page before; null: the first page.</param>
    /// <param name="rowsLimit">At most so many rows; at least 1. Fewer come only at the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<ReminderRow>> ReadPageAsync(IReadOnlyCollection<int>? shards, ReminderKey? after, int rowsLimit, CancellationToken cancellationToken);
}

/// <summary>Which reminder of which grain.</summary>
public readonly record struct ReminderKey(string GrainType, string GrainKey, string Name)
{
    public override string ToString() => $"{GrainType}/{GrainKey}!{Name}";
}

/// <summary>
/// A reminder. Its fires are due at <see cref="FirstDue"/> plus whole multiples of <see cref="Period"/>. The fires that were due before
/// <see cref="NextDue"/> can be counted from these three alone; <see cref="Ran"/>, <see cref="Failed"/> and <see cref="Missed"/> say what became of
/// them. The sums are equal unless a fire was lost.
/// </summary>
public sealed record ReminderRow
{
    public required ReminderKey Key { get; init; }

    /// <summary>The shard that the grain belongs to: 0 to 1023.</summary>
    public required int Shard { get; init; }

    /// <summary>The ownership term of the one who wrote the row last.</summary>
    public required long Term { get; init; }

    /// <summary>One higher after each change; 0 before the row is stored.</summary>
    public long Version { get; init; }

    /// <summary>UTC, whole milliseconds.</summary>
    public required DateTimeOffset FirstDue { get; init; }

    /// <summary>Whole milliseconds, above zero.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>The earliest fire whose outcome is not stored yet. UTC, whole milliseconds.</summary>
    public required DateTimeOffset NextDue { get; init; }

    /// <summary>Fires that ran to their end.</summary>
    public long Ran { get; init; }

    /// <summary>Fires whose grain threw, or did not answer in time.</summary>
    public long Failed { get; init; }

    /// <summary>Fires that were skipped because no silo ran, or because an earlier fire still ran.</summary>
    public long Missed { get; init; }

    /// <summary>
    /// How often the fire of <see cref="NextDue"/> was begun; 0 once <see cref="NextDue"/> has moved on. It is written before the grain is called, so that whoever begins
    /// the fire again, after a crash, knows that it is a repeat.
    /// </summary>
    public int Attempts { get; init; }

    /// <summary>Fires that were begun again because no outcome of an earlier attempt was stored. Each is counted once more, whatever its outcome.</summary>
    public long Repeated { get; init; }

    /// <summary>Fires that were begun late: by more than the silo's option says.</summary>
    public long Late { get; init; }

    /// <summary>Fires that were due before <see cref="NextDue"/>.</summary>
    public long Due => Period <= TimeSpan.Zero ? 0 : (NextDue - FirstDue).Ticks / Period.Ticks;
}
