using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.ChangeCapture;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Following;

/// <summary>
/// Applies a batch of changes to the follower, in a transaction of the caller's. Inserts, updates and reads put the row of the key, deletes remove it: applying changes again gives the same rows.
/// <para>The fast way takes of each key what counts in the end: deletes, then rows, each table at once. Where that is not the same as one change after the other (a row that others hang on by a cascade
/// goes or changes its key; a table is emptied), or where the follower refuses it (two rows exchange a unique value), changes are applied in their order, in runs of one kind of one table; and where a run is
/// refused, one by one, so that a row that cannot be taken is put aside.</para>
/// <para>MySQL and MariaDB do not log what their foreign keys do by themselves to other rows: the follower's own keys do it there. While it has none yet, <see cref="Cascading"/> does.</para>
/// <para>A row of which the log does not say all (PostgreSQL leaves out large values that did not change) is read from the leader as it is now: what happened since then follows.</para>
/// </summary>
sealed class ChangeApplier(IReadOnlyList<FollowedTable> tables, Func<IDatabase> leader, bool logsCascades)
{
    readonly Dictionary<string, FollowedTable> byName = tables.ToDictionary(table => table.Name);
    readonly Dictionary<TableSchema, ChangeProjection> projections = new(ReferenceEqualityComparer.Instance);

    /// <summary>Whether the follower has its foreign keys.</summary>
    public bool HasForeignKeys { get; set; }

    /// <summary>Whether changes have to be applied in their order.</summary>
    public bool WantsOrder(ChangeBatch batch)
    {
        foreach (ref readonly ChangeEntry entry in batch.Entries)
        {
            if (entry.Schema < 0 || Projection(batch, entry) is not { } projection) continue;
            if (entry.Kind == ChangeKind.Truncate) return true;
            if (entry.Kind is not (ChangeKind.Update or ChangeKind.Delete) || projection.Table.Cascades.Count == 0) continue;
            if (entry.Kind == ChangeKind.Delete || HasMoved(batch, entry, projection)) return true;
        }

        return false;
    }

    /// <summary>The fast way.</summary>
    public void ApplyNet(IDatabase follower, ChangeBatch batch, CancellationToken cancellationToken)
    {
        var net = new Dictionary<FollowedTable, (ChangeProjection Projection, Dictionary<byte[], byte[]?> Rows)>(ReferenceEqualityComparer.Instance);
        foreach (ref readonly ChangeEntry entry in batch.Entries)
        {
            if (entry.Schema < 0 || Projection(batch, entry) is not { } projection) continue;
            var change = new ChangeReader(batch.ValueOf(entry).Span);
            // Rows of another definition of the table have other columns: theirs go first.
            if (net.TryGetValue(projection.Table, out var before) && before.Projection != projection)
            {
                Write(follower, before.Projection, before.Rows, cancellationToken);
                net.Remove(projection.Table);
            }

            if (!net.TryGetValue(projection.Table, out var table)) net[projection.Table] = table = (projection, new Dictionary<byte[], byte[]?>(KeyBytes.Comparer));
            if (entry.Kind == ChangeKind.Delete)
            {
                if (projection.Key(change.Before) is { } gone) table.Rows[gone] = null;
                continue;
            }

            if (entry.Kind is not (ChangeKind.Insert or ChangeKind.Update or ChangeKind.Read)) continue;
            byte[] key = projection.Key(change.After) ?? throw Keyless(projection);
            if (entry.Kind == ChangeKind.Update && projection.Key(change.Before) is { } old && !old.AsSpan().SequenceEqual(key)) table.Rows[old] = null;
            table.Rows[key] = projection.Row(change.After) ?? Reread(projection, key, cancellationToken);
        }

        foreach ((ChangeProjection projection, Dictionary<byte[], byte[]?> rows) in net.Values.OrderByDescending(table => table.Projection.Table.Rank)) Remove(follower, projection, rows, cancellationToken);
        foreach ((ChangeProjection projection, Dictionary<byte[], byte[]?> rows) in net.Values.OrderBy(table => table.Projection.Table.Rank)) Put(follower, projection, rows, cancellationToken);
    }

