namespace Orrery.Runtime;

public static class GrainReminderExtensions
{
    /// <summary>Stores a reminder of this grain. It outlives the activation and the silo.</summary>
    /// <param name="grain">The grain; it implements <see cref="IRemindable"/>.</param>
    /// <param name="reminderName">Its name within the grain.</param>
    /// <param name="dueTime">Until the first fire; not negative.</param>
    /// <param name="period">Between fires; not below the silo's smallest period (one minute by default).</param>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        GrainRuntime.Of(grain).Reminders.RegisterOrUpdateAsync(reminderName, dueTime, period);

    /// <summary>Removes the reminder; a fire that already runs ends its run.</summary>
    public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder) => GrainRuntime.Of(grain).Reminders.UnregisterAsync(reminder);

    /// <summary>The reminder of this name; null where there is none.</summary>
    public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName) => GrainRuntime.Of(grain).Reminders.GetAsync(reminderName);

    public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) => GrainRuntime.Of(grain).Reminders.GetAllAsync();
}
