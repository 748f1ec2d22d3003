using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// A table of PostgreSQL, MySQL/MariaDB, SQL Server or SQLite. An epoch's rows and its number are written in one transaction: the row of <c>orrery_sinks</c> is moved to (term, epoch) only if it stands
/// before this epoch and under no later term; so an epoch is in the table once, whoever writes it and however often.
/// </summary>
sealed class DatabaseSink(Relation relation, IDialect dialect, string connection, string table, long id) : ISink
{
    public const string MarkerTable = "orrery_sinks";
    static readonly string[] MarkerColumns = ["sink", "term", "epoch", "attempt"];
    static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    IDatabase? database;
    TableDefinition target = null!, markers = null!;
    long attempts;

    public async Task WriteAsync(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => Write(changes, term, cancellationToken), cancellationToken);
        }
        catch
        {
            // A connection that failed is of no use for the next try.
            database?.Dispose();
            database = null;
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        database?.Dispose();
        return ValueTask.CompletedTask;
    }

    void Write(SinkChanges changes, int term, CancellationToken cancellationToken)
    {
        IDatabase into = database ??= Open();
        using DatabaseTransaction transaction = into.Begin();
        if (!Advance(into, term, changes.Epoch))
            return;
        TableSchema schema = SinkTypes.Schema(relation, target.Name.Schema ?? into.Name, target.Name.Name);
        if (relation.PrimaryKey.Count > 0)
        {
            KeyedChanges keyed = KeyedChanges.Of(relation, changes.Rows);
            if (keyed.Deletes.Count > 0)
                into.Delete(target, [Batch(schema, keyed.Deletes)], cancellationToken);
            if (keyed.Upserts.Count > 0)
                into.Upsert(target, [Batch(schema, keyed.Upserts)], cancellationToken);
        }
        else
        {
            if (changes.Rows.Any(static row => row.Weight < 0))
                throw new InvalidOperationException($"Rows of {changes.Insert} went away, and {relation.Name} has no primary key by which to delete them. Give it one.");
            into.Insert(target, [Batch(schema, changes.Rows.SelectMany(static row => Enumerable.Repeat(row.Values, row.Weight)))], cancellationToken);
        }

        transaction.Commit();
    }

    /// <summary>
    /// Takes the place of the epoch before; false where this one, or a later term's, is there. Each try has a number: one whose answer was lost may have been made, and is then not made again.
    /// </summary>
    bool Advance(IDatabase into, int term, long epoch)
    {
        long attempt = ++attempts;
        into.Execute(string.Create(CultureInfo.InvariantCulture,
            $"UPDATE {dialect.Quote(markers.Name)} SET {Quoted(1)} = {term}, {Quoted(2)} = {epoch}, {Quoted(3)} = {attempt} WHERE {Quoted(0)} = {id} AND {Quoted(2)} < {epoch} AND {Quoted(1)} <= {term}"));
        return Marker(into, markers) is { } marker
            ? marker.SequenceEqual([id, term, epoch, attempt])
            : throw new InvalidOperationException($"The row {id} of {MarkerTable} is gone; it says which epochs are written.");
    }

    long[]? Marker(IDatabase from, TableDefinition table)
    {
        foreach (RowBatch batch in from.Read(table, KeyRange.All, ReadOptions.Default))
            for (int row = 0; row < batch.Count; row++)
                if (RowValues.ReadAll(batch.Schema, batch[row]) is var values && Convert.ToInt64(values[0], CultureInfo.InvariantCulture) == id)
                    return [.. values.Select(static value => Convert.ToInt64(value, CultureInfo.InvariantCulture))];
        return null;
    }

    string Quoted(int column) => dialect.Quote(MarkerColumns[column]);

    IDatabase Open()
    {
        IDatabase opened = dialect.Open(connection, ConnectTimeout);
        try
        {
            target = opened.ReadTable(Named(table));
            markers = Markers(opened);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    TableDefinition Markers(IDatabase opened)
    {
        var number = new ColumnType(ColumnKind.Int64);
        var wanted = new TableDefinition(new TableName(target.Name.Schema, MarkerTable), [.. MarkerColumns.Select(name => new ColumnDefinition(name, number, dialect.NativeTypeOf(number), false))]) { Key = ["sink"] };
        if (!HasMarkers(opened))
            CreateMarkers(opened, wanted);
        TableDefinition made = opened.ReadTable(opened.ListTables().First(static known => known.Name == MarkerTable));
        if (Marker(opened, made) is null)
            opened.Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO {dialect.Quote(made.Name)} ({string.Join(", ", MarkerColumns.Select(dialect.Quote))}) VALUES ({id}, 0, 0, 0)"));
        return made;
    }

    static bool HasMarkers(IDatabase opened) => opened.ListTables().Any(static known => known.Name == MarkerTable);

    void CreateMarkers(IDatabase opened, TableDefinition wanted)
    {
        try
        {
            foreach (string statement in dialect.CreateTable(wanted))
                opened.Execute(statement);
        }
        catch (System.Data.Common.DbException) when (HasMarkers(opened))
        {
            // Another sink of the same database was quicker.
        }
    }

    static TableName Named(string name) => name.LastIndexOf('.') is > 0 and var dot ? new TableName(name[..dot], name[(dot + 1)..]) : new TableName(null, name);

    RowBatch Batch(TableSchema schema, IEnumerable<object?[]> rows)
    {
        var written = new Orrery.Sql.Rows.RowSchema(SinkTypes.Stored(relation).Select(place => relation.Schema[place]));
        int[] stored = SinkTypes.Stored(relation);
        var batch = new RowBatch(schema);
        foreach (object?[] row in rows)
            batch.Add(SinkTypes.Values(row.Length == stored.Length ? row : [.. stored.Select(place => row[place])], written));
        return batch;
    }
}
