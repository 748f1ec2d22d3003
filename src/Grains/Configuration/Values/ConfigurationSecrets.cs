using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Grains.Secrets;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Configuration.Values;

/// <summary>
/// Takes secrets out of a tree before it is stored or shown, and puts them back for servers. In the place of each stands the version in which it was written, so that a difference shows a new one and never what it is.
/// A placeholder that comes back in the same place keeps the secret; elsewhere it is refused where a secret is meant, and only a text where none is: no secret wanders.
/// </summary>
sealed class ConfigurationSecrets(SecretBox box, string document, string[] patterns)
{
    const string PlaceholderStart = "(secret, version ";

    string Purpose => $"configuration {document}";

    /// <summary>Replaces the secrets of a tree.</summary>
    /// <param name="tree">Is changed.</param>
    /// <param name="version">That is being written.</param>
    /// <param name="before">Sealed secrets of the layer as it was, by place, and its tree.</param>
    public Dictionary<string, byte[]> Take(JsonObject tree, long version, (JsonObject Tree, IReadOnlyDictionary<string, byte[]> Secrets)? before)
    {
        var kept = new Dictionary<string, byte[]>();
        foreach (string pattern in patterns)
            Visit(tree, ConfigurationTree.Parts(pattern), 0, "", (place, value) =>
            {
                string text = ConfigurationTree.Text(value);
                if (value is JsonValue given && given.TryGetValue(out string? said) && said.StartsWith(PlaceholderStart, StringComparison.Ordinal))
                {
                    if (before is not { } old || !old.Secrets.TryGetValue(place, out byte[]? known) || At(old.Tree, place) != said)
                        throw new InvalidInputException("text", $"At {place} stands a placeholder, and no such secret is kept there. Write the secret itself.");
                    kept[place] = known;
                    return value.DeepClone();
                }

                kept[place] = box.Seal(text, Purpose);
                return JsonValue.Create(string.Create(CultureInfo.InvariantCulture, $"{PlaceholderStart}{version})"));
            });
        return kept;
    }

    /// <summary>Puts secrets back into a layer's tree, which is changed.</summary>
    public void Open(JsonObject tree, IReadOnlyDictionary<string, byte[]> secrets)
    {
        foreach ((string place, byte[] sealedValue) in secrets)
        {
            JsonNode? value = JsonNode.Parse(box.Open(sealedValue, Purpose));
            string[] parts = ConfigurationTree.Parts(place);
            Visit(tree, parts, 0, "", (_, _) => value?.DeepClone(), isExact: true);
        }
    }

    /// <summary>Whether a place, or one above or below it, is a secret's.</summary>
    public bool Covers(string place)
    {
        string[] parts = ConfigurationTree.Parts(place);
        return patterns.Select(ConfigurationTree.Parts).Any(pattern => parts.Zip(pattern).All(static pair => pair.Second == "*" || pair.First == pair.Second));
    }

    static string? At(JsonObject tree, string place)
    {
        string? found = null;
        Visit(tree, ConfigurationTree.Parts(place), 0, "", (_, value) => { found = value is JsonValue one && one.TryGetValue(out string? text) ? text : null; return value?.DeepClone(); }, isExact: true);
        return found;
    }

    static void Visit(JsonNode? node, string[] parts, int depth, string at, Func<string, JsonNode?, JsonNode?> replace, bool isExact = false)
    {
        bool isLast = depth == parts.Length - 1, isAny = !isExact && parts[depth] == "*";
        if (node is JsonObject map)
        {
            foreach (string name in isAny ? [.. map.Select(static member => member.Key)] : map.ContainsKey(parts[depth]) ? new[] { parts[depth] } : [])
            {
                string place = ConfigurationTree.Below(at, name);
                if (!isLast)
                    Visit(map[name], parts, depth + 1, place, replace, isExact);
                else if (map[name] is { } value)
                    map[name] = replace(place, value);
            }
        }
        else if (node is JsonArray list)
        {
            for (int item = 0; item < list.Count; item++)
            {
                string name = item.ToString(CultureInfo.InvariantCulture), place = ConfigurationTree.Below(at, name);
                if (!isAny && parts[depth] != name)
                    continue;
                if (!isLast)
                    Visit(list[item], parts, depth + 1, place, replace, isExact);
                else if (list[item] is { } value)
                    list[item] = replace(place, value);
            }
        }
    }
}
