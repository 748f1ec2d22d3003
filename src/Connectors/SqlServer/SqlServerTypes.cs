using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.SqlServer;

/// <summary>SQL Server's types.</summary>
public static class SqlServerTypes
{
    /// <summary>The strict type of a type as a DDL text spells it.</summary>
    /// <exception cref="NativeTypeException">The text cannot be read, or no strict type stands for it.</exception>
    public static ColumnType TypeOf(string nativeType)
    {
        NativeType native = NativeType.Parse(nativeType);
        return native.Name switch
        {
            "bit" => new(ColumnKind.Boolean),
            "tinyint" => new(ColumnKind.UInt8),
            "smallint" => new(ColumnKind.Int16),
            "int" or "integer" => new(ColumnKind.Int32),
            "bigint" => new(ColumnKind.Int64),
            "decimal" or "numeric" or "dec" => new(ColumnKind.Decimal, native.Number(0, 18), native.Number(1, 0)),
            "money" => new(ColumnKind.Decimal, 19, 4),
            "smallmoney" => new(ColumnKind.Decimal, 10, 4),
            "real" => new(ColumnKind.Float32),
            "float" => new(native.Number(0, 53) <= 24 ? ColumnKind.Float32 : ColumnKind.Float64),
            "double precision" => new(ColumnKind.Float64),
            "char" or "nchar" or "character" => new(ColumnKind.Text, Length: native.Number(0, 1)),
            "varchar" or "nvarchar" or "character varying" => new(ColumnKind.Text, Length: IsMax(native) ? 0 : native.Number(0, 1)),
            "sysname" => new(ColumnKind.Text, Length: 128),
            "text" or "ntext" or "xml" => new(ColumnKind.Text),
            "json" => new(ColumnKind.Json),
            "binary" => new(ColumnKind.Binary, Length: native.Number(0, 1)),
            "varbinary" => new(ColumnKind.Binary, Length: IsMax(native) ? 0 : native.Number(0, 1)),
            "image" => new(ColumnKind.Binary),
            "timestamp" or "rowversion" => new(ColumnKind.Binary, Length: 8),
            "date" => new(ColumnKind.Date),
            "time" => new(ColumnKind.Time, native.Number(0, 7)),
            "datetime" => new(ColumnKind.Timestamp, 3),
            "smalldatetime" => new(ColumnKind.Timestamp, 0),
            "datetime2" => new(ColumnKind.Timestamp, native.Number(0, 7)),
            "datetimeoffset" => new(ColumnKind.TimestampWithZone, native.Number(0, 7)),
            "uniqueidentifier" => new(ColumnKind.Uuid),
            _ => throw new NativeTypeException($"The SQL Server type '{native.Text}' has no strict type: cast it in a view, or leave the column out."),
        };
    }

    /// <summary>Whether it is a fixed-length text, whose blanks at the end are padding.</summary>
    internal static bool IsPadded(ColumnDefinition column) => NativeType.Parse(column.NativeType).Name is "char" or "nchar" or "character";

    static bool IsMax(NativeType native) => native.Arguments is [var length] && length.Equals("max", StringComparison.OrdinalIgnoreCase);
}
