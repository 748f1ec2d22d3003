using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;
using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Archives;

/// <summary>The documents of a live account set by its rules.</summary>
sealed class DocumentSource
{
    readonly IDatabase database;

    /// <exception cref="ArchiveException">A table or column of the rules is not there.</exception>
    public DocumentSource(IDatabase database, ArchiveRules rules)
    {
        this.database = database;
        Rules = rules;
        var names = database.ListTables().GroupBy(table => table.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First(), StringComparer.OrdinalIgnoreCase);
        Kinds = Follow([.. rules.Documents.Select((rule, number) => Bind(rule, number, names))], names);
    }

    public ArchiveRules Rules { get; }

    public IReadOnlyList<DocumentKind> Kinds { get; }

    /// <summary>Foreign keys from one document's table to another's: documents that they join go together.</summary>
    IReadOnlyList<JoinedKey> Joined { get; set; } = [];

    /// <summary>All documents with what holds them, and their links.</summary>
    /// <param name="before">Documents of this day and later stay.</param>
    /// <param name="edited">Documents that were found edited while they were archived.</param>
    public DocumentGraph Read(DateOnly before, IReadOnlySet<(int Kind, string Key)> edited, CancellationToken cancellationToken)
    {
        var graph = new DocumentGraph();
        foreach (DocumentKind kind in Kinds)
        {
            string day = before.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            foreach ((string key, Hold hold) in Heads(kind, $"CASE WHEN {kind.Rule.Closed} THEN CASE WHEN {Quote(kind.Rule.Date)} < '{day}' THEN '{(int)Hold.None}' ELSE '{(int)Hold.Recent}' END ELSE '{(int)Hold.Open}' END", cancellationToken))
                graph.Add(kind.Number, key, edited.Contains((kind.Number, key)) ? Hold.Edited : hold);
        }

        foreach (DocumentKind kind in Kinds)
            foreach (LinkRule link in kind.Rule.Links)
            {
                DocumentTable table = kind.Tables.First(each => each.Name.Equals(link.Table, StringComparison.OrdinalIgnoreCase));
                int other = Kinds.First(each => each.Rule.Name == link.Document).Number;
                string when = link.When is { } condition ? $" AND ({condition})" : "";
                (string from, string key) = FromHead(table);
                Each($"SELECT {key}, t0.{Quote(link.Column)} FROM {from} WHERE t0.{Quote(link.Column)} IS NOT NULL{when}", row =>
                    graph.Link(kind.Number, KeyText(row.GetValue(0)), other, KeyText(row.GetValue(1))), cancellationToken);
            }

        foreach (JoinedKey join in Joined)
        {
            (string from, string key) = FromHead(join.Table);
            (string other, string otherKey) = FromHead(join.OtherTable, "u");
            Each($"SELECT {key}, {otherKey} FROM {from} JOIN {other} ON u0.{Quote(join.OtherColumn)} = t0.{Quote(join.Column)}", row =>
                graph.Link(join.Kind, KeyText(row.GetValue(0)), join.OtherKind, KeyText(row.GetValue(1))), cancellationToken);
        }

        return graph;
    }

