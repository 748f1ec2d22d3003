using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>Reads definitions as they stand at the server.</summary>
internal static class DefinitionReader
{
    static readonly string[] OwnDatabases = ["mysql", "information_schema", "performance_schema", "sys"];

    /// <summary>Whether a database is the server's own.</summary>
    public static bool IsOwn(string database) => OwnDatabases.Contains(database, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the definitions of all tables that are captured, or of one.</summary>
    public static async ValueTask<List<MySqlTable>> ReadAsync(ServerConnection connection, Func<string, string, bool> captures, (string Database, string Name)? only, CancellationToken cancellationToken)
    {
        string where = only is { } one
            ? $"c.TABLE_SCHEMA={Quote(one.Database)} AND c.TABLE_NAME={Quote(one.Name)}"
            : "c.TABLE_SCHEMA NOT IN ('mysql','information_schema','performance_schema','sys')";
        var columns = await connection.QueryAsync(
            "SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE, c.CHARACTER_SET_NAME, c.COLUMN_KEY, t.TABLE_COLLATION"
            + " FROM information_schema.COLUMNS c JOIN information_schema.TABLES t ON t.TABLE_SCHEMA=c.TABLE_SCHEMA AND t.TABLE_NAME=c.TABLE_NAME"
            + $" WHERE t.TABLE_TYPE IN ('BASE TABLE','SYSTEM VERSIONED') AND {where} ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.ORDINAL_POSITION", cancellationToken).ConfigureAwait(false);
        var keys = await connection.QueryAsync(
            $"SELECT c.TABLE_SCHEMA, c.TABLE_NAME, c.COLUMN_NAME FROM information_schema.STATISTICS c WHERE c.INDEX_NAME='PRIMARY' AND {where} ORDER BY c.TABLE_SCHEMA, c.TABLE_NAME, c.SEQ_IN_INDEX", cancellationToken).ConfigureAwait(false);
        var keysOf = keys.ToLookup(row => (row[0]!, row[1]!), row => row[2]!);
        var tables = new List<MySqlTable>();
        foreach (var table in columns.GroupBy(row => (Database: row[0]!, Name: row[1]!)))
        {
            if (!captures(table.Key.Database, table.Key.Name)) continue;
            string charset = table.First()[7] is { } collation ? Charsets.OfCollation(collation) : "utf8mb4";
            tables.Add(new MySqlTable(table.Key.Database, table.Key.Name, charset, [.. table.Select(Column)], [.. keysOf[table.Key]]));
        }

        return tables;
    }

    /// <summary>What tables get that name no character set, by database.</summary>
    public static async ValueTask<List<(string Database, string Charset)>> ReadCharsetsAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync("SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME FROM information_schema.SCHEMATA", cancellationToken).ConfigureAwait(false);
        return [.. rows.Where(row => !IsOwn(row[0]!)).Select(row => (row[0]!, Charsets.Normal(row[1]!)))];
    }

    /// <summary>Whether two definitions give rows the same columns.</summary>
    public static bool AreAlike(MySqlTable left, MySqlTable right) =>
        left.Columns.Count == right.Columns.Count
        && left.Keys.SequenceEqual(right.Keys, StringComparer.OrdinalIgnoreCase)
        && left.Columns.Zip(right.Columns).All(pair => pair.First.Name == pair.Second.Name && pair.First.Type.Charset == pair.Second.Type.Charset && pair.First.Type.ToString() == pair.Second.Type.ToString());

    public static string Quote(string text) => $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    public static string QuoteName(string name) => $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    static MySqlColumn Column(string?[] row)
    {
        try
        {
            return new MySqlColumn(row[2]!, TypeWords.Parse(row[3]!, row[5]), row[4] == "YES");
        }
        catch (FormatException error)
        {
            throw new ChangeSourceException(ChangeSourceFault.Schema, $"Column '{row[2]}' of {row[0]}.{row[1]} is '{row[3]}', which is not understood: {error.Message}", error);
        }
    }
}
