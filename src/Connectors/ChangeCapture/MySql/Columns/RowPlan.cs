using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Events;
using Orrery.Connectors.ChangeCapture.MySql.Schemas;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>How the rows of a table map are read into a table's schema. Made once for a table map and a definition.</summary>
internal sealed class RowPlan
{
    RowPlan(MySqlTable table, ColumnStep[] steps)
    {
        Table = table;
        Schema = table.Schema;
        Steps = steps;
        Keys = [.. Schema.KeyColumns];
    }

    public MySqlTable Table { get; }

    public TableSchema Schema { get; }

    public ColumnStep[] Steps { get; }

    public int[] Keys { get; }

    /// <summary>Why a definition cannot be that of a table map's rows; null where it can.</summary>
    public static string? Difference(TableMap map, MySqlTable table)
    {
        if (map.Types.Length != table.Columns.Count) return $"the log has {map.Types.Length} columns, the definition {table.Columns.Count}";
        for (int index = 0; index < map.Types.Length; index++)
        {
            var column = table.Columns[index];
            if (map.Names is { } names && names[index] != column.Name) return $"column {index + 1} is '{names[index]}' in the log and '{column.Name}' in the definition";
            if (!Fits(map.Types[index], map.Parameters[index], column.Type)) return $"column '{column.Name}' is stored as {map.Types[index]} and defined as {column.Type}";
            if (map.Unsigned is { } unsigned && column.Type.Name is "tinyint" or "smallint" or "mediumint" or "int" or "bigint" && map.Unsigned![index] != column.Type.Unsigned)
                return $"column '{column.Name}' is {(map.Unsigned[index] ? "unsigned" : "signed")} in the log and {column.Type} in the definition";
            if (map.Collations is { } collations && collations[index] > 0 && column.Type.HasCharset && column.Type.Charset is { } charset
                && Charsets.OfCollationNumber(collations[index]) is { } logged && logged != charset)
                return $"column '{column.Name}' is in {logged} in the log and in {charset} in the definition";
        }

        return null;
    }

    /// <exception cref="ChangeSourceException">The rows cannot be those of the definition, or a column cannot be carried.</exception>
    public static RowPlan Make(TableMap map, MySqlTable table)
    {
        if (Difference(map, table) is { } difference) throw new ChangeSourceException(ChangeSourceFault.Schema, $"The rows of {table} are not those of its definition: {difference}.");
        var steps = new ColumnStep[map.Types.Length];
        for (int index = 0; index < steps.Length; index++)
        {
            try
            {
                steps[index] = Step(map.Types[index], map.Parameters[index], table.Columns[index].Type);
            }
            catch (NotSupportedException error)
            {
                throw new ChangeSourceException(ChangeSourceFault.Schema, $"Column '{table.Columns[index].Name}' of {table} cannot be captured: {error.Message}", error);
            }
        }

        return new RowPlan(table, steps);
    }

    static bool Fits(StoredType stored, int parameter, MySqlType type) => stored switch
    {
        StoredType.Tiny => type.Name == "tinyint",
        StoredType.Short => type.Name == "smallint",
        StoredType.Int24 => type.Name == "mediumint",
        StoredType.Long => type.Name == "int",
        StoredType.LongLong => type.Name == "bigint",
        StoredType.Float => type.Name == "float",
        StoredType.Double => type.Name == "double",
        StoredType.Decimal => type.Name == "decimal" && parameter == (type.Length << 8 | type.Scale),
        StoredType.Bit => type.Name == "bit" && parameter == type.Length,
        StoredType.Year => type.Name == "year",
        StoredType.Date or StoredType.NewDate => type.Name == "date",
        StoredType.Time or StoredType.DateTime or StoredType.Timestamp => type.Name == stored.ToString().ToLowerInvariant(),
        StoredType.Time2 or StoredType.DateTime2 or StoredType.Timestamp2 => type.Name == stored.ToString()[..^1].ToLowerInvariant() && parameter == type.Length,
        StoredType.Enum => type.Name == "enum",
        StoredType.Set => type.Name == "set",
        StoredType.Varchar or StoredType.VarString or StoredType.CompressedVarchar => type.Name is "varchar" or "varbinary" or "vector",
        StoredType.String => type.Name is "char" or "binary" or "uuid" or "inet4" or "inet6",
        StoredType.Blob or StoredType.CompressedBlob or StoredType.TinyBlob or StoredType.MediumBlob or StoredType.LongBlob => type.IsBlob || (type.IsText && type.Name is not ("char" or "varchar")),
        StoredType.Vector => type.Name == "vector",
        StoredType.Json => type.Name == "json",
        StoredType.Geometry => type.IsSpatial,
        _ => throw new ChangeSourceException(ChangeSourceFault.Format, $"A column is stored as type {(int)stored}, which is not known."),
    };

