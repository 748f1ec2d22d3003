using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Sql.Types;

namespace Orrery.Jobs.Integration.Cloud;

/// <summary>Values between texts and the Web API's JSON.</summary>
static class CloudValue
{
    /// <summary>One text for equal values of a type.</summary>
    public static string Plain(string text, SqlTypeKind kind)
    {
        if (IsNumber(kind) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)) return (number / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);
        if (kind == SqlTypeKind.Boolean) return text.ToLowerInvariant() is "true" or "1" ? "true" : "false";
        if (kind is SqlTypeKind.Date or SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz && DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
            return time.ToString(kind == SqlTypeKind.Date || time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFF", CultureInfo.InvariantCulture);
        return text;
    }

    /// <summary>A value of an answer as text; null for null.</summary>
    public static string? TextOf(JsonNode? node) => node is not JsonValue value ? null : value.GetValueKind() switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => null,
        JsonValueKind.Number => value.ToJsonString(),
        _ => value.ToString(),
    };

    /// <summary>A text as a value of a call.</summary>
    public static JsonNode? Of(string? text, SqlTypeKind kind)
    {
        if (text is null) return null;
        if (IsNumber(kind) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number)) return JsonValue.Create(number);
        return kind == SqlTypeKind.Boolean ? JsonValue.Create(text == "true") : JsonValue.Create(text);
    }

    static bool IsNumber(SqlTypeKind kind) => kind is >= SqlTypeKind.TinyInt and <= SqlTypeKind.Double;
}
