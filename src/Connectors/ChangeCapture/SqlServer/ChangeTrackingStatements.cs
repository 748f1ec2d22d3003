using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.SqlServer;

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>
/// The statements of SQL Server's change tracking for one table. Change tracking keeps, per row's key, the version of its last change; it does not keep the values. So
/// the rows as they stand are joined in, and both must be of one moment: everything runs in one transaction of snapshot isolation, which begins with the current
/// version. Not verified against a live server here.
/// </summary>
sealed class ChangeTrackingStatements(SqlServerDialect dialect, TableDefinition table)
{
    /// <summary>The database's version, which has to be the transaction's first question; and the clock. The version is null where changes are not tracked.</summary>
    public const string Version = "SELECT CHANGE_TRACKING_CURRENT_VERSION(), SYSUTCDATETIME()";

    /// <summary>The tracked tables: schema, name, object, the version at which tracking began, the least valid one, when it was altered last.</summary>
    public const string Tables = """
        SELECT s.name, t.name, t.object_id, c.begin_version, CHANGE_TRACKING_MIN_VALID_VERSION(t.object_id), t.modify_date
        FROM sys.change_tracking_tables c JOIN sys.tables t ON t.object_id = c.object_id JOIN sys.schemas s ON s.schema_id = t.schema_id
        """;

    string Quoted => dialect.Quote(table.Name);

    ColumnDefinition[] Keys => [.. table.Key.Select(table.Column)];

    /// <summary>A chunk of the rows, in the order of the key.</summary>
    /// <param name="after">The last key; null for the first chunk.</param>
    /// <param name="rows">Rows of a chunk.</param>
    public string Chunk(byte[]? after, int rows) =>
        $"SELECT TOP ({Number(rows)}) {string.Join(", ", table.Columns.Select(column => Read("", column)))} FROM {Quoted} WHERE {dialect.Condition(table, new KeyRange(after, null))} ORDER BY {Names("")}";

    /// <summary>
    /// What changed behind a version, oldest first, the rows of one version in the order of their key: version, operation (I, U, D), the key's columns, whether the row is
    /// there, then all columns as they stand. A row changed several times comes once, with its last version; one inserted and deleted in between comes as D.
    /// </summary>
    public string Changes(in TrackingRange range, int rows)
    {
        string on = string.Join(" AND ", table.Key.Select(key => $"t.{dialect.Quote(key)} = c.{dialect.Quote(key)}"));
        string where = $"c.SYS_CHANGE_VERSION <= {Number(range.UpTo)}";
        if (range.BehindKey is { } key) where += $" AND (c.SYS_CHANGE_VERSION > {Number(range.Since + 1)} OR {Behind(key)})";
        return $"SELECT TOP ({Number(rows)}) c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, {string.Join(", ", Keys.Select(column => Read("c.", column)))}, CASE WHEN t.{dialect.Quote(table.Key[0])} IS NULL THEN 0 ELSE 1 END, "
            + $"{string.Join(", ", table.Columns.Select(column => Read("t.", column)))} FROM CHANGETABLE(CHANGES {Quoted}, {Number(range.Since)}) AS c LEFT JOIN {Quoted} AS t ON {on}"
            + $" WHERE {where} ORDER BY c.SYS_CHANGE_VERSION, {Names("c.")}";
    }

    /// <summary>Has the database and the table tracked, keeping changes for some days. Needs ALTER rights; shown to the operator, not run by the capture.</summary>
    public string Enable(string database, int days) =>
        $"ALTER DATABASE {dialect.Quote(database)} SET CHANGE_TRACKING = ON (CHANGE_RETENTION = {Number(days)} DAYS, AUTO_CLEANUP = ON); ALTER DATABASE {dialect.Quote(database)} SET ALLOW_SNAPSHOT_ISOLATION ON; ALTER TABLE {Quoted} ENABLE CHANGE_TRACKING";

    /// <summary>Behind a key: the first column that differs decides.</summary>
    string Behind(byte[] key)
    {
        string[] literals = dialect.KeyLiterals(table, key);
        return string.Join(" OR ", table.Key.Select((_, index) =>
            "(" + string.Join(" AND ", table.Key.Take(index).Select((name, at) => $"c.{dialect.Quote(name)} = {literals[at]}").Append($"c.{dialect.Quote(table.Key[index])} > {literals[index]}")) + ")"));
    }

    string Names(string prefix) => string.Join(", ", table.Key.Select(name => prefix + dialect.Quote(name)));

    /// <summary>A column as the dialect's reader wants it: blanks that only pad are left out, in keys and rows alike.</summary>
    string Read(string prefix, ColumnDefinition column) => SqlServerTypes.IsPadded(column) ? $"RTRIM({prefix}{dialect.Quote(column.Name)})" : prefix + dialect.Quote(column.Name);

    static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
