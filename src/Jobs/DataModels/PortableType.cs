using System.Globalization;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataModels;

/// <summary>The types that a model spells: the strict types under short names.</summary>
static class PortableType
{
    /// <summary>For errors.</summary>
    public const string Known = "boolean, tinyint, smallint, int, bigint (and utinyint, usmallint, uint, ubigint), decimal(P,S), real, double, text, text(N), binary, binary(N), date, time(P), timestamp(P), timestamptz(P), uuid, json";

    /// <summary>Digits of a second's fraction where none are said.</summary>
    const int FractionDigits = 6;

    /// <exception cref="NativeTypeException">There is no such type, or its numbers do not belong to it.</exception>
    public static ColumnType Parse(string text)
    {
        NativeType native = NativeType.Parse(text);
        int count = native.Arguments.Count;
        ColumnType type = native.Name switch
        {
            "boolean" or "bool" => new(ColumnKind.Boolean),
            "tinyint" => new(ColumnKind.Int8),
            "smallint" => new(ColumnKind.Int16),
            "int" or "integer" => new(ColumnKind.Int32),
            "bigint" => new(ColumnKind.Int64),
            "utinyint" => new(ColumnKind.UInt8),
            "usmallint" => new(ColumnKind.UInt16),
            "uint" => new(ColumnKind.UInt32),
            "ubigint" => new(ColumnKind.UInt64),
            "decimal" or "numeric" when count is 1 or 2 => new(ColumnKind.Decimal, native.Number(0, 0), native.Number(1, 0)),
            "decimal" or "numeric" => throw new NativeTypeException($"'{text}' wants its digits, in all and behind the point: decimal(18,4)"),
            "real" or "float" => new(ColumnKind.Float32),
            "double" => new(ColumnKind.Float64),
            "text" or "varchar" or "string" => new(ColumnKind.Text, Length: native.Number(0, 0)),
            "binary" or "varbinary" or "blob" => new(ColumnKind.Binary, Length: native.Number(0, 0)),
            "date" => new(ColumnKind.Date),
            "time" => new(ColumnKind.Time, native.Number(0, FractionDigits)),
            "timestamp" or "datetime" => new(ColumnKind.Timestamp, native.Number(0, FractionDigits)),
            "timestamptz" or "timestamp with time zone" => new(ColumnKind.TimestampWithZone, native.Number(0, FractionDigits)),
            "uuid" => new(ColumnKind.Uuid),
            "json" => new(ColumnKind.Json),
            _ => throw new NativeTypeException($"there is no type '{text}'; there are: {Known}"),
        };
        bool takesNumbers = type.Kind is ColumnKind.Decimal or ColumnKind.Text or ColumnKind.Binary or ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone;
        if (count > (type.Kind == ColumnKind.Decimal ? 2 : takesNumbers ? 1 : 0)) throw new NativeTypeException($"'{text}' has more numbers than {native.Name} takes");
        if (type.Kind == ColumnKind.Decimal && (type.Precision is < 1 or > ColumnType.DecimalDigitsMax || type.Scale < 0 || type.Scale > type.Precision))
            throw new NativeTypeException($"'{text}': a decimal has 1 to {ColumnType.DecimalDigitsMax} digits, and no more of them behind the point");
        if (type.Kind is ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone && type.Precision is < 0 or > 7) throw new NativeTypeException($"'{text}': a second's fraction has 0 to 7 digits");
        if (type.Length < 0 || (count > 0 && type.Kind is ColumnKind.Text or ColumnKind.Binary && type.Length == 0 && count == 1)) throw new NativeTypeException($"'{text}': a length is 1 or more");
        return type;
    }

    public static string Of(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => "boolean",
        ColumnKind.Int8 => "tinyint",
        ColumnKind.Int16 => "smallint",
        ColumnKind.Int32 => "int",
        ColumnKind.Int64 => "bigint",
        ColumnKind.UInt8 => "utinyint",
        ColumnKind.UInt16 => "usmallint",
        ColumnKind.UInt32 => "uint",
        ColumnKind.UInt64 => "ubigint",
        ColumnKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"decimal({Math.Min(type.Precision, ColumnType.DecimalDigitsMax)},{type.Scale})"),
        ColumnKind.Float32 => "real",
        ColumnKind.Float64 => "double",
        ColumnKind.Text => Sized("text", type.Length, 0),
        ColumnKind.Binary => Sized("binary", type.Length, 0),
        ColumnKind.Date => "date",
        ColumnKind.Time => Sized("time", type.Precision, FractionDigits),
        ColumnKind.Timestamp => Sized("timestamp", type.Precision, FractionDigits),
        ColumnKind.TimestampWithZone => Sized("timestamptz", type.Precision, FractionDigits),
        ColumnKind.Uuid => "uuid",
        ColumnKind.Json => "json",
        _ => throw new NativeTypeException($"a model has no type for {type}"),
    };

    static string Sized(string name, int number, int unsaid) => number == unsaid ? name : string.Create(CultureInfo.InvariantCulture, $"{name}({number})");
}
