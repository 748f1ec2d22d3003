using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>One transaction's questions and what they found; see <see cref="TrackingMachine"/>.</summary>
sealed class TrackingRound
{
    readonly TrackingCheckpoint before;
    readonly TrackingMoment moment;
    readonly long version;
    readonly TableProgress[] progress;
    readonly List<TrackedTable> truncated = [], altered = [];
    readonly List<Found> found = [];
    readonly Dictionary<TableSchema, TableSchema> keySchemas = [];
    readonly RowWriter keyOnly = new(256);
    Place? cut;
    (TrackedTable Table, TrackedRows Rows)? chunk;
    int asked; // tables whose changes have been asked
    readonly int reading = -1; // the table whose rows are read

    public TrackingRound(TrackingCheckpoint before, TrackingMoment moment, bool takesSnapshot)
    {
        this.before = before;
        this.moment = moment;
        version = moment.Version!.Value;
        var known = before.Tables.ToDictionary(table => table.Name, StringComparer.Ordinal);
        progress = [.. moment.Tables.Select(table => ProgressOf(table, known.GetValueOrDefault(table.Name), takesSnapshot))];
        // A table that was met or emptied in this round waits for the next one: a checkpoint has to say first from where its changes count. Else, after a crash, a row that
        // somebody was given of this round and that was deleted since would be deleted for nobody.
        for (int table = 0; table < progress.Length && reading < 0; table++)
            if (progress[table].IsPending && known.TryGetValue(progress[table].Name, out TableProgress? was) && was.IsPending && !truncated.Contains(moment.Tables[table]))
                reading = table;
    }

    /// <summary>Whether there is something to hand out: a row, or progress from which a reading again would go another way.</summary>
    public bool Says { get; private set; }

    /// <summary>Whether all changes up to the transaction's version are found.</summary>
    public bool IsWhole => cut is null;

    public TrackingStep Next()
    {
        for (; asked < moment.Tables.Count; asked++)
            if (RangeOf(asked) is { } range)
                return new TrackingStep.Changes(moment.Tables[asked], range, before.BatchRows);
        if (reading < 0 || chunk is not null) return new TrackingStep.End();
        return new TrackingStep.Chunk(moment.Tables[reading], progress[reading].After, before.BatchRows);
    }

    public void TakeChanges(TrackedRows rows)
    {
        int table = asked++;
        for (int index = 0; index < rows.Rows.Count; index++) found.Add(new Found(new Place(rows.Rows[index].Version, table, index), rows, rows.Rows[index]));
        if (rows.HasMore && rows.Rows.Count > 0) CutAt(new Place(rows.Rows[^1].Version, table, rows.Rows.Count - 1));
        found.Sort(static (left, right) => left.Place.CompareTo(right.Place));
        if (found.Count > before.BatchRows) CutAt(found[before.BatchRows - 1].Place);
        if (cut is { } last) found.RemoveRange(found.FindIndex(change => change.Place == last) + 1, found.Count - found.FindIndex(change => change.Place == last) - 1);
    }

    public void TakeChunk(TrackedRows rows)
    {
        chunk = (moment.Tables[reading], rows);
        progress[reading] = progress[reading] with { IsPending = rows.HasMore, After = rows.HasMore ? rows.KeyOf(rows.Rows[^1]).ToArray() : null };
    }

    /// <summary>Fills the batch and answers where the capture stands behind it.</summary>
    public TrackingCheckpoint HandOut(ChangeBatch batch)
    {
        bool isEmpty = truncated.Count + altered.Count + found.Count == 0 && chunk is not { Rows.Rows.Count: > 0 };
        long sequence = isEmpty ? before.Sequence : NextSequence();
        int row = 0;
        foreach (TrackedTable table in truncated) batch.AddTable(ChangeKind.Truncate, table.Schema, moment.Milliseconds, sequence, row++);
        foreach (TrackedTable table in altered) batch.AddTable(ChangeKind.Schema, table.Schema, moment.Milliseconds, sequence, row++);
        foreach (Found change in found) Emit(batch, change, sequence, row++);
        if (chunk is { } read)
            foreach (TrackedRow one in read.Rows.Rows)
                batch.AddRow(ChangeKind.Read, read.Table.Schema, moment.Milliseconds, sequence, row++, read.Rows.RowOf(one));
        TrackingCheckpoint after = before with { Version = version, Table = null, Key = null, Sequence = sequence, Tables = progress };
        if (cut is { } last)
            after = after with { Version = last.Version, Table = moment.Tables[last.Table].Name, Key = found[^1].Rows.KeyOf(found[^1].Row).ToArray() };
        Says = !isEmpty || !progress.SequenceEqual(before.Tables);
        batch.EndSequence = sequence;
        batch.Checkpoint = after.Format();
        return after;
    }

