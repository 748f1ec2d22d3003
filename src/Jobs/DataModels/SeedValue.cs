using System.Globalization;
using System.Numerics;
using Orrery.Connectors.Dialects;
using Orrery.Connectors.Rows;

namespace Orrery.Jobs.DataModels;

/// <summary>Values that a model writes as text.</summary>
static class SeedValue
{
    static readonly string[] Instants = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss.FFFFFFF"];
    static readonly string[] ZonedInstants = ["yyyy-MM-dd HH:mm:ss.FFFFFFFzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ"];

    /// <summary>Why the text is no value of the type; null where it is.</summary>
    public static string? Problem(string text, ColumnType type)
    {
        object? value = Parse(text, type);
        if (value is null) return $"'{Shown(text)}' is no value of {PortableType.Of(type)}: {Expected(type)} was expected";
        if (value is string long_ && type.Length > 0 && long_.EnumerateRunes().Count() > type.Length) return $"'{Shown(text)}' has more than {type.Length.ToString(CultureInfo.InvariantCulture)} characters";
        return null;
    }

    /// <summary>The text as <see cref="RowValues"/> has values of the type; null where it is none.</summary>
    public static object? Parse(string text, ColumnType type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        switch (type.Kind)
        {
            case ColumnKind.Boolean: return text.ToLowerInvariant() switch { "true" or "1" or "yes" => true, "false" or "0" or "no" => false, _ => null };
            case ColumnKind.Int8: return sbyte.TryParse(text, culture, out sbyte int8) ? int8 : null;
            case ColumnKind.Int16: return short.TryParse(text, culture, out short int16) ? int16 : null;
            case ColumnKind.Int32: return int.TryParse(text, culture, out int int32) ? int32 : null;
            case ColumnKind.Int64: return long.TryParse(text, culture, out long int64) ? int64 : null;
            case ColumnKind.UInt8: return byte.TryParse(text, culture, out byte uint8) ? uint8 : null;
            case ColumnKind.UInt16: return ushort.TryParse(text, culture, out ushort uint16) ? uint16 : null;
            case ColumnKind.UInt32: return uint.TryParse(text, culture, out uint uint32) ? uint32 : null;
            case ColumnKind.UInt64: return ulong.TryParse(text, culture, out ulong uint64) ? uint64 : null;
            case ColumnKind.Decimal: return DecimalOf(text, type);
            case ColumnKind.Float32: return float.TryParse(text, culture, out float single) && float.IsFinite(single) ? single : null;
            case ColumnKind.Float64: return double.TryParse(text, culture, out double number) && double.IsFinite(number) ? number : null;
            case ColumnKind.Text or ColumnKind.Json: return text;
            case ColumnKind.Binary: return BytesOf(text);
            case ColumnKind.Date: return DateOnly.TryParseExact(text, "yyyy-MM-dd", culture, DateTimeStyles.None, out DateOnly date) ? date : null;
            case ColumnKind.Time: return TimeSpan.TryParse(text, culture, out TimeSpan time) ? time : null;
            case ColumnKind.Timestamp: return DateTime.TryParseExact(text, Instants, culture, DateTimeStyles.None, out DateTime instant) ? DateTime.SpecifyKind(instant, DateTimeKind.Unspecified) : null;
            case ColumnKind.TimestampWithZone: return DateTimeOffset.TryParseExact(text, ZonedInstants, culture, DateTimeStyles.AssumeUniversal, out DateTimeOffset zoned) ? zoned : null;
            case ColumnKind.Uuid: return Guid.TryParse(text, out Guid uuid) ? uuid : null;
            default: return null;
        }
    }

    /// <summary>Rows cast to a table's own types, and refused where they do not fit.</summary>
    /// <param name="model">Types as the model has them, by column.</param>
    /// <exception cref="ValueRangeException">A value does not fit the engine's column.</exception>
    public static RowBatch Cast(SeedRows seed, TableDefinition model, TableDefinition table, Func<string, string> nameOf, IDialect dialect)
    {
        Column[] columns = [.. seed.Columns.Select(name => model.Column(name).ToColumn() with { Name = nameOf(name) })];
        var schema = new TableSchema("model", table.Name.Name, columns, [.. model.Key.Select(key => Array.FindIndex(columns, column => column.Name == nameOf(key)))]);
        var rows = new RowBatch(schema);
        foreach (IReadOnlyList<string?> row in seed.Rows)
            rows.Add([.. row.Select((text, index) => text is null ? null : Parse(text, columns[index].Type))]);
        var cast = new RowCast(schema, table, dialect);
        var result = new RowBatch(cast.Schema);
        cast.Cast(rows, result);
        return result;
    }

    static object? DecimalOf(string text, ColumnType type)
    {
        int point = text.IndexOf('.', StringComparison.Ordinal), fraction = point < 0 ? 0 : text.Length - point - 1;
        string digits = point < 0 ? text : text.Remove(point, 1);
        if (fraction > type.Scale && digits[^(fraction - type.Scale)..].Trim('0').Length == 0)
        {
            digits = digits[..^(fraction - type.Scale)];
            fraction = type.Scale;
        }

        if (fraction > type.Scale || !BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out BigInteger unscaled)) return null;
        unscaled *= BigInteger.Pow(10, type.Scale - fraction);
        return BigInteger.Abs(unscaled) < BigInteger.Pow(10, type.Precision) ? new ExactDecimal((Int128)unscaled, type.Scale) : null;
    }

    static byte[]? BytesOf(string text)
    {
        string digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
        return digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    static string Expected(ColumnType type) => type.Kind switch
    {
        ColumnKind.Boolean => "true or false",
        ColumnKind.Decimal => $"a number with at most {(type.Precision - type.Scale).ToString(CultureInfo.InvariantCulture)} digits before and {type.Scale.ToString(CultureInfo.InvariantCulture)} behind the point",
        <= ColumnKind.UInt64 => "an integer within its range",
        ColumnKind.Float32 or ColumnKind.Float64 => "a number",
        ColumnKind.Binary => "hexadecimal bytes such as 0x00FF",
        ColumnKind.Date => "a day such as 2024-01-31",
        ColumnKind.Time => "a time such as 10:30:00",
        ColumnKind.Timestamp => "a time such as 2024-01-31 10:30:00",
        ColumnKind.TimestampWithZone => "a time with its offset such as 2024-01-31 10:30:00+08:00",
        ColumnKind.Uuid => "a uuid",
        _ => "a text",
    };

    static string Shown(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
