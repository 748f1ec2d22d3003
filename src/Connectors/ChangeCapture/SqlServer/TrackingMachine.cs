namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>What a capture asks next.</summary>
abstract record TrackingStep
{
    public sealed record Wait : TrackingStep;

    public sealed record Begin : TrackingStep;

    public sealed record Changes(TrackedTable Table, TrackingRange Range, int Rows) : TrackingStep;

    public sealed record Chunk(TrackedTable Table, byte[]? After, int Rows) : TrackingStep;

    /// <summary>End the transaction, then hand out what was found.</summary>
    public sealed record End : TrackingStep;
}

/// <summary>
/// Decides what a capture by change tracking asks next, given the answers; knows neither connection nor clock.
///
/// <b>Data.</b> How far changes were handed out: everything up to a version, and, where a bound cut through that version, of it what stands up to a table and key. For each
/// table whether rows are still to be read, and behind which key.
///
/// <b>Normal path.</b> A round is one transaction of snapshot isolation at version C. It asks C; the changes of each table up to C, at most as many as fit into a batch,
/// ordered by version, table and key; then, if rows are still to be read, one chunk. What does not fit is left for the next round. If C is where the capture stands, and
/// no rows are to be read, it waits. So every answer about a key is of a later moment than the one before it: reads, inserts and updates taken as "put" and deletes as "remove"
/// give exactly the table once the last chunk and the changes up to its version have been handed out. A row changed several times between two rounds comes once.
///
/// <b>Sequence.</b> A batch is one event: (C &lt;&lt; 20) + the number of the batch at C. A round repeated from a checkpoint at the same C gives the same rows with the same
/// sequence; at a later C a later sequence, so that nobody takes it for what it has.
///
/// <b>Tables.</b> A table that is met for the first time has its rows read from the next round on, if rows are wanted; its changes count from where it was met, or from the
/// round of its first chunk. One that was truncated, made anew or tracked anew (its object or the version at which tracking began differs) is said to be truncated, and its
/// rows are read.
///
/// <b>Failure path.</b> A round that is interrupted is abandoned: nothing of it counts. Changes that were cleaned up before they were read are an error that names the table:
/// which rows were deleted cannot be known any more.
///
/// <b>Not guaranteed.</b> Between tables the order is that of the last change of each row. What a row was before is unknown: updates and deletes carry its key alone.
/// </summary>
sealed class TrackingMachine
{
    /// <summary>Bits of a sequence that number the batches of one version.</summary>
    public const int BatchBits = 20;

    readonly IReadOnlyList<string> wanted;
    readonly bool takesSnapshot;
    readonly int batchRows;

    // What holds.
    TrackingCheckpoint? stands;

    // The round that is under way; null between two.
    TrackingRound? round;
    bool waits;

    /// <param name="wanted">Names of the tables.</param>
    /// <param name="takesSnapshot">Whether rows are read of a table that is met for the first time.</param>
    /// <param name="batchRows">Bound of a chunk, and of the changes of a batch.</param>
    /// <param name="checkpoint">Null to begin.</param>
    public TrackingMachine(IReadOnlyList<string> wanted, bool takesSnapshot, int batchRows, TrackingCheckpoint? checkpoint)
    {
        this.wanted = wanted;
        this.takesSnapshot = takesSnapshot;
        this.batchRows = checkpoint?.BatchRows ?? batchRows;
        stands = checkpoint;
    }

    /// <summary>Whether nothing was left for another round when the last one ended.</summary>
    public bool IsCaughtUp { get; private set; }

    public TrackingStep Next()
    {
        if (waits) return new TrackingStep.Wait();
        if (round is null) return new TrackingStep.Begin();
        return round.Next();
    }

    /// <summary>The pause is over.</summary>
    public void Waited() => waits = false;

    /// <summary>Nothing of the round that was under way counts.</summary>
    public void Abandon()
    {
        round = null;
        waits = false;
    }

    /// <exception cref="ChangeSourceException">The database or a table is not tracked, went back, or cleaned up what was not read.</exception>
    public void Take(TrackingMoment moment)
    {
        if (moment.Version is not { } version)
            throw new ChangeSourceException(ChangeSourceFault.Settings, "The database does not track changes: ALTER DATABASE ... SET CHANGE_TRACKING = ON, and SET ALLOW_SNAPSHOT_ISOLATION ON.");
        if (stands is { } known && known.Version > version)
            throw new ChangeSourceException(ChangeSourceFault.PositionLost, $"The database is at version {version}, before the {known.Version} that was captured: it was restored from a backup. Begin a new capture with its rows.");
        round = new TrackingRound(stands ?? new TrackingCheckpoint(version, null, null, 0, batchRows, []), Order(moment), takesSnapshot);
    }

    public void TakeChanges(TrackedRows rows) => round!.TakeChanges(rows);

    public void TakeChunk(TrackedRows rows) => round!.TakeChunk(rows);

    /// <summary>Hands the round's rows out. False where the batch may be left out: only the version moved, if anything.</summary>
    public bool HandOut(ChangeBatch batch)
    {
        stands = round!.HandOut(batch);
        IsCaughtUp = round.IsWhole;
        waits = round.IsWhole && !stands.Tables.Any(table => table.IsPending);
        bool says = round.Says;
        round = null;
        return says;
    }

    TrackingMoment Order(TrackingMoment moment)
    {
        var tables = new List<TrackedTable>(wanted.Count);
        foreach (string name in wanted.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            TrackedTable table = moment.Tables.FirstOrDefault(table => table.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                ?? throw new ChangeSourceException(ChangeSourceFault.Settings, $"Table {name} is not there, or its changes are not tracked: ALTER TABLE {name} ENABLE CHANGE_TRACKING; it needs a primary key.");
            if (table.LeastValidVersion is null)
                throw new ChangeSourceException(ChangeSourceFault.Settings, $"The changes of table {name} may not be read: GRANT VIEW CHANGE TRACKING ON {name} TO the capture's user, and SELECT.");
            tables.Add(table);
        }

        tables.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return moment with { Tables = tables };
    }
}
