using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Runtime.CodeGeneration;
using Orrery.Runtime.Networking;
using Orrery.Runtime.Storage;

namespace Orrery.Runtime;

/// <summary>
/// Values that have no binary form of their own, as JSON: by the options that grain state is stored with, and beyond them numbers that are no numbers
/// (NaN, infinities) and references inside values.
/// </summary>
internal static class WireJson
{
    private const int LengthBytes = 4;

    private static readonly ConditionalWeakTable<JsonSerializerOptions, JsonSerializerOptions> s_extended = [];

    /// <summary>Whose references are read and written on this thread.</summary>
    [ThreadStatic]
    private static Silo? t_silo;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public static void Write<T>(WireWriter writer, T value)
    {
        int start = writer.Length;
        writer.Take(LengthBytes);
        var outer = t_silo;
        t_silo = writer.Silo;
        var json = t_writer ?? new Utf8JsonWriter(writer, new JsonWriterOptions { SkipValidation = true });
        t_writer = null;
        try
        {
            json.Reset(writer);
            JsonSerializer.Serialize(json, value, OptionsOf(writer.Silo));
            json.Flush();
        }
        finally
        {
            t_silo = outer;
            t_writer = json;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(writer.Written[start..], writer.Length - start - LengthBytes);
    }

    public static T Read<T>(ref WireReader reader)
    {
        var bytes = reader.Take((int)Math.Min(reader.ReadUInt32(), int.MaxValue));
        var outer = t_silo;
        t_silo = reader.Silo;
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, OptionsOf(reader.Silo))!;
        }
        catch (JsonException error)
        {
            throw new WireFormatException($"A value in a frame is no {typeof(T).FullName}: {error.Message}");
        }
        finally
        {
            t_silo = outer;
        }
    }

    private static JsonSerializerOptions OptionsOf(Silo? silo) =>
        s_extended.GetValue(silo?.Serializer is JsonGrainStateSerializer json ? json.Options : JsonGrainStateSerializer.DefaultOptions, static options =>
        {
            var extended = new JsonSerializerOptions(options);
            extended.NumberHandling |= JsonNumberHandling.AllowNamedFloatingPointLiterals;
            extended.Converters.Add(new ReferenceConverters());
            return extended;
        });

    /// <summary>A reference inside a value: the text of its binary form.</summary>
    private sealed class ReferenceConverters : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) => typeToConvert.IsInterface && typeof(IAddressable).IsAssignableFrom(typeToConvert);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ReferenceConverter<>).MakeGenericType(typeToConvert))!;
    }

    private sealed class ReferenceConverter<T> : JsonConverter<T>
        where T : class
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var inner = new WireReader(reader.GetBytesFromBase64(), t_silo);
            return (T?)WireReferences.Read(ref inner, typeof(T));
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            var inner = WireWriter.Rent(t_silo);
            try
            {
                WireReferences.Write(inner, value);
                writer.WriteBase64StringValue(inner.Written);
            }
            finally
            {
                inner.Return();
            }
        }
    }
}
