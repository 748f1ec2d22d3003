using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Configuration.Values;

/// <summary>Texts of all formats to the one tree that layers are merged as, and back.</summary>
static class ConfigurationText
{
    public const int LengthMax = 64 << 10, NodesMax = 20_000, DepthMax = 30;

    static readonly JsonDocumentOptions Reading = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = DepthMax };
    static readonly JsonSerializerOptions Writing = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="InvalidInputException">The text is too long or cannot be read; the message says where.</exception>
    public static JsonObject Parse(ConfigurationFormat format, string text)
    {
        if (text.Length > LengthMax)
            throw Fault($"The text has {text.Length} characters; at most {LengthMax} are kept. Make two documents of it.");
        return format switch
        {
            ConfigurationFormat.Yaml => YamlTree.Parse(text),
            ConfigurationFormat.Properties => PropertiesTree.Parse(text),
            _ => Json(text),
        };
    }

    public static string Render(ConfigurationFormat format, JsonObject tree) => format switch
    {
        ConfigurationFormat.Yaml => YamlTree.Render(tree),
        ConfigurationFormat.Properties => PropertiesTree.Render(tree),
        _ => tree.ToJsonString(Writing) + "\n",
    };

    public static InvalidInputException Fault(string message) => new("text", message);

    static JsonObject Json(string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return [];
        try
        {
            // Read by the document first: a node finds a name that stands twice only when it is asked for it.
            using JsonDocument document = JsonDocument.Parse(text, Reading with { AllowDuplicateProperties = false });
            return JsonObject.Create(document.RootElement.Clone()) ?? throw Fault("The document is a JSON object, and this is none.");
        }
        catch (JsonException wrong)
        {
            string message = wrong.Message;
            int cut = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw Fault($"This is no JSON: {(cut < 0 ? message : message[..cut])} Line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            throw Fault("The document is a JSON object, and this is none.");
        }
    }
}
