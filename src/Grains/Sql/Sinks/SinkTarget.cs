using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Grains.Sql.Running;
using Orrery.Sql.Catalogs;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>
/// The table that an insert writes into, as its database has it, with the table of markers beside it. What is wrong with either is found when it is opened, before anything is written, and said with what to do.
/// </summary>
sealed class SinkTarget
{
    public const string MarkerTable = "orrery_sinks";
    static readonly ColumnType Number = new(ColumnKind.Int64);
    static readonly string[] MarkerColumns = ["sink", "term", "epoch", "attempt"];
    static readonly TableSchema MarkerKey = new("", MarkerTable, [new Column(MarkerColumns[0], Number, "", false)], [0]);

    readonly IDialect dialect;
    readonly KeyRange own;
    readonly long id;

    SinkTarget(IDialect dialect, TableDefinition table, TableDefinition markers, TableSchema rows, long id)
    {
        (this.dialect, Table, Markers, Rows, this.id) = (dialect, table, markers, rows, id);
        own = new KeyRange(Key(id - 1), Key(id));
    }

    public TableDefinition Table { get; }

    /// <summary>The sink's columns.</summary>
    public TableSchema Rows { get; }

    TableDefinition Markers { get; }

    /// <exception cref="SinkException">The table is missing or is another than the sink says, or the user may not do what is needed.</exception>
    public static SinkTarget Open(IDatabase database, Relation relation, string table, long id)
    {
        IDialect dialect = database.Dialect;
        TableName name = Named(table);
        TableSchema rows = SinkTypes.Schema(relation, name.Schema ?? database.Name, name.Name);
        TableDefinition found = Find(database, name) ?? throw new SinkException(
            $"There is no table {name} in this {dialect.Name} database, or this user cannot see it. Make it, such as: {string.Join("; ", dialect.CreateTable(dialect.Retarget(Wanted(relation, rows), name)))}");
        Check(found, relation, rows, dialect);
        return new SinkTarget(dialect, found, FindMarkers(database, found.Name.Schema), rows, id);
    }

