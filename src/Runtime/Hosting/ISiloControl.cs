namespace Orrery.Runtime.Hosting;

/// <summary>What every silo offers to the operators of its cluster: a well-known object, reached by the silo's id.</summary>
internal interface ISiloControl : IGrainObserver
{
    [ResponseTimeout("00:00:10")]
    Task<SiloSnapshot> ReadStatistics();

    /// <summary>The ledger of all reminders, as this silo reads it from the table; null where it has none.</summary>
    [ResponseTimeout("00:00:10")]
    Task<IReadOnlyList<ReminderTypeAccount>?> ReadReminders();

    /// <summary>Begins to leave, and answers once it has begun. <inheritdoc cref="IClusterManagement.DrainAsync" path="/param"/></summary>
    [ResponseTimeout("00:00:10")]
    Task Drain(bool restart, string reason);
}
