using System.Runtime.CompilerServices;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.PostgreSql;

/// <summary>PostgreSQL's types. Those without a strict type of their own (enums, arrays, ranges, hstore, bit strings, intervals and so on) are carried as the text that the server writes and reads.</summary>
public static class PostgreSqlTypes
{
    /// <summary>A numeric without precision is read so: a value with more digits is refused, with its row.</summary>
    public const int OpenPrecision = 38, OpenScale = 18;

    /// <summary>Digits that <c>money</c> keeps behind the point in most locales.</summary>
    const int MoneyScale = 2;

    // Asked again and again for the columns of one table; a definition never changes.
    static readonly ConditionalWeakTable<ColumnDefinition, StrongBox<PostgreSqlForm>> Forms = [];

    /// <summary>The strict type of a type as <c>format_type</c> or a DDL text spells it.</summary>
    /// <exception cref="NativeTypeException">The text cannot be read.</exception>
    public static ColumnType TypeOf(string nativeType)
    {
        NativeType native = NativeType.Parse(nativeType);
        if (native.IsArray) return new ColumnType(ColumnKind.Text);
        return native.Name switch
        {
            "boolean" or "bool" => new(ColumnKind.Boolean),
            "smallint" or "int2" or "smallserial" or "serial2" => new(ColumnKind.Int16),
            "integer" or "int" or "int4" or "serial" or "serial4" => new(ColumnKind.Int32),
            "bigint" or "int8" or "bigserial" or "serial8" => new(ColumnKind.Int64),
            "oid" => new(ColumnKind.UInt32),
            "numeric" or "decimal" => NumericOf(native),
            "money" => new(ColumnKind.Decimal, 19, MoneyScale),
            "real" or "float4" => new(ColumnKind.Float32),
            "float" => new(native.Number(0, 53) <= 24 ? ColumnKind.Float32 : ColumnKind.Float64),
            "double precision" or "float8" => new(ColumnKind.Float64),
            "character varying" or "varchar" => new(ColumnKind.Text, Length: native.Number(0, 0)),
            "character" or "char" => new(ColumnKind.Text, Length: native.Number(0, 1)),
            "bpchar" => new(ColumnKind.Text, Length: native.Number(0, 0)),
            "bytea" => new(ColumnKind.Binary),
            "date" => new(ColumnKind.Date),
            "time" or "time without time zone" => new(ColumnKind.Time, native.Number(0, 6)),
            "timestamp" or "timestamp without time zone" => new(ColumnKind.Timestamp, native.Number(0, 6)),
            "timestamptz" or "timestamp with time zone" => new(ColumnKind.TimestampWithZone, native.Number(0, 6)),
            "uuid" => new(ColumnKind.Uuid),
            "json" or "jsonb" => new(ColumnKind.Json),
            _ => new(ColumnKind.Text),
        };
    }

    /// <summary>How a column travels in binary copies.</summary>
    internal static PostgreSqlForm FormOf(ColumnDefinition column) => Forms.GetValue(column, static known => new StrongBox<PostgreSqlForm>(Read(known))).Value;

    static PostgreSqlForm Read(ColumnDefinition column)
    {
        NativeType native = NativeType.Parse(column.NativeType);
        return column.Type.Kind switch
        {
            ColumnKind.Boolean or ColumnKind.Int16 or ColumnKind.Int32 or ColumnKind.Int64 or ColumnKind.UInt32 or ColumnKind.Float32 or ColumnKind.Float64 or ColumnKind.Binary
                or ColumnKind.Date or ColumnKind.Time or ColumnKind.Timestamp or ColumnKind.TimestampWithZone or ColumnKind.Uuid => PostgreSqlForm.Own,
            ColumnKind.Decimal => native.Name == "money" ? PostgreSqlForm.Cast : PostgreSqlForm.Own,
            ColumnKind.Json => native.Name == "jsonb" ? PostgreSqlForm.Versioned : PostgreSqlForm.Own,
            _ => !native.IsArray && native.Name is "character varying" or "varchar" or "character" or "char" or "bpchar" or "text" ? PostgreSqlForm.Own : PostgreSqlForm.Cast,
        };
    }

    static ColumnType NumericOf(NativeType native)
    {
        if (native.Arguments.Count == 0) return new(ColumnKind.Decimal, OpenPrecision, OpenScale);
        int precision = native.Number(0, 0), scale = native.Number(1, 0);
        if (scale < 0) (precision, scale) = (precision - scale, 0);
        if (scale > ColumnType.DecimalDigitsMax) throw new NativeTypeException($"The type '{native.Text}' has {scale} digits behind the point; {ColumnType.DecimalDigitsMax} can be carried.");
        return new(ColumnKind.Decimal, Math.Min(Math.Max(precision, scale), 65), scale);
    }
}

/// <summary>How a column travels in PostgreSQL's binary copies.</summary>
internal enum PostgreSqlForm
{
    /// <summary>In its type's own binary form.</summary>
    Own,

    /// <summary>As text with the version byte 1 before it.</summary>
    Versioned,

    /// <summary>As text that the server casts.</summary>
    Cast,
}