    /// <summary>The keys of heads in their order, each with what holds it by itself.</summary>
    IEnumerable<(string Key, Hold Hold)> Heads(DocumentKind kind, string hold, CancellationToken cancellationToken)
    {
        if (kind.HasNumbers)
        {
            // A row for each document there is: in bulk, past the driver where the engine has a way.
            TableDefinition heads = kind.Head.Source with { Columns = [kind.KeyColumn, new ColumnDefinition("orrery_hold", new ColumnType(ColumnKind.Text, Length: 1), "", false) { Expression = hold }] };
            foreach (RowBatch batch in database.Read(heads, KeyRange.All, new ReadOptions { InKeyOrder = true }, cancellationToken))
                for (int row = 0; row < batch.Count; row++)
                {
                    object?[] values = RowValues.ReadAll(batch.Schema, batch[row]);
                    yield return (KeyText(values[0]!), (Hold)(((string)values[1]!)[0] - '0'));
                }

            yield break;
        }

        // Texts and uuids as the driver gives them, which gives links alike.
        string key = Quote(kind.Head.Column);
        using DbCommand command = database.Command($"SELECT {key}, {hold} FROM {Table(kind.Head)} ORDER BY {key}");
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return (KeyText(reader.GetValue(0)), (Hold)(reader.GetString(1)[0] - '0'));
        }
    }

    /// <summary>A head's key as text, the same whatever the driver gives it as.</summary>
    public static string KeyText(object value) => value switch
    {
        Guid uuid => uuid.ToString("D"),
        byte[] bytes when bytes.Length == 16 => new Guid(bytes, bigEndian: true).ToString("D"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    DocumentKind Bind(DocumentRule rule, int number, Dictionary<string, TableName> names)
    {
        TableDefinition head = Find(rule.Table, rule, names);
        DocumentKind.CheckKey(rule, head);
        Column(head, rule.Date, rule);
        var tables = new List<DocumentTable> { new(head, head.Key[0], null, null) };
        foreach (PartRule part in rule.Parts)
        {
            DocumentTable parent = part.Of is { } of ? tables.First(table => table.Name.Equals(of, StringComparison.OrdinalIgnoreCase)) : tables[0];
            if (part.Key is null && parent.Source.Key.Count != 1) throw new ArchiveException($"The part {part.Table} of '{rule.Name}' must say which column ('key') of {parent.Name} it belongs to: that table's primary key has {parent.Source.Key.Count} columns.");
            TableDefinition table = Find(part.Table, rule, names);
            tables.Add(new DocumentTable(table, Column(table, part.Column, rule), parent, part.Key is { } key ? Column(parent.Source, key, rule) : parent.Source.Key[0]));
        }

        foreach (DocumentTable table in tables) CheckPart(table, rule);
        foreach (LinkRule link in rule.Links) Column(tables.First(table => table.Name.Equals(link.Table, StringComparison.OrdinalIgnoreCase)).Source, link.Column, rule);
        return new DocumentKind(rule, number, tables);
    }

    /// <summary>Takes in what foreign keys say: tables that are named nowhere are parts of the document that they point to, and keys between documents tie them together.</summary>
    IReadOnlyList<DocumentKind> Follow(DocumentKind[] kinds, Dictionary<string, TableName> names)
    {
        var keys = SchemaReader.ForeignKeysOf(database).Where(static each => each.Key.Columns.Count == 1).ToList();
        var owners = kinds.SelectMany(static kind => kind.Tables.Select(table => (kind.Number, Table: table))).ToDictionary(static each => each.Table.Name, StringComparer.OrdinalIgnoreCase);
        for (bool found = true; found;)
        {
            found = false;
            foreach ((TableName name, ForeignKey key) in keys)
            {
                if (owners.ContainsKey(name.Name) || !owners.TryGetValue(key.Parent.Name, out (int Number, DocumentTable Table) parent)) continue;
                if (keys.FirstOrDefault(other => other.Table.Name == name.Name && owners.TryGetValue(other.Key.Parent.Name, out var owner) && owner.Number != parent.Number) is { Key: { } second })
                    throw new ArchiveException($"The table {name} points to '{kinds[parent.Number].Rule.Name}' ({key.Name}) and to '{kinds[owners[second.Parent.Name].Number].Rule.Name}' ({second.Name}): say in the rules whose part it is.");
                var table = new DocumentTable(database.ReadTable(names[name.Name]), key.Columns[0], parent.Table, key.ParentColumns[0]);
                CheckPart(table, kinds[parent.Number].Rule);
                kinds[parent.Number] = new DocumentKind(kinds[parent.Number].Rule, parent.Number, [.. kinds[parent.Number].Tables, table]);
                owners[table.Name] = (parent.Number, table);
                found = true;
            }
        }

        foreach (DocumentKind kind in kinds) kinds[kind.Number] = new DocumentKind(kind.Rule, kind.Number, WithSelf(kind.Tables, keys));
        owners = kinds.SelectMany(static kind => kind.Tables.Select(table => (kind.Number, Table: table))).ToDictionary(static each => each.Table.Name, StringComparer.OrdinalIgnoreCase);
        Joined =
        [
            .. from each in keys
               let own = owners.GetValueOrDefault(each.Table.Name)
               let other = owners.GetValueOrDefault(each.Key.Parent.Name)
               where own.Table is not null && other.Table is not null && !(own.Table.Parent == other.Table && own.Table.Column == each.Key.Columns[0])
               select new JoinedKey(own.Number, own.Table, each.Key.Columns[0], other.Number, other.Table, each.Key.ParentColumns[0]),
        ];
        return kinds;
    }

    /// <summary>The tables with their keys into themselves.</summary>
    static List<DocumentTable> WithSelf(IReadOnlyList<DocumentTable> tables, List<(TableName Table, ForeignKey Key)> keys)
    {
        var known = new List<DocumentTable>();
        foreach (DocumentTable table in tables)
        {
            ForeignKey[] self = [.. keys.Where(each => each.Table.Name == table.Name && each.Key.Parent.Name == table.Name).Select(static each => each.Key)];
            if (self.Length > 1)
                throw new ArchiveException($"The table {table.Name} points to itself by {self.Length} foreign keys ({string.Join(", ", self.Select(static key => key.Name))}): rows can be brought back and deleted in an order for one. Leave the kind out, or drop all but one of the keys.");
            known.Add(table with
            {
                Parent = table.Parent is { } parent ? known.First(each => each.Name == parent.Name) : null,
                Self = self is [var only] ? (only.Columns[0], only.ParentColumns[0]) : null,
            });
        }

        return known;
    }

    static void CheckPart(DocumentTable table, DocumentRule rule)
    {
        if (!table.IsDirect && table.Source.Key.Count == 0)
            throw new ArchiveException($"The part {table.Name} of '{rule.Name}' has no primary key: rows that hang on another part are deleted by their keys.");
    }

    TableDefinition Find(string name, DocumentRule rule, Dictionary<string, TableName> names) => names.TryGetValue(name, out TableName? found)
        ? database.ReadTable(found)
        : throw new ArchiveException($"The document '{rule.Name}' names the table {name}, which {database.Name} does not have.");

    static string Column(TableDefinition table, string name, DocumentRule rule) =>
        table.Columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name
        ?? throw new ArchiveException($"The document '{rule.Name}' names the column {name}, which the table {table.Name} does not have; it has {string.Join(", ", table.Columns.Select(column => column.Name))}.");

    /// <summary>A table as t0, joined up to where the document's key stands.</summary>
    (string From, string Key) FromHead(DocumentTable table, string alias = "t")
    {
        string from = $"{Table(table)} {alias}0";
        int depth = 0;
        DocumentTable at = table;
        for (; !at.IsDirect; at = at.Parent!, depth++)
            from += $" JOIN {Table(at.Parent!)} {alias}{depth + 1} ON {alias}{depth + 1}.{Quote(at.ParentColumn!)} = {alias}{depth}.{Quote(at.Column)}";
        return (from, $"{alias}{depth}.{Quote(at.Column)}");
    }

    string Quote(string name) => database.Dialect.Quote(name);

    string Table(DocumentTable table) => database.Dialect.Quote(table.Source.Name);

    void Each(string query, Action<DbDataReader> take, CancellationToken cancellationToken)
    {
        using DbCommand command = database.Command(query);
        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();
            take(reader);
        }
    }

    sealed record JoinedKey(int Kind, DocumentTable Table, string Column, int OtherKind, DocumentTable OtherTable, string OtherColumn);
}
