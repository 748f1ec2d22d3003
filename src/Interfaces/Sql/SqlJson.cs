using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Sql;

/// <summary>JSON that was written where the values are and passes through as it is.</summary>
/// <param name="Utf8">A whole JSON value.</param>
[JsonConverter(typeof(SqlJsonConverter))]
public sealed record SqlJson(byte[] Utf8)
{
    public static SqlJson EmptyArray { get; } = new("[]"u8.ToArray());

    public override string ToString() => System.Text.Encoding.UTF8.GetString(Utf8);
}

/// <summary>Writes the value as itself, not as a text of it.</summary>
public sealed class SqlJsonConverter : JsonConverter<SqlJson>
{
    public override SqlJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument value = JsonDocument.ParseValue(ref reader);
        return new SqlJson(System.Text.Encoding.UTF8.GetBytes(value.RootElement.GetRawText()));
    }

    public override void Write(Utf8JsonWriter writer, SqlJson value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8, skipInputValidation: true);
}
