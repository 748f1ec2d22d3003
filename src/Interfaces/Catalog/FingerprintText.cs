using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Catalog;

/// <summary>A 64-bit fingerprint in JSON as 16 hexadecimal digits, since browsers keep only 53 bits of a number.</summary>
public sealed class FingerprintText : JsonConverter<ulong>
{
    public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ulong.TryParse(reader.GetString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw new JsonException("A fingerprint is written as up to 16 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("x16", CultureInfo.InvariantCulture));
}
