using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>SQLite: checks and computed columns stand in the text of CREATE TABLE alone.</summary>
sealed class SqliteSchemaReader(IDatabase database) : SchemaReader(database)
{
    protected override IEnumerable<(TableName, ForeignKey)> ForeignKeys()
    {
        foreach ((string table, _) in Texts())
        {
            IReadOnlyList<string?[]> rows = Rows($"PRAGMA foreign_key_list({Database.Dialect.Quote(table)})");
            foreach (IGrouping<string, string?[]> group in rows.GroupBy(row => row[0]!).OrderBy(group => Number(group.Key)))
            {
                string?[][] columns = [.. group.OrderBy(row => Number(row[1]))];
                string parent = columns[0][2]!;
                // Without columns it is the parent's key that is meant.
                string[] parentColumns = columns[0][4] is null ? [.. Rows($"PRAGMA table_info({Database.Dialect.Quote(parent)})").Where(row => row[5] != "0").OrderBy(row => Number(row[5])).Select(row => row[1]!)] : [.. columns.Select(row => row[4]!)];
                if (parentColumns.Length != columns.Length) continue;
                yield return (new TableName(null, table), new ForeignKey($"fk_{table}_{string.Join('_', columns.Select(row => row[3]))}", [.. columns.Select(row => row[3]!)], new TableName(null, parent), parentColumns, columns[0][6]!, columns[0][5]!));
            }
        }
    }

    protected override IEnumerable<(TableName, Check)> Checks()
    {
        foreach ((string table, string text) in Texts())
        {
            int number = 0;
            foreach (string expression in new SqliteCreateText(text).Checks())
                yield return (new TableName(null, table), new Check($"ck_{table}_{++number}", expression));
        }
    }

    protected override IEnumerable<SchemaView> Views() => Rows("SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY 1").Select(row => new SchemaView(new TableName(null, row[0]!), row[1] ?? ""));

    protected override IEnumerable<HandWork> Others(IReadOnlyList<TableDefinition> tables)
    {
        foreach (string?[] row in Rows("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY 1, 2"))
            yield return new HandWork("trigger", $"{row[0]}.{row[1]}", row[2] ?? "");
        var known = tables.SelectMany(table => table.Indexes).Select(index => index.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string?[] row in Rows("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1, 2"))
            if (!known.Contains(row[1]!))
                yield return new HandWork("index", $"{row[0]}.{row[1]}", row[2]!);
    }

    protected override IEnumerable<(TableName, string, string)> Generations() =>
        Texts().SelectMany(each => new SqliteCreateText(each.Text).Generations().Select(pair => (new TableName(null, each.Table), pair.Column, pair.Expression)));

    protected override IEnumerable<(TableName, long)> Numbers(IReadOnlyList<TableDefinition> tables) =>
        CatalogQuery.Value(Database, "SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'") == "0" ? [] : Rows("SELECT name, seq FROM sqlite_sequence").Where(row => Number(row[1]) is not null).Select(row => (new TableName(null, row[0]!), Number(row[1])!.Value + 1));

    IEnumerable<(string Table, string Text)> Texts() => Rows("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL").Select(row => (row[0]!, row[1]!));
}
