namespace Orrery.Runtime;

/// <summary>What the engine does for the members of <see cref="Grain"/> and its extensions.</summary>
internal interface IGrainRuntime : IGrainContext
{
    IGrainFactory Factory { get; }

    void DelayDeactivation(TimeSpan timeSpan);

    IGrainTimer RegisterTimer<TState>(Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);

    object GetReference(Type interfaceType);

    IGrainReminders Reminders { get; }
}

/// <summary>The reminders of one grain.</summary>
internal interface IGrainReminders
{
    Task<IGrainReminder> RegisterOrUpdateAsync(string reminderName, TimeSpan dueTime, TimeSpan period);

    Task UnregisterAsync(IGrainReminder reminder);

    Task<IGrainReminder?> GetAsync(string reminderName);

    Task<List<IGrainReminder>> GetAllAsync();
}

internal static class GrainRuntime
{
    /// <summary>The activation whose turn this thread runs.</summary>
    public static IGrainContext? Current => SynchronizationContext.Current as IGrainContext;

    public static IGrainRuntime Of(IGrainBase grain) => grain.GrainContext as IGrainRuntime ?? throw NotHosted(grain.GetType());

    public static InvalidOperationException NotHosted(Type type) =>
        new($"{type.FullName} was not made by a silo and has no activation. Reach it through IGrainFactory.GetGrain.");
}
