using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.Schemas;

/// <summary>SQL Server. Not verified against a live server here.</summary>
sealed class SqlServerSchemaReader(IDatabase database) : SchemaReader(database)
{
    protected override IEnumerable<(TableName, ForeignKey)> ForeignKeys() =>
        Rows("""
            SELECT SCHEMA_NAME(t.schema_id), t.name, f.name, SCHEMA_NAME(p.schema_id), p.name, f.delete_referential_action_desc, f.update_referential_action_desc, c.name, pc.name
            FROM sys.foreign_keys f JOIN sys.tables t ON t.object_id = f.parent_object_id JOIN sys.tables p ON p.object_id = f.referenced_object_id
            JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id
            JOIN sys.columns c ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id JOIN sys.columns pc ON pc.object_id = k.referenced_object_id AND pc.column_id = k.referenced_column_id
            ORDER BY 1, 2, 3, k.constraint_column_id
            """)
        .GroupBy(row => (Schema: row[0]!, Table: row[1]!, Name: row[2]!))
        .Select(group => (new TableName(group.Key.Schema, group.Key.Table), new ForeignKey(group.Key.Name, [.. group.Select(row => row[7]!)], new TableName(group.First()[3], group.First()[4]!), [.. group.Select(row => row[8]!)], Action(group.First()[5]!), Action(group.First()[6]!))));

    protected override IEnumerable<(TableName, Check)> Checks() =>
        Rows("SELECT SCHEMA_NAME(t.schema_id), t.name, c.name, c.definition FROM sys.check_constraints c JOIN sys.tables t ON t.object_id = c.parent_object_id ORDER BY 1, 2, 3")
        .Select(row => (new TableName(row[0], row[1]!), new Check(row[2]!, row[3]!)));

    protected override IEnumerable<SchemaView> Views() =>
        Rows("SELECT SCHEMA_NAME(v.schema_id), v.name, m.definition FROM sys.views v LEFT JOIN sys.sql_modules m ON m.object_id = v.object_id WHERE v.is_ms_shipped = 0 ORDER BY 1, 2")
        .Select(row => new SchemaView(new TableName(row[0], row[1]!), row[2] ?? ""));

    protected override IEnumerable<HandWork> Others(IReadOnlyList<TableDefinition> tables)
    {
        foreach (string?[] row in Rows("SELECT LOWER(o.type_desc), SCHEMA_NAME(o.schema_id) + '.' + o.name, m.definition FROM sys.objects o LEFT JOIN sys.sql_modules m ON m.object_id = o.object_id WHERE o.type IN ('TR', 'P', 'FN', 'IF', 'TF', 'SO', 'SN') AND o.is_ms_shipped = 0 ORDER BY 1, 2"))
            yield return new HandWork(row[0]!.Replace('_', ' '), row[1]!, row[2] ?? "it is not carried: make it anew");
        foreach (string?[] row in Rows("SELECT SCHEMA_NAME(t.schema_id) + '.' + t.name + '.' + i.name, LOWER(i.type_desc) + ISNULL(' where ' + i.filter_definition, '') FROM sys.indexes i JOIN sys.tables t ON t.object_id = i.object_id WHERE i.name IS NOT NULL AND (i.has_filter = 1 OR i.type > 2) ORDER BY 1"))
            yield return new HandWork("index", row[0]!, row[1]!);
    }

    protected override IEnumerable<(TableName, string, string)> Generations() =>
        Rows("SELECT SCHEMA_NAME(t.schema_id), t.name, c.name, c.definition FROM sys.computed_columns c JOIN sys.tables t ON t.object_id = c.object_id")
        .Select(row => (new TableName(row[0], row[1]!), row[2]!, row[3]!));

    protected override IEnumerable<(TableName, long)> Numbers(IReadOnlyList<TableDefinition> tables) =>
        Rows("SELECT SCHEMA_NAME(t.schema_id), t.name, CONVERT(bigint, c.last_value) + CONVERT(bigint, c.increment_value) FROM sys.identity_columns c JOIN sys.tables t ON t.object_id = c.object_id WHERE c.last_value IS NOT NULL")
        .Where(row => Number(row[2]) is not null).Select(row => (new TableName(row[0], row[1]!), Number(row[2])!.Value));

    static string Action(string text) => text.Replace('_', ' ');
}
