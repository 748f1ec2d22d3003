using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Oracle;

/// <summary>Oracle's types. A number without precision is a decimal of 38 digits, 18 of them behind the point: what has more is refused, with its row.</summary>
public static class OracleTypes
{
    const int OpenScale = 18;

    /// <summary>The strict type of a type as a DDL text spells it.</summary>
    /// <exception cref="NativeTypeException">The text cannot be read, or no strict type stands for it.</exception>
    public static ColumnType TypeOf(string nativeType)
    {
        NativeType native = NativeType.Parse(nativeType);
        return native.Name switch
        {
            "number" or "numeric" or "decimal" or "dec" => NumberOf(native),
            "integer" or "int" or "smallint" => new(ColumnKind.Decimal, 38),
            // Decimal digits with a bound in bits: not a binary float.
            "float" or "real" or "double precision" => new(ColumnKind.Decimal, 38, OpenScale),
            "binary_float" => new(ColumnKind.Float32),
            "binary_double" => new(ColumnKind.Float64),
            "varchar2" or "varchar" or "nvarchar2" or "char varying" or "character varying" => new(ColumnKind.Text, Length: native.Number(0, 0)),
            "char" or "nchar" or "character" => new(ColumnKind.Text, Length: native.Number(0, 1)),
            "clob" or "nclob" or "long" or "xmltype" or "sys.xmltype" or "rowid" or "urowid" => new(ColumnKind.Text),
            "interval year to month" or "interval day to second" => new(ColumnKind.Text),
            "raw" => new(ColumnKind.Binary, Length: native.Number(0, 0)),
            "blob" or "long raw" => new(ColumnKind.Binary),
            "date" => new(ColumnKind.Timestamp),
            "timestamp" => new(ColumnKind.Timestamp, Math.Min(native.Number(0, 6), 7)),
            "timestamp with time zone" or "timestamp with local time zone" => new(ColumnKind.TimestampWithZone, Math.Min(native.Number(0, 6), 7)),
            "json" => new(ColumnKind.Json),
            "boolean" => new(ColumnKind.Boolean),
            _ => throw new NativeTypeException($"The Oracle type '{native.Text}' has no strict type: cast it in a view, or leave the column out."),
        };
    }

    static ColumnType NumberOf(NativeType native)
    {
        if (native.Arguments.Count == 0 || native.Arguments[0] == "*") return new(ColumnKind.Decimal, 38, native.Arguments.Count > 1 ? Math.Max(native.Number(1, 0), 0) : OpenScale);
        int precision = native.Number(0, 38), scale = native.Number(1, 0);
        // NUMBER(2,-2): two digits, then two zeros.
        if (scale < 0) return new(ColumnKind.Decimal, Math.Min(precision - scale, 65));
        if (scale > ColumnType.DecimalDigitsMax) throw new NativeTypeException($"The type '{native.Text}' has {scale} digits behind the point; {ColumnType.DecimalDigitsMax} can be carried.");
        return new(ColumnKind.Decimal, Math.Max(precision, scale), scale);
    }
}
