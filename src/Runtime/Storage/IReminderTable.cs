namespace Orrery.Runtime.Storage;

/// <summary>
/// Reminders as rows. Rows belong to shards and are fenced as grain state is: a change with an older term than the row's is refused with
/// <see cref="StaleTermException"/>. Versions start at 1 and rise by one with each change.
/// </summary>
public interface IReminderTable
{
    /// <summary>Inserts the row or replaces the one of its key, whatever version that has. Answers the row as stored, with its new version.</summary>
    Task<ReminderRow> UpsertAsync(ReminderRow row, CancellationToken cancellationToken);

    /// <summary>Replaces the row where the stored version equals <see cref="ReminderRow.Version"/>. Answers the row as stored; null where it has another version or is gone.</summary>
    Task<ReminderRow?> TryUpdateAsync(ReminderRow row, CancellationToken cancellationToken);

    /// <summary>Removes the row. Answers whether there was one.</summary>
    Task<bool> RemoveAsync(ReminderKey key, long term, CancellationToken cancellationToken);

    Task<ReminderRow?> ReadAsync(ReminderKey key, CancellationToken cancellationToken);

    /// <summary>The reminders of one grain, by name.</summary>
    Task<IReadOnlyList<ReminderRow>> ReadAllAsync(string grainType, string grainKey, CancellationToken cancellationToken);

    /// <summary>Rows whose <see cref="ReminderRow.NextDue"/> is before or at <paramref name="until"/>, earliest first, ties by key.</summary>
    /// <param name="shards">The shards to look in; null: all.</param>
    /// <param name="until">UTC.</param>
    /// <param name="rowsLimit">At most so many rows; at least 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<ReminderRow>> ReadDueAsync(IReadOnlyCollection<int>? shards, DateTimeOffset until, int rowsLimit, CancellationToken cancellationToken);
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

    /// <summary>Fires that were due before <see cref="NextDue"/>.</summary>
    public long Due => Period <= TimeSpan.Zero ? 0 : (NextDue - FirstDue).Ticks / Period.Ticks;
}
