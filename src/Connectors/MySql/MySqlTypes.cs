using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.MySql;

/// <summary>MySQL's and MariaDB's types. Binlog, canal and catalogue spell them alike, but for widths and case.</summary>
public static class MySqlTypes
{
    /// <summary>The strict type of a type as <c>COLUMN_TYPE</c> or a DDL text spells it.</summary>
    /// <exception cref="NativeTypeException">The text cannot be read, or no strict type stands for it.</exception>
    public static ColumnType TypeOf(string nativeType)
    {
        NativeType native = NativeType.Parse(nativeType);
        bool wide = native.IsUnsigned;
        return native.Name switch
        {
            "tinyint" => new(wide ? ColumnKind.UInt8 : ColumnKind.Int8),
            // A boolean is another word for tinyint(1) here, and such a column may hold 2 as well.
            "boolean" or "bool" => new(ColumnKind.Int8),
            "smallint" or "int2" => new(wide ? ColumnKind.UInt16 : ColumnKind.Int16),
            "mediumint" or "int3" or "middleint" or "int" or "integer" or "int4" => new(wide ? ColumnKind.UInt32 : ColumnKind.Int32),
            "bigint" or "int8" => new(wide ? ColumnKind.UInt64 : ColumnKind.Int64),
            "serial" => new(ColumnKind.UInt64),
            "bit" => new(ColumnKind.UInt64),
            "decimal" or "numeric" or "fixed" or "dec" => DecimalOf(native),
            "float" => new(native.Arguments.Count == 1 && native.Number(0, 0) > 24 ? ColumnKind.Float64 : ColumnKind.Float32),
            "float4" => new(ColumnKind.Float32),
            "double" or "double precision" or "real" or "float8" => new(ColumnKind.Float64),
            "year" => new(ColumnKind.Int16),
            "date" => new(ColumnKind.Date),
            "time" => new(ColumnKind.Time, native.Number(0, 0)),
            "datetime" => new(ColumnKind.Timestamp, native.Number(0, 0)),
            "timestamp" => new(ColumnKind.TimestampWithZone, native.Number(0, 0)),
            "char" or "character" or "nchar" or "national char" or "national character" or "char binary" => new(ColumnKind.Text, Length: native.Number(0, 1)),
            "varchar" or "character varying" or "varcharacter" or "nvarchar" or "national varchar" or "nchar varchar" or "nchar varying" or "national character varying" or "national char varying" or "varchar binary"
                => new(ColumnKind.Text, Length: native.Number(0, 0)),
            "tinytext" or "text" or "mediumtext" or "longtext" or "long" or "long varchar" or "text binary" or "enum" or "set" or "inet4" or "inet6" => new(ColumnKind.Text),
            "char byte" => new(ColumnKind.Binary, Length: native.Number(0, 1)),
            "binary" => new(ColumnKind.Binary, Length: native.Number(0, 1)),
            "varbinary" => new(ColumnKind.Binary, Length: native.Number(0, 0)),
            "tinyblob" or "blob" or "mediumblob" or "longblob" or "long varbinary" => new(ColumnKind.Binary),
            "json" => new(ColumnKind.Json),
            "uuid" => new(ColumnKind.Uuid),
            // In the server's own form: four bytes of reference system, then well-known binary.
            "point" or "geometry" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geometrycollection" or "geomcollection" => new(ColumnKind.Binary),
            _ => throw new NativeTypeException($"The MySQL type '{native.Text}' is not known here: cast it in a view, or leave the column out."),
        };
    }

    internal static bool IsGeometry(NativeType native) => native.Name.EndsWith("point", StringComparison.Ordinal) || native.Name.EndsWith("string", StringComparison.Ordinal)
        || native.Name.EndsWith("polygon", StringComparison.Ordinal) || native.Name.StartsWith("geom", StringComparison.Ordinal);

    static ColumnType DecimalOf(NativeType native)
    {
        int precision = native.Number(0, 10), scale = native.Number(1, 0);
        if (scale > ColumnType.DecimalDigitsMax) throw new NativeTypeException($"The type '{native.Text}' has {scale} digits behind the point; {ColumnType.DecimalDigitsMax} can be carried.");
        return new(ColumnKind.Decimal, precision, scale);
    }
}
