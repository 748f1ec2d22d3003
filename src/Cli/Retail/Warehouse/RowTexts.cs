using System.Data.Common;
using System.Globalization;
using System.Text.Json;

namespace Orrery.Cli.Retail.Warehouse;

/// <summary>Values of databases, of JSON and of texts in one form, so that rows of several places can be compared.</summary>
static class RowTexts
{
    const string Null = "null";

    /// <summary>A row between bars.</summary>
    public static string Join(IEnumerable<string> values) => string.Join('|', values);

    public static string Of(DbDataReader reader, int column) => reader.IsDBNull(column) ? Null : reader.GetValue(column) switch
    {
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time when reader.GetDataTypeName(column).Equals("DATE", StringComparison.OrdinalIgnoreCase) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTime time => Time(time),
        decimal number => Plain(number),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <param name="type">Of Orrery's column.</param>
    public static string Of(JsonElement value, string type) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => Null,
        JsonValueKind.Number => Plain(value.GetDecimal()),
        _ => Of(value.ToString(), type),
    };

    /// <param name="text">Null: no value.</param>
    /// <param name="type">Of Orrery's column.</param>
    public static string Of(string? text, string type) => text is null ? Null
        : IsNumber(type) ? Plain(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture))
        : type.StartsWith("TIMESTAMP", StringComparison.Ordinal) ? Time(DateTime.Parse(text, CultureInfo.InvariantCulture))
        : text;

    static bool IsNumber(string type) => type.StartsWith("DECIMAL", StringComparison.Ordinal) || type.Contains("INT", StringComparison.Ordinal);

    static string Plain(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    static string Time(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
