using System.Data.Common;
using System.Globalization;
using Orrery.Connectors.Dialects;

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
        Kinds = [.. rules.Documents.Select((rule, number) => Bind(rule, number, names))];
    }

    public ArchiveRules Rules { get; }

    public IReadOnlyList<DocumentKind> Kinds { get; }

    /// <summary>All documents with what holds them, and their links.</summary>
    /// <param name="before">Documents of this day and later stay.</param>
    /// <param name="edited">Documents that were found edited while they were archived.</param>
    public DocumentGraph Read(DateOnly before, IReadOnlySet<(int Kind, string Key)> edited, CancellationToken cancellationToken)
    {
        var graph = new DocumentGraph();
        foreach (DocumentKind kind in Kinds)
        {
            string key = Quote(kind.Head.Column), day = before.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            Each($"SELECT {key}, CASE WHEN {Quote(kind.Rule.Date)} < '{day}' THEN 0 ELSE 1 END, CASE WHEN {kind.Rule.Closed} THEN 0 ELSE 1 END FROM {Table(kind.Head)} ORDER BY {key}", row =>
            {
                string text = KeyText(row.GetValue(0));
                Hold own = edited.Contains((kind.Number, text)) ? Hold.Edited : Flag(row, 2) ? Hold.Open : Flag(row, 1) ? Hold.Recent : Hold.None;
                graph.Add(kind.Number, text, own);
            }, cancellationToken);
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

        return graph;
    }

    /// <summary>A head's key as text, the same whatever the driver gives it as.</summary>
    public static string KeyText(object value) => value switch
    {
        Guid uuid => uuid.ToString("D"),
        byte[] bytes when bytes.Length == 16 => new Guid(bytes, bigEndian: true).ToString("D"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    static bool Flag(DbDataReader row, int column) => Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture) != 0;

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

        foreach (DocumentTable table in tables)
            if (!table.IsDirect && table.Source.Key.Count == 0)
                throw new ArchiveException($"The part {table.Name} of '{rule.Name}' has no primary key: rows that hang on another part are deleted by their keys.");
        foreach (LinkRule link in rule.Links) Column(tables.First(table => table.Name.Equals(link.Table, StringComparison.OrdinalIgnoreCase)).Source, link.Column, rule);
        return new DocumentKind(rule, number, tables);
    }

    TableDefinition Find(string name, DocumentRule rule, Dictionary<string, TableName> names) => names.TryGetValue(name, out TableName? found)
        ? database.ReadTable(found)
        : throw new ArchiveException($"The document '{rule.Name}' names the table {name}, which {database.Name} does not have.");

    static string Column(TableDefinition table, string name, DocumentRule rule) =>
        table.Columns.FirstOrDefault(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.Name
        ?? throw new ArchiveException($"The document '{rule.Name}' names the column {name}, which the table {table.Name} does not have; it has {string.Join(", ", table.Columns.Select(column => column.Name))}.");

    /// <summary>A table as t0, joined up to where the document's key stands.</summary>
    (string From, string Key) FromHead(DocumentTable table)
    {
        string from = $"{Table(table)} t0";
        int depth = 0;
        DocumentTable at = table;
        for (; !at.IsDirect; at = at.Parent!, depth++)
            from += $" JOIN {Table(at.Parent!)} t{depth + 1} ON t{depth + 1}.{Quote(at.ParentColumn!)} = t{depth}.{Quote(at.Column)}";
        return (from, $"t{depth}.{Quote(at.Column)}");
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
}
