using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orrery.Interfaces.Configuration;

namespace Orrery.Grains.Configuration.Values;

/// <summary>Trees of values: merged as RFC 7396 says, compared, digested; places in them are JSON pointers (RFC 6901).</summary>
static class ConfigurationTree
{
    const int DifferencesMax = 100;
    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Merges a patch into a tree, which is changed: objects member by member, null removes, everything else replaces.</summary>
    /// <param name="target">The tree.</param>
    /// <param name="patch">Stays as it is.</param>
    /// <param name="layer">Where the patch comes from.</param>
    /// <param name="origins">Where each value of the tree comes from, by its place; null: nobody wants to know.</param>
    public static void Merge(JsonObject target, JsonObject patch, string layer = "", Dictionary<string, string>? origins = null) => Merge(target, patch, "", layer, origins);

    static void Merge(JsonObject target, JsonObject patch, string at, string layer, Dictionary<string, string>? origins)
    {
        foreach ((string name, JsonNode? value) in patch)
        {
            string place = Below(at, name);
            if (value is JsonObject below)
            {
                if (target[name] is not JsonObject known)
                {
                    Forget(origins, place);
                    target[name] = known = [];
                    if (origins is not null && below.Count == 0)
                        origins[place] = layer;
                }

                Merge(known, below, place, layer, origins);
                continue;
            }

            Forget(origins, place);
            if (value is null)
            {
                target.Remove(name);
                continue;
            }

            target[name] = value.DeepClone();
            if (origins is not null)
                origins[place] = layer;
        }
    }

    /// <summary>Values that are no objects, and empty objects, by their places. Lists are values as a whole, as they are to the merge.</summary>
    public static IEnumerable<(string Path, JsonNode? Value)> Leaves(JsonObject tree, string at = "")
    {
        foreach ((string name, JsonNode? value) in tree)
        {
            string place = Below(at, name);
            if (value is JsonObject { Count: > 0 } below)
                foreach ((string Path, JsonNode? Value) leaf in Leaves(below, place))
                    yield return leaf;
            else
                yield return (place, value);
        }
    }

    public static IReadOnlyList<ConfigurationDifference> Differences(JsonObject from, JsonObject to)
    {
        Dictionary<string, string> before = Leaves(from).ToDictionary(static leaf => leaf.Path, static leaf => Text(leaf.Value)), after = Leaves(to).ToDictionary(static leaf => leaf.Path, static leaf => Text(leaf.Value));
        return [.. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal).Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path)).Take(DifferencesMax)
            .Select(path => new ConfigurationDifference(path, before.GetValueOrDefault(path), after.GetValueOrDefault(path)))];
    }

    /// <summary>32 hexadecimal digits that are the same for the same values, in whatever order and form they were written.</summary>
    public static string Digest(JsonObject tree)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
            Write(writer, tree);
        return Convert.ToHexStringLower(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)).AsSpan(0, 16));
    }

    public static JsonObject Read(string tree) => (JsonObject)JsonNode.Parse(tree)!;

    public static string Text(JsonNode? value)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
            Write(writer, value);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static string Below(string at, string name) => $"{at}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string[] Parts(string pointer) => [.. pointer.Split('/').Skip(1).Select(static part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    static void Forget(Dictionary<string, string>? origins, string place)
    {
        if (origins is null)
            return;
        foreach (string known in origins.Keys.Where(known => known == place || known.StartsWith(place + "/", StringComparison.Ordinal)).ToArray())
            origins.Remove(known);
    }

    static void Write(Utf8JsonWriter writer, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                writer.WriteStartObject();
                foreach ((string name, JsonNode? value) in map.OrderBy(static member => member.Key, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case JsonArray list:
                writer.WriteStartArray();
                foreach (JsonNode? item in list)
                    Write(writer, item);
                writer.WriteEndArray();
                break;
            case null:
                writer.WriteNullValue();
                break;
            default:
                node.WriteTo(writer);
                break;
        }
    }
}
