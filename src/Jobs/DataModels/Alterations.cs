using Orrery.Connectors.Dialects;

namespace Orrery.Jobs.DataModels;

/// <summary>Each engine's words for changing a table that is there; SQLite's are the few that it has.</summary>
sealed class Alterations(SqlDialect dialect)
{
    readonly string engine = dialect.Engines[0];

    public string RenameTable(TableName table, string to) => engine switch
    {
        "sqlserver" => $"EXEC sp_rename {Text(dialect.Quote(table))}, {Text(to)}",
        _ => $"ALTER TABLE {dialect.Quote(table)} RENAME TO {dialect.Quote(to)}",
    };

    public string RenameColumn(TableName table, string from, string to) => engine == "sqlserver"
        ? $"EXEC sp_rename {Text($"{dialect.Quote(table)}.{dialect.Quote(from)}")}, {Text(to)}, N'COLUMN'"
        : $"ALTER TABLE {dialect.Quote(table)} RENAME COLUMN {dialect.Quote(from)} TO {dialect.Quote(to)}";

    public string DropForeignKey(TableName table, string name) => $"ALTER TABLE {dialect.Quote(table)} DROP {(engine == "mysql" ? "FOREIGN KEY" : "CONSTRAINT")} {dialect.Quote(name)}";

    public string DropCheck(TableName table, string name) => $"ALTER TABLE {dialect.Quote(table)} DROP CONSTRAINT {dialect.Quote(name)}";

    public string DropIndex(TableName table, string name) => engine switch
    {
        "mysql" or "sqlserver" => $"DROP INDEX {dialect.Quote(name)} ON {dialect.Quote(table)}",
        // A unique constraint has an index of its name, which goes with it.
        "postgresql" => $"DO $$ BEGIN ALTER TABLE {dialect.Quote(table)} DROP CONSTRAINT IF EXISTS {dialect.Quote(name)}; DROP INDEX IF EXISTS {dialect.Quote(table with { Name = name })}; END $$",
        _ => $"DROP INDEX {dialect.Quote(name)}",
    };

