using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Jobs;

/// <summary>A text that is a JSON object or array stands in JSON as what it says; any other stays a text.</summary>
public sealed class JsonTextConverter : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return reader.GetString()!;
        using JsonDocument value = JsonDocument.ParseValue(ref reader);
        return value.RootElement.GetRawText();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
    {
        if (IsStructure(value))
            writer.WriteRawValue(value, skipInputValidation: true);
        else
            writer.WriteStringValue(value);
    }

    static bool IsStructure(string value)
    {
        if (!value.StartsWith('{') && !value.StartsWith('['))
            return false;
        try
        {
            using var read = JsonDocument.Parse(value);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