    /// <summary>One change after the other.</summary>
    /// <param name="refuse">Takes a row that the follower refuses; null: refusals are thrown, and runs go at once.</param>
    public void ApplyInOrder(IDatabase follower, ChangeBatch batch, Action<ChangeProjection, byte[], Exception>? refuse, CancellationToken cancellationToken)
    {
        var run = new Dictionary<byte[], byte[]?>(KeyBytes.Comparer);
        ChangeProjection? of = null;
        bool isRemoval = false;
        ReadOnlySpan<ChangeEntry> entries = batch.Entries;
        for (int index = 0; index < entries.Length; index++)
        {
            ref readonly ChangeEntry entry = ref entries[index];
            cancellationToken.ThrowIfCancellationRequested();
            if (entry.Schema < 0 || Projection(batch, entry) is not { } projection) continue;
            var change = new ChangeReader(batch.ValueOf(entry).Span);
            if (entry.Kind == ChangeKind.Truncate)
            {
                Flush();
                follower.Execute($"DELETE FROM {follower.Dialect.Quote(projection.Table.Follower.Name)}");
                continue;
            }

            if (entry.Kind is not (ChangeKind.Insert or ChangeKind.Update or ChangeKind.Read or ChangeKind.Delete)) continue;
            bool removes = entry.Kind == ChangeKind.Delete;
            // MySQL's capture says a changed key as a delete and an insert of one event, in which nothing else is said so.
            if (removes && index + 1 < entries.Length && entries[index + 1] is { Kind: ChangeKind.Insert } second && second.Schema == entry.Schema && second.Sequence == entry.Sequence)
            {
                Flush();
                (of, isRemoval) = (projection, false);
                ReadOnlySpan<byte> after = new ChangeReader(batch.ValueOf(second).Span).After;
                byte[] moved = projection.Key(after) ?? throw Keyless(projection);
                if (!logsCascades && !HasForeignKeys) Cascading.Update(follower, projection, change.Before, after);
                if (projection.Key(change.Before) is { } left) Move(follower, projection, left, moved);
                run[moved] = projection.Row(after) ?? Reread(projection, moved, cancellationToken);
                if (refuse is not null) Flush();
                index++;
                continue;
            }

            if (of != projection || removes != isRemoval) Flush();
            (of, isRemoval) = (projection, removes);
            byte[]? key = projection.Key(removes ? change.Before : change.After);
            if (key is null)
            {
                if (removes) continue;
                throw Keyless(projection);
            }

            if (entry.Kind == ChangeKind.Update)
            {
                if (!logsCascades && !HasForeignKeys) Flush();
                if (!logsCascades && !HasForeignKeys) Cascading.Update(follower, projection, change.Before, change.After);
                if (projection.Key(change.Before) is { } old && !old.AsSpan().SequenceEqual(key))
                {
                    Flush();
                    of = projection;
                    Move(follower, projection, old, key);
                }
            }

            run[key] = removes ? null : projection.Row(change.After) ?? Reread(projection, key, cancellationToken);
            if (refuse is not null) Flush();
        }

        Flush();

        void Flush()
        {
            if (run.Count == 0) return;
            if (refuse is null)
            {
                Write(follower, of!, run, cancellationToken);
            }
            else
            {
                follower.Execute("SAVEPOINT orrery_row");
                try
                {
                    Write(follower, of!, run, cancellationToken);
                }
                catch (Exception error) when (Outage.IsOfRow(error))
                {
                    follower.Execute("ROLLBACK TO SAVEPOINT orrery_row");
                    (byte[] key, byte[]? row) = run.First();
                    refuse(of!, row ?? key, error);
                }
            }

            run.Clear();
        }
    }

    ChangeProjection? Projection(ChangeBatch batch, in ChangeEntry entry)
    {
        TableSchema schema = batch.Schemas[entry.Schema];
        if (projections.TryGetValue(schema, out ChangeProjection? known)) return known;
        string name = schema.Table.Contains('.', StringComparison.Ordinal) && byName.ContainsKey(schema.Table) ? schema.Table : $"{schema.Database}.{schema.Table}";
        if (!byName.TryGetValue(name, out FollowedTable? table)) return null;
        // The definition after a change comes with it; an old one that lacks nothing stays in use for its rows.
        if (projections.Count > SchemasMax) projections.Clear();
        return projections[schema] = new ChangeProjection(table, schema);
    }

    const int SchemasMax = 10_000;

    static bool HasMoved(ChangeBatch batch, in ChangeEntry entry, ChangeProjection projection)
    {
        var change = new ChangeReader(batch.ValueOf(entry).Span);
        foreach ((_, Schemas.ForeignKey key) in projection.Table.Cascades)
            if (projection.Values(change.Before, key.ParentColumns) is { } before && projection.Values(change.After, key.ParentColumns) is { } after && key.ParentColumns.Any(column => !before[column].AsSpan().SequenceEqual(after[column])))
                return true;
        return false;
    }

    static void Write(IDatabase follower, ChangeProjection projection, Dictionary<byte[], byte[]?> rows, CancellationToken cancellationToken)
    {
        Remove(follower, projection, rows, cancellationToken);
        Put(follower, projection, rows, cancellationToken);
    }

