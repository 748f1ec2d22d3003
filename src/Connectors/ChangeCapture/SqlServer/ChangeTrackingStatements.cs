using System.Globalization;

namespace Orrery.Connectors.ChangeCapture.SqlServer;

/// <summary>
/// The statements of SQL Server's change tracking for one table. Change tracking keeps, per row's key, the version of its last change; it does not keep the values. So
/// the rows as they stand are joined in, and both must be of one moment: everything runs in one transaction of snapshot isolation, which begins with the current
/// version. Not verified against a live server here.
/// </summary>
/// <param name="schema">The table's schema, such as <c>dbo</c>.</param>
/// <param name="table">The table's name.</param>
/// <param name="keys">The primary key's columns, in order: change tracking needs one.</param>
/// <param name="columns">All columns, in order.</param>
public sealed class ChangeTrackingStatements(string schema, string table, IReadOnlyList<string> keys, IReadOnlyList<string> columns)
{
    /// <summary>Whether the database tracks changes and allows snapshot isolation: one row of two numbers, both 1.</summary>
    public const string Settings = """
        SELECT CASE WHEN EXISTS (SELECT 1 FROM sys.change_tracking_databases WHERE database_id = DB_ID()) THEN 1 ELSE 0 END,
               (SELECT CASE WHEN snapshot_isolation_state = 1 THEN 1 ELSE 0 END FROM sys.databases WHERE database_id = DB_ID())
        """;

    /// <summary>Begins the transaction in which versions and rows are of one moment.</summary>
    public const string Begin = "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; BEGIN TRANSACTION";

    public const string Commit = "COMMIT TRANSACTION";

    string Quoted => Name(schema) + "." + Name(table);

    /// <summary>The version that the transaction sees, and the least one from which the table's changes are still kept; null where the table is not tracked.</summary>
    public string Versions => $"SELECT CHANGE_TRACKING_CURRENT_VERSION(), CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID({Text(Quoted)}))";

    /// <summary>A chunk of the rows, in the order of the key.</summary>
    /// <param name="after">The last key as literals of T-SQL; null for the first chunk.</param>
    /// <param name="rows">Rows of a chunk.</param>
    public string Chunk(IReadOnlyList<string>? after, int rows)
    {
        string where = after is null ? "" : " WHERE " + string.Join(" OR ", keys.Select((key, index) =>
            "(" + string.Join(" AND ", keys.Take(index).Select((before, at) => $"{Name(before)} = {after[at]}").Append($"{Name(key)} > {after[index]}")) + ")"));
        return $"SELECT TOP ({rows.ToString(CultureInfo.InvariantCulture)}) {string.Join(", ", columns.Select(Name))} FROM {Quoted}{where} ORDER BY {string.Join(", ", keys.Select(Name))}";
    }

    /// <summary>
    /// What changed behind a version, oldest first: version, operation (I, U, D), the key's columns, then all columns as they stand. A row that is gone has its key only.
    /// A row changed several times comes once, with its last version; one inserted and deleted in between comes as D.
    /// </summary>
    public string Changes(long since) =>
        $"SELECT c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, {string.Join(", ", keys.Select(key => "c." + Name(key)))}, {string.Join(", ", columns.Select(column => "t." + Name(column)))}"
        + $" FROM CHANGETABLE(CHANGES {Quoted}, {since.ToString(CultureInfo.InvariantCulture)}) AS c LEFT JOIN {Quoted} AS t ON {string.Join(" AND ", keys.Select(key => $"t.{Name(key)} = c.{Name(key)}"))}"
        + " ORDER BY c.SYS_CHANGE_VERSION";

    /// <summary>Has the database and the table tracked, keeping changes for some days. Needs ALTER rights; shown to the operator, not run by the capture.</summary>
    public string Enable(string database, int days) =>
        $"ALTER DATABASE {Name(database)} SET CHANGE_TRACKING = ON (CHANGE_RETENTION = {days.ToString(CultureInfo.InvariantCulture)} DAYS, AUTO_CLEANUP = ON); ALTER DATABASE {Name(database)} SET ALLOW_SNAPSHOT_ISOLATION ON; ALTER TABLE {Quoted} ENABLE CHANGE_TRACKING";

    static string Name(string name) => "[" + name.Replace("]", "]]", StringComparison.Ordinal) + "]";

    static string Text(string value) => "N'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
}
