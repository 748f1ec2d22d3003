using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.WebApi;

/// <summary>JSON has no NaN and no infinities: they are written as null, and a number that overflows is refused.</summary>
internal sealed class FiniteDoubleConverter : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        double value = reader.GetDouble();
        return double.IsFinite(value) ? value : throw new JsonException("The number is too large for a 64-bit floating-point value.");
    }

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }
}
