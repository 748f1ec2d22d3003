using System.Globalization;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.Messages;

/// <summary>
/// MySQL's and MariaDB's type texts, as a DDL statement or <c>SHOW COLUMNS</c> spells them: <c>INT(8) unsigned zerofill</c>, <c>varchar(255)</c>. Case and form vary
/// with where the producer saw the table. What is not known is text: a value is then carried as it is written.
/// </summary>
public static class MySqlTypeText
{
    /// <summary>Digits and scale of a decimal whose text has none: producers that leave them out send any fraction.</summary>
    const int DecimalPrecision = 38, DecimalScale = 18;

    public static ColumnType Parse(string text)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int open = rest.IndexOf('(');
        int close = open < 0 ? -1 : rest.LastIndexOf(')');
        ReadOnlySpan<char> head = open < 0 ? rest : rest[..open].TrimEnd();
        ReadOnlySpan<char> arguments = close > open ? rest[(open + 1)..close] : default;
        ReadOnlySpan<char> tail = close > open ? rest[(close + 1)..] : default;
        int space = head.IndexOf(' ');
        ReadOnlySpan<char> name = space < 0 ? head : head[..space];
        bool unsigned = (open < 0 ? head : tail).Contains("unsigned", StringComparison.OrdinalIgnoreCase) || (open < 0 ? head : tail).Contains("zerofill", StringComparison.OrdinalIgnoreCase);
        (int first, int second) = Arguments(arguments);
        Span<char> lower = stackalloc char[24];
        if (name.Length > lower.Length) return new ColumnType(ColumnKind.Text);
        int length = name.ToLowerInvariant(lower);
        return lower[..length] switch
        {
            "tinyint" => new ColumnType(unsigned ? ColumnKind.UInt8 : ColumnKind.Int8),
            "bool" or "boolean" => new ColumnType(ColumnKind.Int8),
            "smallint" => new ColumnType(unsigned ? ColumnKind.UInt16 : ColumnKind.Int16),
            "mediumint" or "int" or "integer" => new ColumnType(unsigned ? ColumnKind.UInt32 : ColumnKind.Int32),
            "bigint" => new ColumnType(unsigned ? ColumnKind.UInt64 : ColumnKind.Int64),
            "serial" or "bit" => new ColumnType(ColumnKind.UInt64),
            "year" => new ColumnType(ColumnKind.Int16),
            "float" => new ColumnType(first > 24 && second < 0 ? ColumnKind.Float64 : ColumnKind.Float32),
            "double" or "real" => new ColumnType(ColumnKind.Float64),
            "decimal" or "numeric" or "dec" or "fixed" => first < 0
                ? new ColumnType(ColumnKind.Decimal, DecimalPrecision, DecimalScale)
                : new ColumnType(ColumnKind.Decimal, Math.Clamp(first, 1, 65), Math.Clamp(second, 0, 38)),
            "date" => new ColumnType(ColumnKind.Date),
            "time" => new ColumnType(ColumnKind.Time, Math.Clamp(first, 0, 6)),
            "datetime" or "timestamp" => new ColumnType(ColumnKind.Timestamp, Math.Clamp(first, 0, 6)),
            "char" or "varchar" or "nchar" or "nvarchar" => head.Contains("byte", StringComparison.OrdinalIgnoreCase)
                ? new ColumnType(ColumnKind.Binary, Length: Math.Max(first, 0))
                : new ColumnType(ColumnKind.Text, Length: Math.Max(first, 0)),
            "binary" or "varbinary" => new ColumnType(ColumnKind.Binary, Length: Math.Max(first, 0)),
            "tinyblob" or "blob" or "mediumblob" or "longblob" or "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon"
                or "geometrycollection" or "geomcollection" => new ColumnType(ColumnKind.Binary),
            "json" => new ColumnType(ColumnKind.Json),
            "uuid" => new ColumnType(ColumnKind.Uuid),
            _ => new ColumnType(ColumnKind.Text),
        };
    }

    /// <summary>One spelling of a text, so that the same type has the same fingerprint: lower case outside of quotes, single spaces, none around commas.</summary>
    public static string Normalize(string text)
    {
        Span<char> result = text.Length <= 256 ? stackalloc char[256] : new char[text.Length];
        int length = 0;
        bool quoted = false;
        foreach (char part in text.AsSpan().Trim())
        {
            if (part == '\'') quoted = !quoted;
            if (!quoted && char.IsWhiteSpace(part))
            {
                if (length > 0 && result[length - 1] is not (' ' or ',' or '(')) result[length++] = ' ';
                continue;
            }

            if (!quoted && part is ',' or ')' or '(' && length > 0 && result[length - 1] == ' ') length--;
            result[length++] = quoted ? part : char.ToLowerInvariant(part);
        }

        return new string(result[..length]);
    }

    /// <summary>Whether a decimal's text has digits and scale.</summary>
    public static bool SaysScale(string text) => text.Contains('(', StringComparison.Ordinal);

    static (int First, int Second) Arguments(ReadOnlySpan<char> text)
    {
        int comma = text.IndexOf(',');
        return (Number(comma < 0 ? text : text[..comma]), comma < 0 ? -1 : Number(text[(comma + 1)..]));

        static int Number(ReadOnlySpan<char> part) => int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : -1;
    }
}
