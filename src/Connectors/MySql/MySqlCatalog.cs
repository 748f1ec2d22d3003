using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.MySql;

/// <summary>Reads a table from the catalogue of MySQL or MariaDB.</summary>
static partial class MySqlCatalog
{
    public static TableDefinition Read(TableName table, bool isMariaDb, Func<string, List<string?[]>> query)
    {
        string schema = table.Schema is null ? "DATABASE()" : MySqlDialect.TextLiteral(Encoding.UTF8.GetBytes(table.Schema)), name = MySqlDialect.TextLiteral(Encoding.UTF8.GetBytes(table.Name));
        string where = $"WHERE TABLE_SCHEMA = {schema} AND TABLE_NAME = {name}";
        List<string?[]> head = query($"SELECT TABLE_COMMENT, TABLE_ROWS FROM information_schema.TABLES {where}");
        if (head.Count == 0) throw new ArgumentException($"There is no table {table} in this MySQL database, or this user cannot see it.", nameof(table));
        // MariaDB's JSON is a longtext with a check.
        HashSet<string> json = isMariaDb
            ? [.. query($"SELECT CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = {schema} AND TABLE_NAME = {name}").Select(row => JsonCheck().Match(row[0]!)).Where(match => match.Success).Select(match => match.Groups[1].Value.Replace("``", "`", StringComparison.Ordinal))]
            : [];
        ColumnDefinition[] columns =
        [
            .. query($"SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT, CHARACTER_SET_NAME FROM information_schema.COLUMNS {where} ORDER BY ORDINAL_POSITION").Select(row =>
            {
                string native = row[1]!, extra = row[4] ?? "";
                ColumnType type = json.Contains(row[0]!) && native == "longtext" ? new ColumnType(ColumnKind.Json) : MySqlTypes.TypeOf(native);
                bool isIdentity = extra.Contains("auto_increment", StringComparison.OrdinalIgnoreCase);
                return new ColumnDefinition(row[0]!, type, native, row[2] == "YES")
                {
                    Default = isIdentity ? null : DefaultOf(row[3], isMariaDb, extra, type),
                    IsIdentity = isIdentity,
                    IsGenerated = extra.Contains("VIRTUAL", StringComparison.OrdinalIgnoreCase) || extra.Contains("STORED", StringComparison.OrdinalIgnoreCase) || extra.Contains("PERSISTENT", StringComparison.OrdinalIgnoreCase),
                    Comment = string.IsNullOrEmpty(row[5]) ? null : row[5],
                    CharacterSet = row[6],
                };
            }),
        ];
        var indexes = query($"SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART, INDEX_TYPE FROM information_schema.STATISTICS {where} ORDER BY INDEX_NAME, SEQ_IN_INDEX")
            .GroupBy(row => row[0]!)
            .Where(group => group.All(row => row[2] is not null && row[3] is null && row[4] is "BTREE" or "HASH"))
            .Select(group => new IndexDefinition(group.Key, [.. group.Select(row => row[2]!)], group.First()[1] == "0")).ToList();
        // A part of a text as key still names its rows.
        string[] key = [.. query($"SELECT COLUMN_NAME FROM information_schema.STATISTICS {where} AND INDEX_NAME = 'PRIMARY' ORDER BY SEQ_IN_INDEX").Select(row => row[0]!)];
        return new TableDefinition(table, columns)
        {
            Key = key,
            Indexes = [.. indexes.Where(index => index.Name != "PRIMARY")],
            Comment = string.IsNullOrEmpty(head[0][0]) ? null : head[0][0],
            RowsEstimate = long.TryParse(head[0][1], CultureInfo.InvariantCulture, out long rows) ? rows : -1,
        };
    }

    /// <summary>MariaDB answers defaults as SQL; MySQL answers texts without quotes, and says beside them when they are expressions.</summary>
    static string? DefaultOf(string? value, bool isMariaDb, string extra, ColumnType type)
    {
        if (value is null || isMariaDb) return value == "NULL" ? null : value;
        if (extra.Contains("DEFAULT_GENERATED", StringComparison.OrdinalIgnoreCase) || value.StartsWith("CURRENT_TIMESTAMP", StringComparison.OrdinalIgnoreCase) || value.StartsWith("b'", StringComparison.Ordinal)) return value;
        return type.Kind is <= ColumnKind.Float64 ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    [GeneratedRegex(@"^json_valid\(`((?:[^`]|``)+)`\)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex JsonCheck();
}
