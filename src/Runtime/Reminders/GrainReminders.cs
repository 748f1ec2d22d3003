using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>The reminders of one grain.</summary>
internal sealed class GrainReminders(Activation activation) : IGrainReminders
{
    private Silo Silo => activation.Silo;

    public async Task<IGrainReminder> RegisterOrUpdateAsync(string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrEmpty(reminderName);
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < Silo.Reminders.MinimumPeriod)
        {
            throw new ArgumentOutOfRangeException(nameof(period), period,
                $"Reminder {reminderName} of {activation} was to fire every {period}; the smallest period is {Silo.Reminders.MinimumPeriod} (ReminderOptions.MinimumPeriod). Use a grain timer for what is more frequent.");
        }

        if (activation.Instance is not IRemindable)
            throw new InvalidOperationException($"Reminder {reminderName} of {activation} was refused: {activation.Instance.GetType().FullName} does not implement IRemindable.");
        var key = KeyOf(reminderName);
        int shard = GrainShards.Of(key.GrainType, key.GrainKey);
        if (!Silo.Ownership.TryGetTerm(shard, out long term))
            throw new SiloUnavailableException($"Reminder {key} was not registered: this silo does not own shard {shard}.");
        var due = WholeMilliseconds(Silo.Time.GetUtcNow() + dueTime);
        var stored = await Silo.Reminders.Table.UpsertAsync(
            new ReminderRow { Key = key, Shard = shard, Term = term, FirstDue = due, NextDue = due, Period = WholeMilliseconds(period) }, CancellationToken.None);
        Silo.Reminders.Track(stored);
        return new GrainReminder(key);
    }

    public async Task UnregisterAsync(IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        var key = KeyOf(reminder.ReminderName);
        if (!Silo.Ownership.TryGetTerm(GrainShards.Of(key.GrainType, key.GrainKey), out long term))
            throw new SiloUnavailableException($"Reminder {key} was not removed: this silo does not own its shard.");
        await Silo.Reminders.Table.RemoveAsync(key, term, CancellationToken.None);
        Silo.Reminders.Untrack(key);
    }

    public async Task<IGrainReminder?> GetAsync(string reminderName)
    {
        var key = KeyOf(reminderName);
        return await Silo.Reminders.Table.ReadAsync(key, CancellationToken.None) is null ? null : new GrainReminder(key);
    }

    public async Task<List<IGrainReminder>> GetAllAsync()
    {
        var rows = await Silo.Reminders.Table.ReadAllAsync(activation.Type.Name, activation.Key, CancellationToken.None);
        return [.. rows.Select(row => new GrainReminder(row.Key))];
    }

    private ReminderKey KeyOf(string name) => new(activation.Type.Name, activation.Key, name);

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    private static TimeSpan WholeMilliseconds(TimeSpan time) => TimeSpan.FromTicks(Math.Max(time.Ticks - time.Ticks % TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerMillisecond));

    private sealed class GrainReminder(ReminderKey key) : IGrainReminder
    {
        public string ReminderName => key.Name;

        public override string ToString() => key.ToString();
    }
}
