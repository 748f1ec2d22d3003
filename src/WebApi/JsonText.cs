using System.Text.Json;
using System.Text.Json.Serialization;
using Orrery.Interfaces.Errors;

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

    /// <summary>A word of a query as its enum, spelled as in JSON, which the framework's own reading does not take; null: it was left out.</summary>
    /// <exception cref="InvalidInputException">It is none of them; the message names them.</exception>
    public static T? Word<T>(string field, string? text)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
            return null;
        foreach (T each in Enum.GetValues<T>())
            if (string.Equals(each.ToString(), text, StringComparison.OrdinalIgnoreCase))
                return each;
        throw new InvalidInputException(field, $"'{(text.Length <= 40 ? text : text[..40])}' cannot be; choose one of {string.Join(", ", Enum.GetNames<T>().Select(CamelCase))}.");
    }
}
