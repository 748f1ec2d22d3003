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
        var row = new ReminderRow { Key = key, Shard = shard, Term = term, FirstDue = due, NextDue = due, Period = WholeMilliseconds(period) };
        var stored = await AskAsync(table => table.UpsertAsync(row, CancellationToken.None), $"write reminder {key}");
        Silo.Reminders.Track(stored);
        return new GrainReminder(key);
    }

    public async Task UnregisterAsync(IGrainReminder reminder)
    {
        ArgumentNullException.ThrowIfNull(reminder);
        var key = KeyOf(reminder.ReminderName);
        if (!Silo.Ownership.TryGetTerm(GrainShards.Of(key.GrainType, key.GrainKey), out long term))
            throw new SiloUnavailableException($"Reminder {key} was not removed: this silo does not own its shard.");
        await AskAsync(table => table.RemoveAsync(key, term, CancellationToken.None), $"remove reminder {key}");
        Silo.Reminders.Untrack(key);
    }

    public async Task<IGrainReminder?> GetAsync(string reminderName)
    {
        var key = KeyOf(reminderName);
        return await AskAsync(table => table.ReadAsync(key, CancellationToken.None), $"read reminder {key}") is null ? null : new GrainReminder(key);
    }

    public async Task<List<IGrainReminder>> GetAllAsync()
    {
        var rows = await AskAsync(table => table.ReadAllAsync(activation.Type.Name, activation.Key, CancellationToken.None), $"read the reminders of {activation}");
        return [.. rows.Select(row => new GrainReminder(row.Key))];
    }

    /// <summary>A table that does not answer must not hold the grain's turn for ever.</summary>
    private async Task<T> AskAsync<T>(Func<IReminderTable, Task<T>> ask, string what)
    {
        var timeout = Silo.Options.StorageTimeout;
        try
        {
            return await ask(Silo.Reminders.Table).WaitAsync(timeout, Silo.Time);
        }
        catch (TimeoutException error)
        {
            throw new TimeoutException($"The reminder table did not {what} within {timeout} (SiloOptions.StorageTimeout). Whether it was done is not known.", error);
        }
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
