using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.WebApi;

/// <summary>How values look in JSON: camelCase names, enums as camelCase words, times in ISO 8601.</summary>
internal static class JsonText
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.DictionaryKeyPolicy = null;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = false;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new FiniteDoubleConverter());
        return options;
    }

    public static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);
}
