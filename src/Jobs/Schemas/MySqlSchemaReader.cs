using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>MySQL and MariaDB. Names of tables are those of the connection's database.</summary>
sealed class MySqlSchemaReader(IDatabase database) : SchemaReader(database)
{
    bool IsMariaDb => CatalogQuery.Value(Database, "SELECT VERSION()")!.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);

    protected override IEnumerable<(TableName, ForeignKey)> ForeignKeys() =>
        Rows("""
            SELECT r.CONSTRAINT_NAME, r.TABLE_NAME, r.REFERENCED_TABLE_NAME, r.DELETE_RULE, r.UPDATE_RULE, k.COLUMN_NAME, k.REFERENCED_COLUMN_NAME
            FROM information_schema.REFERENTIAL_CONSTRAINTS r
            JOIN information_schema.KEY_COLUMN_USAGE k ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME AND k.TABLE_NAME = r.TABLE_NAME
            WHERE r.CONSTRAINT_SCHEMA = DATABASE() AND k.TABLE_SCHEMA = DATABASE() ORDER BY r.TABLE_NAME, r.CONSTRAINT_NAME, k.ORDINAL_POSITION
            """)
        .GroupBy(row => (Table: row[1]!, Name: row[0]!))
        .Select(group => (new TableName(null, group.Key.Table), new ForeignKey(group.Key.Name, [.. group.Select(row => row[5]!)], new TableName(null, group.First()[2]!), [.. group.Select(row => row[6]!)], group.First()[3]!, group.First()[4]!)));

    protected override IEnumerable<(TableName, Check)> Checks()
    {
        string table = IsMariaDb
            ? "SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()"
            : "SELECT t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME WHERE c.CONSTRAINT_SCHEMA = DATABASE()";
        // MariaDB's JSON columns are texts with a check, which the type says already.
        return Rows(table).Where(row => !row[2]!.StartsWith("json_valid(", StringComparison.OrdinalIgnoreCase)).Select(row => (new TableName(null, row[0]!), new Check(row[1]!, row[2]!)));
    }

    protected override IEnumerable<SchemaView> Views() =>
        Rows("SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1").Select(row => new SchemaView(new TableName(null, row[0]!), row[1] ?? ""));

    protected override IEnumerable<HandWork> Others(IReadOnlyList<TableDefinition> tables)
    {
        foreach (string?[] row in Rows("SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1"))
            yield return new HandWork("trigger", $"{row[1]}.{row[0]}", $"{row[2]} {row[3]}: {row[4]}");
        foreach (string?[] row in Rows("SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1, 2"))
            yield return new HandWork(row[0]!.ToLowerInvariant(), row[1]!, "routines are not carried: write it anew in the target's language");
        foreach (string?[] row in Rows("SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1"))
            yield return new HandWork("event", row[0]!, "scheduled events are not carried");
        foreach (string?[] row in Rows("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'SEQUENCE' ORDER BY 1"))
            yield return new HandWork("sequence", row[0]!, "sequences that belong to no column are not carried: make it anew at its present value");
        var known = tables.ToDictionary(table => table.Name.Name, table => table.Indexes.Select(index => index.Name).ToHashSet(StringComparer.Ordinal));
        foreach (string?[] row in Rows("SELECT TABLE_NAME, INDEX_NAME, MAX(INDEX_TYPE), GROUP_CONCAT(CONCAT(IFNULL(COLUMN_NAME, '(expression)'), IFNULL(CONCAT('(', SUB_PART, ')'), '')) ORDER BY SEQ_IN_INDEX) FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME <> 'PRIMARY' GROUP BY TABLE_NAME, INDEX_NAME ORDER BY 1, 2"))
            if (known.TryGetValue(row[0]!, out HashSet<string>? indexes) && !indexes.Contains(row[1]!))
                yield return new HandWork("index", $"{row[0]}.{row[1]}", $"{row[2]} over {row[3]}: indexes over parts of texts, full text, places and expressions are not carried");
        foreach (string?[] row in Rows("SELECT TABLE_NAME, COLUMN_NAME, EXTRA FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND EXTRA LIKE '%on update%' ORDER BY 1, 2"))
            if (known.ContainsKey(row[0]!))
                yield return new HandWork("default", $"{row[0]}.{row[1]}", $"{row[2]}: a column that the server sets with each update takes a trigger in other engines");
    }

    protected override IEnumerable<(TableName, string, string)> Generations() =>
        Rows("SELECT TABLE_NAME, COLUMN_NAME, GENERATION_EXPRESSION FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND IFNULL(GENERATION_EXPRESSION, '') <> ''")
        .Select(row => (new TableName(null, row[0]!), row[1]!, row[2]!));

    protected override IEnumerable<(TableName, long)> Numbers(IReadOnlyList<TableDefinition> tables) =>
        Rows("SELECT TABLE_NAME, AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND AUTO_INCREMENT IS NOT NULL")
        .Where(row => Number(row[1]) is not null).Select(row => (new TableName(null, row[0]!), Number(row[1])!.Value));
}