    static void Remove(IDatabase follower, ChangeProjection projection, Dictionary<byte[], byte[]?> rows, CancellationToken cancellationToken)
    {
        var keys = new RowBatch(projection.KeySchema);
        foreach ((byte[] key, byte[]? row) in rows)
            if (row is null)
                keys.AddEncoded(key);
        if (keys.Count > 0) follower.Delete(projection.Table.Follower, [keys], cancellationToken);
    }

    static void Put(IDatabase follower, ChangeProjection projection, Dictionary<byte[], byte[]?> rows, CancellationToken cancellationToken)
    {
        var puts = new RowBatch(projection.Schema);
        foreach (byte[]? row in rows.Values)
            if (row is not null)
                puts.AddEncoded(row);
        if (puts.Count > 0) follower.Upsert(projection.Table.Follower, [puts], cancellationToken);
    }

    /// <summary>A row changes its key in place, so that what hangs on it goes with it. Where there is none of the old key, or one of the new, the row that follows is put, and the old one removed.</summary>
    static void Move(IDatabase follower, ChangeProjection projection, byte[] old, byte[] key)
    {
        IDialect dialect = follower.Dialect;
        TableDefinition table = projection.Table.Follower;
        (string Name, string Literal)[] from = [.. Literals(projection.KeySchema, old, table, dialect)], to = [.. Literals(projection.KeySchema, key, table, dialect)];
        string name = dialect.Quote(table.Name), isOld = string.Join(" AND ", from.Select(pair => $"{pair.Name} = {pair.Literal}")), isNew = string.Join(" AND ", to.Select(pair => $"{pair.Name} = {pair.Literal}"));
        bool isFree;
        using (DbCommand count = follower.Command($"SELECT COUNT(*) FROM {name} WHERE {isNew}")) isFree = Convert.ToInt64(count.ExecuteScalar(), CultureInfo.InvariantCulture) == 0;
        follower.Execute(isFree ? $"UPDATE {name} SET {string.Join(", ", to.Select(pair => $"{pair.Name} = {pair.Literal}"))} WHERE {isOld}" : $"DELETE FROM {name} WHERE {isOld}");
    }

    /// <summary>The row of a key as the leader has it now; null where it is gone: its delete follows.</summary>
    byte[]? Reread(ChangeProjection projection, byte[] key, CancellationToken cancellationToken)
    {
        IDatabase database = leader();
        TableDefinition table = projection.Table.Leader;
        var conditions = new List<string>();
        var reader = new RowReader(projection.KeySchema, key);
        while (reader.Read())
        {
            string follower = reader.Column.Name, name = projection.Table.Columns.First(pair => pair.Follower == follower).Leader;
            conditions.Add($"{database.Dialect.Quote(name)} = {database.Dialect.Literal(reader, table.Column(name))}");
        }

        string[] columns = [.. projection.Schema.Columns.Select(column => projection.Table.Columns.First(pair => pair.Follower == column.Name).Leader)];
        foreach (RowBatch batch in database.Read(table, KeyRange.All with { Only = string.Join(" AND ", conditions) }, new ReadOptions { Columns = columns }, cancellationToken))
        {
            for (int index = 0; index < columns.Length; index++)
                if (batch.Schema.Columns[index].Type != projection.Schema.Columns[index].Type)
                    throw new FollowException($"Column '{columns[index]}' of {table.Name} is {batch.Schema.Columns[index].Type} in the table and {projection.Schema.Columns[index].Type} in its changes. Set REPLICA IDENTITY FULL for the table.");
            return batch[0].ToArray();
        }

        return null;
    }

    /// <summary>A row's values as the follower's SQL has them, with their columns' names in quotes.</summary>
    internal static IEnumerable<(string Name, string Literal)> Literals(TableSchema schema, byte[] row, TableDefinition table, IDialect dialect)
    {
        var cast = new RowCast(schema, table, dialect);
        var given = new RowBatch(schema);
        given.AddEncoded(row);
        var rows = new RowBatch(cast.Schema);
        cast.Cast(given, rows);
        var literals = new List<(string, string)>();
        RowReader reader = rows.Read(0);
        while (reader.Read()) literals.Add((dialect.Quote(cast.Columns[reader.Index].Name), reader.IsNull ? "NULL" : dialect.Literal(reader, cast.Columns[reader.Index])));
        return literals;
    }

    static FollowException Keyless(ChangeProjection projection) => new($"A change of table {projection.Table.Name} does not say its row's key ({string.Join(", ", projection.Table.Follower.Key)}). Let the server log whole rows: binlog_row_image=FULL, or REPLICA IDENTITY FULL.");
}