    public string DropKey(TableName table) => engine switch
    {
        "postgresql" => $"DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint WHERE contype = 'p' AND conrelid = '{dialect.Quote(table).Replace("'", "''", StringComparison.Ordinal)}'::regclass); END $$",
        "sqlserver" => $"DECLARE @key nvarchar(300) = (SELECT QUOTENAME(name) FROM sys.key_constraints WHERE type = 'PK' AND parent_object_id = OBJECT_ID({Text(dialect.Quote(table))})); EXEC({Text($"ALTER TABLE {dialect.Quote(table)} DROP CONSTRAINT ")} + @key)",
        _ => $"ALTER TABLE {dialect.Quote(table)} DROP PRIMARY KEY",
    };

    public string DropColumn(TableName table, string column) => engine switch
    {
        "sqlserver" => $"{DropDefault(table, column)}; ALTER TABLE {dialect.Quote(table)} DROP COLUMN {dialect.Quote(column)}",
        _ => $"ALTER TABLE {dialect.Quote(table)} DROP COLUMN {dialect.Quote(column)}",
    };

    /// <summary>Type, null, default and comment of a column that already has its name.</summary>
    public IEnumerable<string> Column(TableName table, ColumnChange change)
    {
        ColumnDefinition column = change.Wanted;
        string alter = $"ALTER TABLE {dialect.Quote(table)}", name = dialect.Quote(column.Name);
        switch (engine)
        {
            case "mysql":
                if (change.IsStructural || change.CommentDiffers) yield return $"{alter} MODIFY COLUMN {dialect.ColumnClause(column)}";
                yield break;
            case "postgresql":
                bool hadDefault = change.Found.Default is not null && !change.Found.IsIdentity;
                if (change.TypeDiffers && hadDefault) yield return $"{alter} ALTER COLUMN {name} DROP DEFAULT";
                if (change.TypeDiffers) yield return $"{alter} ALTER COLUMN {name} TYPE {column.NativeType} USING {name}::{column.NativeType}";
                if (change.DefaultDiffers || (change.TypeDiffers && hadDefault && column.Default is not null))
                    if (column.Default is { } value) yield return $"{alter} ALTER COLUMN {name} SET DEFAULT {value}";
                    else if (!change.TypeDiffers) yield return $"{alter} ALTER COLUMN {name} DROP DEFAULT";
                if (change.NullDiffers) yield return $"{alter} ALTER COLUMN {name} {(column.Nullable ? "DROP" : "SET")} NOT NULL";
                break;
            case "sqlserver":
                bool changesType = change.TypeDiffers || change.NullDiffers;
                if (change.Found.Default is not null && (change.DefaultDiffers || changesType)) yield return DropDefault(table, column.Name);
                if (changesType) yield return $"{alter} ALTER COLUMN {dialect.ColumnClause(column with { Default = null, IsIdentity = false })}";
                if (column.Default is { } given && (change.DefaultDiffers || changesType)) yield return $"{alter} ADD DEFAULT {given} FOR {name}";
                break;
            case "oracle":
                var parts = new List<string>();
                if (change.TypeDiffers) parts.Add(column.NativeType);
                if (change.DefaultDiffers) parts.Add($"DEFAULT {column.Default ?? "NULL"}");
                if (change.NullDiffers) parts.Add(column.Nullable ? "NULL" : "NOT NULL");
                if (parts.Count > 0) yield return $"{alter} MODIFY ({name} {string.Join(' ', parts)})";
                break;
        }

        if (change.CommentDiffers && ColumnComment(table, column, change.Found.Comment) is { } comment) yield return comment;
    }

    /// <summary>Null where the comment stands with the column, or nowhere.</summary>
    public string? ColumnComment(TableName table, ColumnDefinition column, string? was) => engine switch
    {
        "postgresql" or "oracle" => $"COMMENT ON COLUMN {dialect.Quote(table)}.{dialect.Quote(column.Name)} IS {Plain(column.Comment ?? "")}",
        "sqlserver" => Property(table, column.Name, column.Comment, was),
        _ => null,
    };

    public string? TableComment(TableName table, string? comment, string? was) => engine switch
    {
        "postgresql" or "oracle" => $"COMMENT ON TABLE {dialect.Quote(table)} IS {Plain(comment ?? "")}",
        "mysql" => $"ALTER TABLE {dialect.Quote(table)} COMMENT = {Plain((comment ?? "").Replace("\\", "\\\\", StringComparison.Ordinal))}",
        "sqlserver" => Property(table, null, comment, was),
        _ => null,
    };

    static string Property(TableName table, string? column, string? comment, string? was)
    {
        string place = $"N'SCHEMA', {Text(table.Schema ?? "dbo")}, N'TABLE', {Text(table.Name)}{(column is null ? "" : $", N'COLUMN', {Text(column)}")}";
        if (string.IsNullOrEmpty(comment)) return $"EXEC sys.sp_dropextendedproperty N'MS_Description', {place}";
        return $"EXEC sys.{(string.IsNullOrEmpty(was) ? "sp_addextendedproperty" : "sp_updateextendedproperty")} N'MS_Description', {Text(comment)}, {place}";
    }

    string DropDefault(TableName table, string column) =>
        $"DECLARE @sql nvarchar(1000) = (SELECT {Text($"ALTER TABLE {dialect.Quote(table)} DROP CONSTRAINT ")} + QUOTENAME(d.name) FROM sys.default_constraints d JOIN sys.columns c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID({Text(dialect.Quote(table))}) AND c.name = {Text(column)}); IF @sql IS NOT NULL EXEC(@sql)";

    static string Text(string value) => $"N{Plain(value)}";

    static string Plain(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
