using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.DataModels;
using Orrery.Jobs.Running;
using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration;

/// <summary>
/// Tables of a database. Documents of a call are written in one transaction; where the database refuses one, each is tried in a transaction of its own, so that the others are written. Rows are found
/// by the entity's key, whatever the table's own key is; lines by their parent's columns and their key.
/// </summary>
sealed class DatabaseTarget(IDatabase database) : IIntegrationTarget
{
    MappedEntity entity = null!;
    TableDefinition table = null!;
    TableDefinition? lines;

    IDialect Dialect => database.Dialect;

    public void Prepare(MappedEntity entity, IReadOnlyDictionary<string, SqlTypeKind> kinds, IReadOnlyDictionary<string, SqlTypeKind> lineKinds)
    {
        this.entity = entity;
        if (entity.Target.Table is not { } name) throw new ArgumentException($"Entity '{entity.Name}' is written to form {entity.Target.Form}, and the target is a database: name a table, or a target k3cloud:...");
        table = Table(name);
        Require(table, entity.Fields.Select(field => field.Name), $"entity '{entity.Name}'");
        lines = entity.Lines?.Table is { } lineName ? Table(lineName) : null;
        if (entity.Lines is not { } mapped) return;
        Require(lines!, mapped.Fields.Select(field => field.Name).Concat(mapped.Parent.Select(pair => pair.Line)), $"the lines of entity '{entity.Name}'");
        Require(table, mapped.Parent.Select(pair => pair.Head), $"the lines' parent of entity '{entity.Name}'");
    }

    public string? Fit(string field, bool isOfLine, string text, out string? problem)
    {
        ColumnDefinition column = (isOfLine ? lines! : table).Column(field);
        // A moment at midnight is a day to a column of days.
        if (column.Type.Kind == ColumnKind.Date && text.Length > 10 && text[10..].All(static letter => letter is ' ' or 'T' or '0' or ':' or '.')) text = text[..10];
        if (column.Type.Kind is >= ColumnKind.Int8 and <= ColumnKind.UInt64 && text.Contains('.', StringComparison.Ordinal)) text = text.TrimEnd('0').TrimEnd('.');
        problem = SeedValue.Problem(text, column.Type);
        return problem is null ? ValueForm.Of(SeedValue.Parse(text, column.Type)) : null;
    }

    public IReadOnlyDictionary<string, Document> Find(IReadOnlyList<Document> wanted, CancellationToken cancellationToken)
    {
        string only = string.Join(" OR ", wanted.Select(document => $"({Equal(table, entity.Key, document.Fields)})"));
        return Read(only, withLines: true, cancellationToken).GroupBy(document => document.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
    }

    public IEnumerable<Document> All(CancellationToken cancellationToken) => Read(null, withLines: false, cancellationToken);

    public bool IsUnfinished(Document found) => false;

    public IReadOnlyDictionary<string, string> Write(IReadOnlyList<DocumentChange> changes, CancellationToken cancellationToken)
    {
        var refused = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            Transact(changes);
            return refused;
        }
        catch (Exception error) when (Outage.IsOfRow(error))
        {
            // One of them: each by itself says which.
        }

        foreach (DocumentChange change in changes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Transact([change]);
            }
            catch (Exception error) when (Outage.IsOfRow(error))
            {
                refused[change.Wanted.Key] = error.Message;
            }
        }

