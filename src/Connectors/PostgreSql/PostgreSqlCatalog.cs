using System.Data.Common;
using System.Text.RegularExpressions;
using Orrery.Connectors.Dialects;

namespace Orrery.Connectors.PostgreSql;

/// <summary>Reads a table from PostgreSQL's catalogue.</summary>
static partial class PostgreSqlCatalog
{
    public static TableDefinition Read(TableName table, string quoted, Func<string, Func<DbDataReader, object?[]>, List<object?[]>> query)
    {
        List<object?[]> Rows(string statement) => query(statement, reader =>
        {
            var values = new object[reader.FieldCount];
            reader.GetValues(values);
            return [.. values.Select(value => value is DBNull ? null : value)];
        });

        List<object?[]> head = Rows($"SELECT c.oid::bigint, obj_description(c.oid, 'pg_class'), c.reltuples::bigint FROM pg_class c WHERE c.oid = to_regclass({PostgreSqlDialect.TextLiteral(quoted)})");
        if (head.Count == 0) throw new ArgumentException($"There is no table {table} in this PostgreSQL database, or this user cannot see it.", nameof(table));
        long oid = (long)head[0][0]!;
        ColumnDefinition[] columns =
        [
            .. Rows($"""
                SELECT a.attname::text, CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE t.typtypmod END) ELSE format_type(a.atttypid, a.atttypmod) END,
                       a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '', a.attgenerated <> '', col_description(a.attrelid, a.attnum)
                FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
                """).Select(row =>
            {
                string native = (string)row[1]!;
                var value = (string?)row[3];
                bool isIdentity = (bool)row[4]! || value?.StartsWith("nextval(", StringComparison.Ordinal) == true, isGenerated = (bool)row[5]!;
                return new ColumnDefinition((string)row[0]!, PostgreSqlTypes.TypeOf(native), native, !(bool)row[2]!)
                {
                    Default = isIdentity || isGenerated || value is null ? null : TypedLiteral().Replace(value, "$1"),
                    IsIdentity = isIdentity,
                    IsGenerated = isGenerated,
                    Comment = (string?)row[6],
                };
            }),
        ];
        List<(string Name, bool IsUnique, bool IsKey, string[] Columns)> indexes =
        [
            .. Rows($"""
                SELECT i.relname::text, x.indisunique, x.indisprimary, array(SELECT a.attname::text FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(n, o) JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.n WHERE k.o <= x.indnkeyatts ORDER BY k.o)
                FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = {oid} AND x.indexprs IS NULL AND x.indpred IS NULL AND x.indisvalid ORDER BY 1
                """).Select(row => ((string)row[0]!, (bool)row[1]!, (bool)row[2]!, (string[])row[3]!)),
        ];
        return new TableDefinition(table, columns)
        {
            Key = indexes.Where(index => index.IsKey).Select(index => index.Columns).FirstOrDefault() ?? [],
            Indexes = [.. indexes.Where(index => !index.IsKey).Select(index => new IndexDefinition(index.Name, index.Columns, index.IsUnique))],
            Comment = (string?)head[0][1],
            RowsEstimate = (long)head[0][2]!,
        };
    }

    /// <summary>A literal with its type behind it.</summary>
    [GeneratedRegex(@"^('(?:[^']|'')*'|-?\d+(?:\.\d+)?)::[^']+$", RegexOptions.CultureInvariant)]
    private static partial Regex TypedLiteral();
}
