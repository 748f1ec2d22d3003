namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>What a capture by change tracking does next.</summary>
public enum ChangeTrackingStep
{
    /// <summary>Nothing changed.</summary>
    Wait = 1,

    /// <summary>Read the changes behind the plan's version.</summary>
    ReadChanges,

    /// <summary>Read all rows: there is no version to go on from, or what changed behind it was cleaned up, or the table was truncated or re-created.</summary>
    Reload,
}

/// <summary>
/// Decides between going on and reloading. The rule of the server: changes behind a version are whole only if the version is not below the table's least valid one. That
/// is asked in the same transaction of snapshot isolation that reads the changes, so clean-up cannot come between. A reload at current version V, read in chunks that
/// each have their own transaction, is followed by the changes behind V: rows read later than V come again as changes, which replace them.
/// </summary>
/// <param name="Step">What to do.</param>
/// <param name="Since">The version behind which changes are read; of a reload, the version to go on from afterwards.</param>
/// <param name="Current">The version that the transaction sees: what to go on from once this step's rows are handed out.</param>
public readonly record struct ChangeTrackingPlan(ChangeTrackingStep Step, long Since, long Current)
{
    /// <summary>The next step.</summary>
    /// <param name="last">The version that was handed out; null at the begin.</param>
    /// <param name="current">The database's version; null where it does not track changes.</param>
    /// <param name="leastValid">The table's least valid version; null where it is not tracked.</param>
    /// <exception cref="ChangeSourceException">Database or table are not tracked, or the database went back, as one that was restored does.</exception>
    public static ChangeTrackingPlan Next(long? last, long? current, long? leastValid)
    {
        if (current is null) throw new ChangeSourceException(ChangeSourceFault.Settings, "The database does not track changes: ALTER DATABASE ... SET CHANGE_TRACKING = ON.");
        if (leastValid is null) throw new ChangeSourceException(ChangeSourceFault.Settings, "The table is not tracked: ALTER TABLE ... ENABLE CHANGE_TRACKING; it needs a primary key.");
        if (last > current) throw new ChangeSourceException(ChangeSourceFault.PositionLost, $"The database is at version {current}, before the {last} that was captured: it was restored from a backup. Take a new snapshot.");
        if (last is null || last < leastValid) return new ChangeTrackingPlan(ChangeTrackingStep.Reload, current.Value, current.Value);
        return new ChangeTrackingPlan(last == current ? ChangeTrackingStep.Wait : ChangeTrackingStep.ReadChanges, last.Value, current.Value);
    }
}