        return refused;
    }

    public IEnumerable<(string Key, string? Value)> Pairs(MappedLookup lookup, CancellationToken cancellationToken) => LookupReader.Pairs(database, lookup, cancellationToken);

    public void Dispose() => database.Dispose();

    void Transact(IReadOnlyList<DocumentChange> changes)
    {
        using DatabaseTransaction transaction = database.Begin();
        Insert(table, [.. changes.Where(change => change.Found is null).Select(change => change.Wanted.Fields)]);
        foreach (DocumentChange change in changes.Where(change => change.Found is not null))
        {
            string[] differing = [.. DocumentComparison.Differing(entity, change.Wanted.Fields, change.Found!.Fields, entity.Fields)];
            if (differing.Length > 0) database.Execute($"UPDATE {Dialect.Quote(table.Name)} SET {string.Join(", ", differing.Select(name => Assign(table, name, change.Wanted.Fields[name])))} WHERE {Equal(table, entity.Key, change.Wanted.Fields)}");
        }

        if (lines is not null) WriteLines(changes);
        transaction.Commit();
    }

    void WriteLines(IReadOnlyList<DocumentChange> changes)
    {
        MappedLines mapped = entity.Lines!;
        var added = new List<IReadOnlyDictionary<string, string?>>();
        foreach (DocumentChange change in changes)
        {
            if (change.Wanted.Lines.Count == 0 && (change.Found?.Lines.Count ?? 0) == 0) continue;
            IReadOnlyDictionary<string, string?> parent = ParentOf(change.Wanted);
            foreach ((string key, IReadOnlyDictionary<string, string?> line) in change.Wanted.Lines)
            {
                if (change.Found is null || !change.Found.Lines.TryGetValue(key, out IReadOnlyDictionary<string, string?>? found))
                {
                    added.Add(new Dictionary<string, string?>(parent.Concat(line).DistinctBy(pair => pair.Key)));
                    continue;
                }

                string[] differing = [.. DocumentComparison.Differing(entity, line, found, mapped.Fields)];
                if (differing.Length > 0) database.Execute($"UPDATE {Dialect.Quote(lines!.Name)} SET {string.Join(", ", differing.Select(name => Assign(lines, name, line[name])))} WHERE {Equal(lines, mapped.Parent.Select(pair => pair.Line), parent)} AND {Equal(lines, mapped.Key, line)}");
            }

            foreach ((_, IReadOnlyDictionary<string, string?> gone) in (change.Found?.Lines ?? new Dictionary<string, IReadOnlyDictionary<string, string?>>()).Where(pair => !change.Wanted.Lines.ContainsKey(pair.Key)))
                database.Execute($"DELETE FROM {Dialect.Quote(lines!.Name)} WHERE {Equal(lines, mapped.Parent.Select(pair => pair.Line), parent)} AND {Equal(lines, mapped.Key, gone)}");
        }

        Insert(lines!, added);
    }

    /// <summary>What the lines take over of their head, by their own names: the head may be numbered by the database.</summary>
    Dictionary<string, string?> ParentOf(Document document)
    {
        MappedLines mapped = entity.Lines!;
        string[] columns = [.. mapped.Parent.Select(pair => pair.Head)];
        foreach (Dictionary<string, string?> row in Rows(table, columns, Equal(table, entity.Key, document.Fields)))
            return mapped.Parent.ToDictionary(pair => pair.Line, pair => row[pair.Head], StringComparer.Ordinal);
        throw new InvalidOperationException($"Document {document.Shown} was written to {table.Name} and is not there.");
    }

    IEnumerable<Document> Read(string? only, bool withLines, CancellationToken cancellationToken)
    {
        MappedLines? mapped = withLines && lines is not null ? entity.Lines : null;
        string[] columns = [.. entity.Fields.Select(field => field.Name).Concat(mapped?.Parent.Select(pair => pair.Head) ?? []).Distinct()];
        if (mapped is null)
        {
            foreach (Dictionary<string, string?> row in Rows(table, columns, only))
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return new Document(Document.KeyOf(entity.Key.Select(name => row[name])), row, new Dictionary<string, IReadOnlyDictionary<string, string?>>());
            }

            yield break;
        }

        // Heads first: the connection reads one answer at a time.
        List<Dictionary<string, string?>> heads = [.. Rows(table, columns, only)];
        var byParent = new Dictionary<string, Dictionary<string, IReadOnlyDictionary<string, string?>>>(StringComparer.Ordinal);
        if (heads.Count > 0)
        {
            string where = string.Join(" OR ", heads.Select(head => $"({Equal(lines!, mapped.Parent.Select(pair => pair.Line), mapped.Parent.ToDictionary(pair => pair.Line, pair => head[pair.Head]))})"));
            string[] lineColumns = [.. mapped.Fields.Select(field => field.Name).Concat(mapped.Parent.Select(pair => pair.Line)).Distinct()];
            foreach (Dictionary<string, string?> line in Rows(lines!, lineColumns, where))
            {
                string parent = Document.KeyOf(mapped.Parent.Select(pair => line[pair.Line]));
                if (!byParent.TryGetValue(parent, out Dictionary<string, IReadOnlyDictionary<string, string?>>? own)) byParent[parent] = own = new Dictionary<string, IReadOnlyDictionary<string, string?>>(StringComparer.Ordinal);
                own[Document.KeyOf(mapped.Key.Select(name => line[name]))] = line;
            }
        }

        foreach (Dictionary<string, string?> head in heads)
            yield return new Document(Document.KeyOf(entity.Key.Select(name => head[name])), head, byParent.GetValueOrDefault(Document.KeyOf(mapped.Parent.Select(pair => head[pair.Head]))) ?? []);
    }

    IEnumerable<Dictionary<string, string?>> Rows(TableDefinition from, IReadOnlyList<string> columns, string? only)
    {
        KeyRange range = only is null ? KeyRange.All : KeyRange.All with { Only = only };
        foreach (RowBatch batch in database.Read(from, range, ReadOptions.Default with { Columns = columns }))
            for (int row = 0; row < batch.Count; row++)
            {
                object?[] values = RowValues.ReadAll(batch.Schema, batch[row]);
                var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
                for (int index = 0; index < values.Length; index++) texts[batch.Schema.Columns[index].Name] = ValueForm.Of(values[index]);
                yield return texts;
            }
    }

    void Insert(TableDefinition into, IReadOnlyList<IReadOnlyDictionary<string, string?>> rows)
    {
        if (rows.Count == 0) return;
        ColumnDefinition[] columns = [.. into.Columns.Where(column => rows[0].ContainsKey(column.Name))];
        var batch = new RowBatch(new TableSchema("integration", into.Name.Name, [.. columns.Select(column => column.ToColumn())], []));
        foreach (IReadOnlyDictionary<string, string?> row in rows) batch.Add([.. columns.Select(column => row[column.Name] is { } text ? SeedValue.Parse(text, column.Type) : null)]);
        database.Insert(into, [batch]);
    }

    string Assign(TableDefinition of, string column, string? text) => $"{Dialect.Quote(column)} = {Literal(of, column, text)}";

    string Equal(TableDefinition of, IEnumerable<string> columns, IReadOnlyDictionary<string, string?> values) =>
        string.Join(" AND ", columns.Select(column => values[column] is null ? $"{Dialect.Quote(column)} IS NULL" : Assign(of, column, values[column])));

    string Literal(TableDefinition of, string name, string? text)
    {
        if (text is null) return "NULL";
        ColumnDefinition column = of.Column(name);
        var batch = new RowBatch(new TableSchema("integration", of.Name.Name, [column.ToColumn()], []));
        batch.Add([SeedValue.Parse(text, column.Type)]);
        RowReader reader = batch.Read(0);
        reader.Read();
        return Dialect.Literal(reader, column);
    }

    TableDefinition Table(string name)
    {
        int point = name.IndexOf('.', StringComparison.Ordinal);
        return database.ReadTable(point < 0 ? Known(name) : new TableName(name[..point], name[(point + 1)..]));
    }

    /// <summary>The table of this name, in whichever schema it is.</summary>
    TableName Known(string name) => database.ListTables().FirstOrDefault(table => table.Name == name) ?? throw new ArgumentException($"The target has no table '{name}', which entity '{entity.Name}' is written to.");

    static void Require(TableDefinition table, IEnumerable<string> columns, string what)
    {
        string[] missing = [.. columns.Where(name => !table.Columns.Any(column => column.Name == name)).Distinct()];
        if (missing.Length > 0) throw new ArgumentException($"Table {table.Name} of the target has no column {string.Join(", ", missing)}, which {what} names; it has: {string.Join(", ", table.Columns.Select(column => column.Name))}.");
    }
}
