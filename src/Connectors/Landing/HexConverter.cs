using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Connectors.Landing;

/// <summary>A hash as 32 hexadecimal digits: JSON's numbers are too small.</summary>
sealed class HexConverter : JsonConverter<UInt128>
{
    public override UInt128 Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is { Length: 32 } text && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value)
            ? value
            : throw new JsonException("A hash must be 32 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, UInt128 value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("x32", CultureInfo.InvariantCulture));
}
