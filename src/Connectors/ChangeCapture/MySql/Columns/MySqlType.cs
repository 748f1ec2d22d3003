using System.Globalization;
using System.Text;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>A column's type as definitions spell it, with one name for each.</summary>
/// <param name="Name">Lower case, aliases resolved: <c>int</c>, <c>varchar</c>, <c>double</c>.</param>
/// <param name="Length">Characters, bytes or bits; digits of a decimal; digits of a fraction. 0 where there are none.</param>
/// <param name="Scale">Digits behind a decimal's point.</param>
/// <param name="Unsigned">Whether a number has no sign.</param>
/// <param name="Charset">A text's, enum's or set's character set; null for others, <c>binary</c> for bytes under a text's name.</param>
/// <param name="Labels">An enum's or set's labels; empty for others.</param>
internal sealed record MySqlType(string Name, int Length, int Scale, bool Unsigned, string? Charset, IReadOnlyList<string> Labels)
{
    public const int DecimalDigitsMax = 65;

    public bool IsText => Name is "char" or "varchar" or "tinytext" or "text" or "mediumtext" or "longtext";

    public bool IsBlob => Name is "tinyblob" or "blob" or "mediumblob" or "longblob";

    public bool IsLabelled => Name is "enum" or "set";

    public bool IsSpatial => Name is "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection";

    /// <summary>Whether a character set belongs to it.</summary>
    public bool HasCharset => IsText || IsLabelled;

    /// <summary>The strict type that carries it.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public ColumnType ToColumnType() => Name switch
    {
        "tinyint" => new(Unsigned ? ColumnKind.UInt8 : ColumnKind.Int8),
        "smallint" => new(Unsigned ? ColumnKind.UInt16 : ColumnKind.Int16),
        "mediumint" or "int" => new(Unsigned ? ColumnKind.UInt32 : ColumnKind.Int32),
        "bigint" => new(Unsigned ? ColumnKind.UInt64 : ColumnKind.Int64),
        "decimal" => new(ColumnKind.Decimal, Length, Scale),
        "float" => new(ColumnKind.Float32),
        "double" => new(ColumnKind.Float64),
        "bit" => new(ColumnKind.UInt64),
        "year" => new(ColumnKind.Int16),
        "date" => new(ColumnKind.Date),
        "time" => new(ColumnKind.Time, Length),
        "datetime" => new(ColumnKind.Timestamp, Length),
        "timestamp" => new(ColumnKind.TimestampWithZone, Length),
        "char" or "varchar" when Charset == "binary" => new(ColumnKind.Binary, Length: Length),
        "char" or "varchar" => new(ColumnKind.Text, Length: Length),
        "tinytext" or "text" or "mediumtext" or "longtext" => new(Charset == "binary" ? ColumnKind.Binary : ColumnKind.Text),
        "enum" or "set" => new(ColumnKind.Text),
        "binary" or "varbinary" => new(ColumnKind.Binary, Length: Length),
        "tinyblob" or "blob" or "mediumblob" or "longblob" or "vector" => new(ColumnKind.Binary),
        "json" => new(ColumnKind.Json),
        "uuid" => new(ColumnKind.Uuid),
        "inet4" or "inet6" => new(ColumnKind.Text, Length: Name == "inet4" ? 15 : 39),
        _ when IsSpatial => new(ColumnKind.Binary),
        _ => throw new NotSupportedException($"The type '{Name}' is not known."),
    };

    /// <summary>As definitions spell it, without display widths: <c>int unsigned</c>, <c>decimal(10,2)</c>, <c>enum('a','b')</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        if (IsLabelled) text.Append('(').AppendJoin(',', Labels.Select(label => $"'{label.Replace("'", "''", StringComparison.Ordinal)}'")).Append(')');
        else if (Name == "decimal") text.Append(CultureInfo.InvariantCulture, $"({Length},{Scale})");
        else if (Length > 0) text.Append(CultureInfo.InvariantCulture, $"({Length})");
        if (Unsigned) text.Append(" unsigned");
        return text.ToString();
    }
}
