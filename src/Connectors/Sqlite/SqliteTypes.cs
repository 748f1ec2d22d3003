using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Sqlite;

/// <summary>
/// SQLite's declared types. SQLite itself keeps to none: it turns values by a column's "affinity", which its name's letters choose. The names that are declared here
/// choose one that leaves the values alone: decimals and large unsigned integers are texts. Names of other programs are read generously: their integers as 64
/// bits, and whatever value is there must be one of the strict type, or the row is refused.
/// </summary>
public static class SqliteTypes
{
    /// <summary>The strict type of a declared type.</summary>
    /// <exception cref="NativeTypeException">The text cannot be read.</exception>
    public static ColumnType TypeOf(string nativeType)
    {
        if (nativeType.Length == 0) return new ColumnType(ColumnKind.Binary); // No type: whatever was stored.
        NativeType native = NativeType.Parse(nativeType);
        string name = native.Name;
        return name switch
        {
            "integer8" => new(ColumnKind.Int8),
            "integer16" => new(ColumnKind.Int16),
            "integer32" => new(ColumnKind.Int32),
            "uinteger8" => new(ColumnKind.UInt8),
            "uinteger16" => new(ColumnKind.UInt16),
            "uinteger32" => new(ColumnKind.UInt32),
            "unsigned64_blob" => new(ColumnKind.UInt64),
            "real32" => new(ColumnKind.Float32),
            "boolean" or "bool" or "bit" => new(ColumnKind.Boolean),
            "decimal_text" or "decimal" or "numeric" or "dec" or "number" or "money" or "smallmoney" => DecimalOf(native),
            "date" => new(ColumnKind.Date),
            "time" => new(ColumnKind.Time, native.Number(0, 7)),
            "datetime" or "timestamp" or "datetime2" or "smalldatetime" or "timestamp without time zone" => new(ColumnKind.Timestamp, native.Number(0, 7)),
            "timestamptz" or "datetimeoffset" or "timestamp with time zone" => new(ColumnKind.TimestampWithZone, native.Number(0, 7)),
            "uuid" or "guid" or "uniqueidentifier" => new(ColumnKind.Uuid),
            "json_text" or "json" => new(ColumnKind.Json),
            "binary" or "varbinary" or "image" or "bytea" or "binary varying" => new(ColumnKind.Binary, Length: native.Number(0, 0)),
            // From here on SQLite's own rules of affinity.
            _ when name.Contains("int", StringComparison.Ordinal) => new(ColumnKind.Int64),
            _ when name.Contains("char", StringComparison.Ordinal) || name.Contains("clob", StringComparison.Ordinal) || name.Contains("text", StringComparison.Ordinal)
                || name is "xml" or "string" or "enum" => new(ColumnKind.Text, Length: name.Contains("char", StringComparison.Ordinal) ? native.Number(0, 0) : 0),
            _ when name.Contains("blob", StringComparison.Ordinal) => new(ColumnKind.Binary, Length: native.Number(0, 0)),
            _ when name.Contains("real", StringComparison.Ordinal) || name.Contains("floa", StringComparison.Ordinal) || name.Contains("doub", StringComparison.Ordinal) => new(ColumnKind.Float64),
            _ => throw new NativeTypeException($"The declared type '{nativeType}' of SQLite is not known here: SQLite would take it for numbers. Read the column through a view that casts it, or leave it out."),
        };
    }

    static ColumnType DecimalOf(NativeType native)
    {
        if (native.Name is "money" or "smallmoney") return new(ColumnKind.Decimal, 19, 4);
        if (native.Arguments.Count == 0) return new(ColumnKind.Decimal, 38, 18);
        int scale = native.Number(1, 0);
        return scale is >= 0 and <= ColumnType.DecimalDigitsMax
            ? new(ColumnKind.Decimal, Math.Clamp(native.Number(0, 38), 1, 65), scale)
            : throw new NativeTypeException($"The declared type '{native.Text}' has {scale} digits behind the point; 0 to {ColumnType.DecimalDigitsMax} can be carried.");
    }
}
