using System.Text.Json;

namespace Orrery.Runtime.Storage;

/// <summary>Turns the values of grains into bytes and back. All providers store what this gives.</summary>
public interface IGrainStateSerializer
{
    ReadOnlyMemory<byte> Serialize<T>(T value);

    /// <exception cref="Exception">The bytes are not a value of this type; the grain cannot be activated.</exception>
    T Deserialize<T>(ReadOnlyMemory<byte> bytes);
}

/// <summary>UTF-8 JSON by <see cref="JsonSerializer"/>. Members that a type does not have are skipped, so a newer row can be read by older code.</summary>
public sealed class JsonGrainStateSerializer(JsonSerializerOptions options) : IGrainStateSerializer
{
    /// <summary>Names in camel case as on the web, and fields as well as properties.</summary>
    public JsonGrainStateSerializer() : this(DefaultOptions)
    {
    }

    internal static JsonSerializerOptions DefaultOptions { get; } = new(JsonSerializerDefaults.Web) { IncludeFields = true };

    internal JsonSerializerOptions Options => options;

    public ReadOnlyMemory<byte> Serialize<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, options);

    public T Deserialize<T>(ReadOnlyMemory<byte> bytes) =>
        JsonSerializer.Deserialize<T>(bytes.Span, options) ?? throw new JsonException($"The stored value is null, which is no {typeof(T).FullName}.");
}