    static ColumnStep Step(StoredType stored, int parameter, MySqlType type) => stored switch
    {
        StoredType.Tiny => Fixed(type.Unsigned ? StepKind.UInt8 : StepKind.Int8, 1),
        StoredType.Short => Fixed(type.Unsigned ? StepKind.UInt16 : StepKind.Int16, 2),
        StoredType.Int24 => Fixed(type.Unsigned ? StepKind.UInt24 : StepKind.Int24, 3),
        StoredType.Long => Fixed(type.Unsigned ? StepKind.UInt32 : StepKind.Int32, 4),
        StoredType.LongLong => Fixed(type.Unsigned ? StepKind.UInt64 : StepKind.Int64, 8),
        StoredType.Float => Fixed(StepKind.Float, 4),
        StoredType.Double => Fixed(StepKind.Double, 8),
        StoredType.Decimal => Decimal(parameter >> 8, parameter & 255),
        StoredType.Bit => Fixed(StepKind.Bit, parameter is > 0 and <= 64 ? (parameter + 7) / 8 : throw new NotSupportedException($"{parameter} bits.")),
        StoredType.Year => Fixed(StepKind.Year, 1),
        StoredType.Date or StoredType.NewDate => Fixed(StepKind.Date, 3),
        StoredType.Time => Fixed(StepKind.OldTime, OldTemporal(3, type)),
        StoredType.DateTime => Fixed(StepKind.OldDateTime, OldTemporal(8, type)),
        StoredType.Timestamp => Fixed(StepKind.OldTimestamp, OldTemporal(4, type)),
        StoredType.Time2 => Fraction(StepKind.Time, 3, parameter),
        StoredType.DateTime2 => Fraction(StepKind.DateTime, 5, parameter),
        StoredType.Timestamp2 => Fraction(StepKind.Timestamp, 4, parameter),
        StoredType.Enum => Labelled(StepKind.Enum, parameter, 2, type),
        StoredType.Set => Labelled(StepKind.Set, parameter, 8, type),
        StoredType.Varchar or StoredType.VarString => Text(type, parameter > 255 ? 2 : 1, compressed: false),
        StoredType.CompressedVarchar => Text(type, parameter > 255 ? 2 : 1, compressed: true),
        StoredType.String when type.Name == "binary" => new ColumnStep { Kind = StepKind.PaddedBytes, LengthBytes = parameter > 255 ? (byte)2 : (byte)1, Bytes = type.Length },
        StoredType.String when type.Name is "uuid" or "inet4" or "inet6" => new ColumnStep
        {
            Kind = type.Name switch { "uuid" => StepKind.Uuid, "inet4" => StepKind.Inet4, _ => StepKind.Inet6 },
            LengthBytes = 1,
            Bytes = type.Name == "inet4" ? 4 : 16,
        },
        StoredType.String => Text(type, parameter > 255 ? 2 : 1, compressed: false),
        StoredType.Blob or StoredType.TinyBlob or StoredType.MediumBlob or StoredType.LongBlob => Text(type, parameter, compressed: false),
        StoredType.CompressedBlob => Text(type, parameter, compressed: true),
        StoredType.Geometry or StoredType.Vector => new ColumnStep { Kind = StepKind.Bytes, LengthBytes = LengthBytes(parameter) },
        StoredType.Json => new ColumnStep { Kind = StepKind.Json, LengthBytes = LengthBytes(parameter) },
        _ => throw new NotSupportedException($"It is stored as type {(int)stored}."),
    };

    static ColumnStep Fixed(StepKind kind, int bytes) => new() { Kind = kind, Bytes = bytes };

    static ColumnStep Fraction(StepKind kind, int bytes, int digits) => digits <= 6
        ? new ColumnStep { Kind = kind, Bytes = bytes + TimeForm.FractionBytes(digits), Precision = digits }
        : throw new NotSupportedException($"A fraction of {digits} digits.");

    /// <summary>MariaDB's own fractions from before 10.1.2 take more bytes than the log says.</summary>
    static int OldTemporal(int bytes, MySqlType type) => type.Length == 0
        ? bytes
        : throw new NotSupportedException($"It is a {type} in the form of MariaDB 5.3, whose length the log does not tell. With mysql56_temporal_format=ON, ALTER TABLE ... FORCE gives it the form of MySQL 5.6.");

    static ColumnStep Decimal(int precision, int scale) => precision is >= 1 and <= MySqlType.DecimalDigitsMax && scale <= Math.Min(precision, ColumnType.DecimalDigitsMax)
        ? new ColumnStep { Kind = StepKind.Decimal, Bytes = DecimalForm.Bytes(precision, scale), Precision = precision, Scale = scale }
        : throw new NotSupportedException($"A decimal of {precision} digits, {scale} behind the point.");

    static ColumnStep Labelled(StepKind kind, int bytes, int most, MySqlType type) => bytes >= 1 && bytes <= most
        ? new ColumnStep { Kind = kind, Bytes = bytes, Labels = [.. type.Labels.Select(Encoding.UTF8.GetBytes)] }
        : throw new NotSupportedException($"Its values take {bytes} bytes.");

    static byte LengthBytes(int bytes) => bytes is >= 1 and <= 4 ? (byte)bytes : throw new NotSupportedException($"A length of {bytes} bytes.");

    static ColumnStep Text(MySqlType type, int lengthBytes, bool compressed)
    {
        byte length = LengthBytes(lengthBytes);
        if (type.Charset is null or "binary") return new ColumnStep { Kind = compressed ? StepKind.CompressedBytes : StepKind.Bytes, LengthBytes = length };
        var form = Charsets.FormOf(type.Charset);
        return new ColumnStep { Kind = compressed ? StepKind.CompressedText : form.IsUtf8 ? StepKind.Utf8 : StepKind.Text, LengthBytes = length, Form = form };
    }
}