    void Emit(ChangeBatch batch, in Found change, long sequence, int row)
    {
        TableSchema schema = moment.Tables[change.Place.Table].Schema;
        ReadOnlySpan<byte> standing = change.Rows.RowOf(change.Row);
        ChangeKind kind = standing.IsEmpty ? ChangeKind.Delete : change.Row.IsInsert ? ChangeKind.Insert : ChangeKind.Update;
        if (kind != ChangeKind.Insert) WriteKeyOnly(schema, change.Rows.KeyOf(change.Row));
        batch.AddRow(kind, schema, moment.Milliseconds, sequence, row, standing, kind == ChangeKind.Insert ? default : keyOnly.Written);
    }

    /// <summary>A row of which only the key is known.</summary>
    void WriteKeyOnly(TableSchema schema, ReadOnlySpan<byte> key)
    {
        keyOnly.Clear();
        keyOnly.BeginRow(schema.Columns.Count, partial: true);
        for (int column = 0; column < schema.Columns.Count; column++)
        {
            int place = IndexIn(schema.KeyColumns, column);
            if (place < 0)
            {
                keyOnly.WriteMissing();
                continue;
            }

            var reader = new RowReader(KeySchemaOf(schema), key);
            while (reader.Read() && reader.Index < place) { }
            keyOnly.WriteEncoded(reader.Encoded);
        }

        keyOnly.EndRow();
    }

    TableSchema KeySchemaOf(TableSchema schema) =>
        keySchemas.TryGetValue(schema, out TableSchema? known) ? known : keySchemas[schema] = RowKeys.SchemaOf(schema);

    long NextSequence()
    {
        if (version > long.MaxValue >> TrackingMachine.BatchBits)
            throw new ChangeSourceException(ChangeSourceFault.Value, $"The database's version {version} is above {long.MaxValue >> TrackingMachine.BatchBits}, up to which batches can be numbered.");
        long first = version << TrackingMachine.BatchBits, next = Math.Max(first, before.Sequence + 1);
        if (next >= first + (1L << TrackingMachine.BatchBits))
            throw new ChangeSourceException(ChangeSourceFault.Settings, $"{1 << TrackingMachine.BatchBits} batches were read at version {version} without a change at the server. Raise BatchRows, or let anything of a tracked table be changed.");
        return next;
    }

    TableProgress ProgressOf(TrackedTable table, TableProgress? was, bool takesSnapshot)
    {
        var anew = new TableProgress(table.Name, table.Id, table.BeginVersion, version, table.Schema.Fingerprint, takesSnapshot, null);
        if (was is null) return anew;
        if (was.Fingerprint != table.Schema.Fingerprint) altered.Add(table);
        if (was.Id != table.Id || was.BeginVersion != table.BeginVersion)
        {
            truncated.Add(table);
            return anew with { IsPending = true };
        }

        return was with { Fingerprint = table.Schema.Fingerprint };
    }

    /// <summary>Which changes of a table are asked; null where none can be of use.</summary>
    /// <exception cref="ChangeSourceException">They were cleaned up.</exception>
    TrackingRange? RangeOf(int index)
    {
        TrackedTable table = moment.Tables[index];
        TableProgress state = progress[index];
        if (state is { IsPending: true, After: null } && index != reading) return null; // Its rows will have them.
        long since = before.Version;
        byte[]? behind = null;
        if (before.Table is { } last && string.CompareOrdinal(table.Name, last) is >= 0 and var order)
        {
            since--;
            if (order == 0) behind = before.Key;
        }

        if (state.From > since) (since, behind) = (state.From, null);
        long upTo = cut is { } known ? known.Version : version;
        if (since >= upTo) return null;
        if (since < table.LeastValidVersion)
            throw new ChangeSourceException(
                ChangeSourceFault.PositionLost,
                $"The changes of table {table.Name} behind version {since} were cleaned up: the least version that is still whole is {table.LeastValidVersion}. The capture was away for longer than the database keeps changes. "
                + "Begin a new capture with its rows, and let the database keep more: ALTER DATABASE ... SET CHANGE_TRACKING (CHANGE_RETENTION = 7 DAYS).");
        return new TrackingRange(since, behind, upTo);
    }

    void CutAt(Place place)
    {
        if (cut is null || place.CompareTo(cut.Value) < 0) cut = place;
    }

    static int IndexIn(IReadOnlyList<int> columns, int column)
    {
        for (int index = 0; index < columns.Count; index++)
            if (columns[index] == column)
                return index;
        return -1;
    }

    /// <summary>Where a change stands in the order in which changes are handed out.</summary>
    readonly record struct Place(long Version, int Table, int Row) : IComparable<Place>
    {
        public int CompareTo(Place other) => (Version, Table, Row).CompareTo((other.Version, other.Table, other.Row));
    }

    readonly record struct Found(Place Place, TrackedRows Rows, TrackedRow Row);
}