    /// <summary>The name in the option <c>table</c>: <c>table</c>, <c>schema.table</c>; a part with dots of its own stands in double quotes.</summary>
    public static TableName Named(string text)
    {
        var parts = new List<string>();
        var part = new System.Text.StringBuilder();
        bool isQuoted = false;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '"' && isQuoted && at + 1 < text.Length && text[at + 1] == '"')
                part.Append(text[at++]);
            else if (text[at] == '"' && (isQuoted || part.Length == 0))
                isQuoted = !isQuoted;
            else if (text[at] == '.' && !isQuoted)
                Take();
            else
                part.Append(text[at]);
        }

        Take();
        return parts.Count switch
        {
            1 => new TableName(null, parts[0]),
            2 => new TableName(parts[0], parts[1]),
            _ => throw new SinkException($"'{text}' names no table: write table or schema.table, and a part with dots of its own in double quotes."),
        };

        void Take()
        {
            parts.Add(part.ToString());
            part.Clear();
        }
    }

    /// <summary>
    /// Takes the place of the epoch before, within the transaction under way; answers which of the epochs are not there yet: none, where a later term was. Each try has a number: one whose answer was lost may have
    /// been made, and is then not made again.
    /// </summary>
    /// <param name="epochs">One at least, oldest first.</param>
    public IReadOnlyList<SinkChanges> Advance(IDatabase database, int term, IReadOnlyList<SinkChanges> epochs, long attempt)
    {
        // Some may be there, of a write that was given up, and not all: then the rest is tried.
        for (int turn = 0; turn < 2; turn++)
        {
            if (database.Execute(AdvanceText(dialect, Markers.Name, id, term, epochs[0].Epoch, epochs[^1].Epoch, attempt)) == 1)
                return epochs;
            long[] marker = Marker(database) ?? throw new SinkException($"The row {id} of {MarkerTable} is gone; it said which epochs are written.");
            if (marker.SequenceEqual([id, term, epochs[^1].Epoch, attempt]))
                return epochs;
            epochs = marker[1] > term ? [] : [.. epochs.Where(epoch => epoch.Epoch > marker[2])];
            if (epochs.Count == 0)
                return epochs;
        }

        throw new SinkException($"The row {id} of {MarkerTable} is moved by another writer. It is tried again.");
    }

    /// <summary>Makes the marker's row where there is none yet.</summary>
    public void BeginMarker(IDatabase database)
    {
        if (Marker(database) is null)
            database.Execute(BeginText(dialect, Markers.Name, id));
    }

    public static string AdvanceText(IDialect dialect, TableName markers, long id, int term, long first, long epoch, long attempt)
    {
        string[] columns = [.. MarkerColumns.Select(dialect.Quote)];
        return string.Create(CultureInfo.InvariantCulture,
            $"UPDATE {dialect.Quote(markers)} SET {columns[1]} = {term}, {columns[2]} = {epoch}, {columns[3]} = {attempt} WHERE {columns[0]} = {id} AND {columns[2]} < {first} AND {columns[1]} <= {term}");
    }

    public static string BeginText(IDialect dialect, TableName markers, long id) =>
        string.Create(CultureInfo.InvariantCulture, $"INSERT INTO {dialect.Quote(markers)} ({string.Join(", ", MarkerColumns.Select(dialect.Quote))}) VALUES ({id}, 0, 0, 0)");

    public static IReadOnlyList<string> MakeText(IDialect dialect, TableName markers) => dialect.CreateTable(
        new TableDefinition(markers, [.. MarkerColumns.Select(column => new ColumnDefinition(column, Number, dialect.NativeTypeOf(Number), false))]) { Key = [MarkerColumns[0]] });

    long[]? Marker(IDatabase database)
    {
        long[]? found = null;
        foreach (RowBatch batch in database.Read(Markers, own, new ReadOptions { Columns = MarkerColumns }))
            found = [.. RowValues.ReadAll(batch.Schema, batch[0]).Select(static value => Convert.ToInt64(value, CultureInfo.InvariantCulture))];
        return found;
    }

    static byte[] Key(long number)
    {
        var writer = new RowWriter(16);
        writer.BeginRow(MarkerKey.Columns.Count);
        writer.WriteInt64(number);
        writer.EndRow();
        return writer.Written.ToArray();
    }

    static TableDefinition? Find(IDatabase database, TableName name)
    {
        try
        {
            return database.ReadTable(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    static TableDefinition Wanted(Relation relation, TableSchema rows) =>
        new(new TableName(null, relation.Name), [.. rows.Columns.Select(static column => new ColumnDefinition(column.Name, column.Type, "", column.Nullable))]) { Key = [.. rows.KeyColumns.Select(place => rows.Columns[place].Name)] };

    static void Check(TableDefinition found, Relation relation, TableSchema rows, IDialect dialect)
    {
        HashSet<string> there = [.. found.Columns.Select(static column => column.Name)];
        TableDefinition wanted = dialect.Retarget(Wanted(relation, rows), found.Name);
        ColumnDefinition[] missing = [.. wanted.Columns.Where(column => !there.Contains(column.Name))];
        if (missing.Length > 0)
            throw new SinkException(
                $"Table {found.Name} has no column {string.Join(" and no column ", missing.Select(static column => $"'{column.Name}'"))}; it has {string.Join(", ", found.Columns.Select(static column => $"'{column.Name}'"))}. Name the sink's columns as the table does, or add them: "
                + string.Join("; ", missing.Select(column => dialect.AddColumn(found.Name, column with { Nullable = true }))));
        if (wanted.Key.Count > 0 && !wanted.Key.ToHashSet().SetEquals(found.Key))
            throw new SinkException(
                $"The key of table {found.Name} is {(found.Key.Count == 0 ? "none" : $"({string.Join(", ", found.Key)})")}, and the sink's is ({string.Join(", ", wanted.Key)}): rows would not be found again. Give both the same primary key.");
        ColumnDefinition[] required = [.. found.Columns.Where(column => column is { Nullable: false, Default: null, IsIdentity: false, IsGenerated: false } && wanted.Columns.All(other => other.Name != column.Name))];
        if (required.Length > 0)
            throw new SinkException($"Table {found.Name} wants a value in {string.Join(", ", required.Select(static column => $"'{column.Name}'"))}, and the sink has no such column. Add it to the sink, or give the table's a default.");
        try
        {
            _ = new RowCast(rows, found, dialect);
        }
        catch (Exception fault) when (fault is NativeTypeException or ArgumentException)
        {
            throw new SinkException(fault.Message, fault);
        }
    }

    static TableDefinition FindMarkers(IDatabase database, string? schema)
    {
        var name = new TableName(schema, MarkerTable);
        if (Find(database, name) is { } known)
            return known;
        IReadOnlyList<string> statements = MakeText(database.Dialect, name);
        try
        {
            foreach (string statement in statements)
                database.Execute(statement);
        }
        catch (System.Data.Common.DbException fault)
        {
            // Another sink of the same database may have been quicker.
            return Find(database, name) ?? throw new SinkException(
                $"The table {name}, which says which epochs are written, could not be made: {fault.Message} Let the user make tables there, or make it for him and let him select, insert and update in it: {string.Join("; ", statements)}", fault);
        }

        return database.ReadTable(name);
    }
}
