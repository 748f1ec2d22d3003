using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;
using Orrery.Runtime.Storage;

namespace Orrery.Silo;

/// <summary>Grain state as the other engine writes it: rows of the one can be read by the other where the store is the same.</summary>
sealed class GrainValues : IGrainStorageSerializer
{
    /// <summary>Names in camel case as on the web, and fields as well as properties; numbers that are no numbers, which samples have, by name.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    static readonly JsonGrainStateSerializer Json = new(Options);

    public BinaryData Serialize<T>(T? input) => new(Json.Serialize(input));

    public T? Deserialize<T>(BinaryData input) => Json.Deserialize<T>(input.ToMemory());
}
