using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Orrery.Jobs.Yaml;

/// <summary>A mapping of a file: its values are asked for by name, and names that nobody asked for are faults.</summary>
sealed class YamlMap(YamlFile file, YamlMappingNode node, string what)
{
    readonly HashSet<string> asked = new(StringComparer.Ordinal);

    public YamlFile File => file;

    public YamlNode Node => node;

    /// <summary>How faults call it: "table 'orders'".</summary>
    public string What => what;

    /// <summary>All names with their values, in the file's order, for mappings whose names are the file's own.</summary>
    public IEnumerable<(string Name, YamlNode Key, YamlNode Value)> Entries()
    {
        foreach ((YamlNode key, YamlNode value) in node.Children)
        {
            string text = key is YamlScalarNode scalar ? scalar.Value ?? "" : "";
            if (text.Length == 0)
            {
                file.Fault(key, $"{what}: a name was expected here");
                continue;
            }

            yield return (text, key, value);
        }
    }

    public YamlNode? Find(string name)
    {
        asked.Add(name);
        return node.Children.FirstOrDefault(pair => pair.Key is YamlScalarNode key && key.Value == name).Value;
    }

    /// <summary>A text, or null where it is not said.</summary>
    public string? Text(string name) => Find(name) is { } value ? TextOf(value, $"{what}: '{name}'") : null;

    /// <summary>A text that must be there.</summary>
    public string Required(string name, string expected)
    {
        string? text = Text(name);
        if (text is { Length: > 0 }) return text;
        file.Fault(Find(name) ?? node, $"{what} lacks '{name}': {expected} was expected");
        return "";
    }

    public bool Flag(string name, bool otherwise)
    {
        if (Find(name) is not { } value) return otherwise;
        string? text = TextOf(value, $"{what}: '{name}'");
        if (text is "true" or "yes") return true;
        if (text is not ("false" or "no")) file.Fault(value, $"{what}: '{name}' is '{text}'; true or false was expected");
        return false;
    }

    public int Number(string name, int otherwise, int least, int most)
    {
        if (Find(name) is not { } value) return otherwise;
        if (int.TryParse(TextOf(value, $"{what}: '{name}'"), System.Globalization.CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) return number;
        file.Fault(value, $"{what}: '{name}' is '{value}'; a number from {least} to {most} was expected");
        return otherwise;
    }

    public YamlMap? Map(string name, string? called = null) => Find(name) is { } value ? MapOf(value, called ?? $"{what}, '{name}'") : null;

    /// <summary>A list of texts; one text stands for a list of one.</summary>
    public IReadOnlyList<string> Texts(string name) => Items(name).Select(item => TextOf(item, $"{what}: '{name}'")).OfType<string>().ToList();

    /// <summary>What a list holds; a single value stands for a list of one.</summary>
    public IReadOnlyList<YamlNode> Items(string name) => Find(name) switch
    {
        null => [],
        YamlSequenceNode sequence => [.. sequence.Children],
        YamlScalarNode { Value: null or "", Style: ScalarStyle.Plain } => [],
        var one => [one],
    };

    /// <summary>A node as a mapping; otherwise a fault and null.</summary>
    public YamlMap? MapOf(YamlNode value, string called)
    {
        if (value is YamlMappingNode map) return new YamlMap(file, map, called);
        if (value is not YamlScalarNode { Value: null or "" }) file.Fault(value, $"{called}: a mapping of names to values was expected");
        return null;
    }

    /// <summary>A node's text; null for YAML's null.</summary>
    public string? TextOf(YamlNode value, string called)
    {
        if (value is YamlScalarNode scalar) return IsNull(scalar) ? null : scalar.Value;
        file.Fault(value, $"{called}: a text was expected, not a {(value is YamlSequenceNode ? "list" : "mapping")}");
        return null;
    }

    public static bool IsNull(YamlNode value) => value is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };

    /// <summary>Whether the text stands in quotes.</summary>
    public static bool IsQuoted(YamlNode value) => value is YamlScalarNode { Style: not ScalarStyle.Plain };

    /// <summary>Names that were not asked for are faults.</summary>
    public void Done()
    {
        foreach ((string name, YamlNode key, _) in Entries())
            if (!asked.Contains(name))
                file.Fault(key, $"{what} has no '{name}'; it has: {string.Join(", ", asked.Order(StringComparer.Ordinal))}");
    }

    public void Fault(YamlNode? at, string message) => file.Fault(at ?? node, message);
}
