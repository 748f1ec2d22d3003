using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Snapshots;

/// <summary>
/// Where a table's rows are read from on: behind a key. A key that the server sorts otherwise than it compares with a literal (enums, sets, bits, floats, addresses)
/// cannot be begun within: such a table is read in one piece, as one without a key is.
/// </summary>
internal static partial class KeyRange
{
    public static bool CanDivide(MySqlTable table) => table.Keys.Count > 0 && table.Keys.All(key => table.Columns[table.IndexOf(key)].Type.Name is
        "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "decimal" or "char" or "varchar" or "binary" or "varbinary" or "date" or "datetime" or "timestamp" or "time" or "year" or "uuid");

    /// <summary>The statement that reads a table's rows behind a key.</summary>
    /// <param name="table">Its definition.</param>
    /// <param name="after">Literals of the last key read; null to begin.</param>
    /// <param name="rows">How many rows at most; of a table in one piece, all.</param>
    public static string Select(MySqlTable table, IReadOnlyList<string>? after, int rows)
    {
        var sql = new StringBuilder("SELECT ").AppendJoin(',', table.Columns.Select(column => DefinitionReader.QuoteName(column.Name)))
            .Append(" FROM ").Append(Name(table));
        if (!CanDivide(table)) return sql.ToString();
        sql.Append(" FORCE INDEX (PRIMARY)");
        if (after is not null) sql.Append(" WHERE ").Append(Behind(table, after));
        sql.Append(" ORDER BY ").AppendJoin(',', table.Keys.Select(DefinitionReader.QuoteName));
        return sql.Append(CultureInfo.InvariantCulture, $" LIMIT {rows}").ToString();
    }

    public static string Name(MySqlTable table) => $"{DefinitionReader.QuoteName(table.Database)}.{DefinitionReader.QuoteName(table.Name)}";

    /// <summary>A key's values as literals.</summary>
    public static string[] Literals(TableSchema schema, ReadOnlySpan<byte> row)
    {
        var literals = new string[schema.KeyColumns.Count];
        var reader = new RowReader(schema, row);
        while (reader.Read())
        {
            for (int key = 0; key < literals.Length; key++)
                if (schema.KeyColumns[key] == reader.Index)
                    literals[key] = Literal(reader);
        }

        return literals;
    }

    /// <summary>Whether a text is one that <see cref="Literals"/> makes: it comes back from a checkpoint and goes into a statement.</summary>
    public static bool IsLiteral(string text) => LiteralForm().IsMatch(text);

    static string Behind(MySqlTable table, IReadOnlyList<string> after)
    {
        var condition = new StringBuilder("(");
        for (int key = 0; key < after.Count; key++)
        {
            if (key > 0) condition.Append(" OR ");
            condition.Append('(');
            for (int equal = 0; equal < key; equal++) condition.Append(DefinitionReader.QuoteName(table.Keys[equal])).Append('=').Append(after[equal]).Append(" AND ");
            condition.Append(DefinitionReader.QuoteName(table.Keys[key])).Append('>').Append(after[key]).Append(')');
        }

        return condition.Append(')').ToString();
    }

    static string Literal(in RowReader reader)
    {
        switch (reader.Kind)
        {
            case ColumnKind.Text: return $"_utf8mb4 X'{Convert.ToHexString(reader.Value)}'";
            case ColumnKind.Binary: return $"X'{Convert.ToHexString(reader.Value)}'";
            case ColumnKind.Date: return $"'{Date(reader.GetDate())}'";
            case ColumnKind.Timestamp: return $"'{Moment(reader.GetTimestamp())}'";
            case ColumnKind.TimestampWithZone: return $"'{Moment(reader.GetTimestampWithZone().UtcTicks)}'";
            case ColumnKind.Time: return $"'{(reader.GetTime() < 0 ? "-" : "")}{Clock(Math.Abs(reader.GetTime()))}'";
            case ColumnKind.Uuid: return $"'{reader.GetUuid()}'";
            case ColumnKind.Decimal: return new ExactDecimal(reader.GetDecimal(), reader.Column.Type.Scale).ToString();
            default: return Convert.ToString(RowValues.Get(reader), CultureInfo.InvariantCulture)!;
        }
    }

    static string Date(int days)
    {
        (int year, int month, int day) = ZeroDates.Parts(days);
        return string.Create(CultureInfo.InvariantCulture, $"{year:D4}-{month:D2}-{day:D2}");
    }

    static string Moment(long ticks)
    {
        (int days, long time) = ZeroDates.Split(ticks);
        return $"{Date(days)} {Clock(time)}";
    }

    static string Clock(long ticks) => string.Create(
        CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerHour:D2}:{ticks / TimeSpan.TicksPerMinute % 60:D2}:{ticks / TimeSpan.TicksPerSecond % 60:D2}.{ticks % TimeSpan.TicksPerSecond / 10:D6}");

    [GeneratedRegex(@"^(-?[0-9]+(\.[0-9]+)?|(_utf8mb4 )?X'[0-9A-F]*'|'[-0-9a-f:. ]+')$")]
    private static partial Regex LiteralForm();
}
