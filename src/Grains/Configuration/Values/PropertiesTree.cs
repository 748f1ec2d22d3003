using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Orrery.Grains.Configuration.Values;

/// <summary>Lines of names and values as Java reads them. A dot begins a level, <c>\.</c> is one in a name; items of a list are numbered from 0; a name alone stands for null, which removes.</summary>
static class PropertiesTree
{
    public static JsonObject Parse(string text)
    {
        var tree = new JsonObject();
        string[] lines = text.ReplaceLineEndings("\n").Split('\n');
        for (int number = 0; number < lines.Length; number++)
        {
            int first = number + 1;
            string line = lines[number].TrimStart();
            if (line.Length == 0 || line[0] is '#' or '!')
                continue;
            while (GoesOn(line) && number + 1 < lines.Length)
                line = line[..^1] + lines[++number].TrimStart();
            Enter(tree, line, first);
        }

        return tree;
    }

    public static string Render(JsonObject tree)
    {
        var text = new StringBuilder();
        Write(text, "", tree);
        return text.ToString();
    }

    static void Enter(JsonObject tree, string line, int number)
    {
        var names = new List<string>();
        int at = 0;
        var name = new StringBuilder();
        for (; at < line.Length && line[at] is not ('=' or ':' or ' ' or '\t'); at++)
        {
            if (line[at] == '.')
                Next(names, name, number);
            else
                name.Append(line[at] == '\\' ? Escaped(line, ref at, number) : line[at]);
        }

        Next(names, name, number);
        while (at < line.Length && line[at] is ' ' or '\t')
            at++;
        bool isNull = at == line.Length;
        if (at < line.Length && line[at] is '=' or ':')
            at++;
        while (at < line.Length && line[at] is ' ' or '\t')
            at++;
        var value = new StringBuilder();
        for (; at < line.Length; at++)
            value.Append(line[at] == '\\' ? Escaped(line, ref at, number) : line[at]);
        JsonObject place = tree;
        foreach (string level in names.SkipLast(1))
        {
            if (!place.TryGetPropertyValue(level, out JsonNode? below))
                place[level] = below = new JsonObject();
            place = below as JsonObject ?? throw ConfigurationText.Fault($"'{string.Join('.', names)}' is below '{level}', which has a value itself. Line {number}.");
        }

        if (names.Count > ConfigurationText.DepthMax)
            throw ConfigurationText.Fault($"The name has {names.Count} levels; at most {ConfigurationText.DepthMax}. Line {number}.");
        if (!place.TryAdd(names[^1], isNull ? null : JsonValue.Create(value.ToString())))
            throw ConfigurationText.Fault($"'{string.Join('.', names)}' stands twice, or has names below it. Line {number}.");
    }

    static void Next(List<string> names, StringBuilder name, int number)
    {
        if (name.Length == 0)
            throw ConfigurationText.Fault($"A part of the name is empty. Line {number}.");
        names.Add(name.ToString());
        name.Clear();
    }

    static bool GoesOn(string line)
    {
        int slashes = 0;
        while (slashes < line.Length && line[^(slashes + 1)] == '\\')
            slashes++;
        return slashes % 2 == 1;
    }

    static char Escaped(string line, ref int at, int number)
    {
        if (++at >= line.Length)
            return '\\';
        if (line[at] != 'u')
            return line[at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'f' => '\f', _ => line[at] };
        if (at + 4 >= line.Length || !ushort.TryParse(line.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code))
            throw ConfigurationText.Fault($"\\u is followed by four hexadecimal digits. Line {number}.");
        at += 4;
        return (char)code;
    }

    static void Write(StringBuilder text, string name, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach ((string below, JsonNode? value) in map)
                    Write(text, Below(name, below), value);
                break;
            case JsonArray list:
                for (int item = 0; item < list.Count; item++)
                    Write(text, Below(name, item.ToString(CultureInfo.InvariantCulture)), list[item]);
                break;
            case null:
                text.Append(name).Append('\n');
                break;
            default:
                text.Append(name).Append('=').Append(Value(node.AsValue().TryGetValue(out string? written) ? written : node.ToJsonString())).Append('\n');
                break;
        }
    }

    static string Below(string name, string part)
    {
        var escaped = new StringBuilder(name);
        if (name.Length > 0)
            escaped.Append('.');
        for (int at = 0; at < part.Length; at++)
        {
            char c = part[at];
            if (c is '.' or '=' or ':' or ' ' or '\\' || (c is '#' or '!' && escaped.Length == 0))
                escaped.Append('\\').Append(c);
            else
                escaped.Append(c switch { '\n' => "\\n", '\t' => "\\t", '\r' => "\\r", _ => c.ToString() });
        }

        return escaped.ToString();
    }

    static string Value(string value)
    {
        string escaped = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
        return escaped.StartsWith(' ') ? "\\" + escaped : escaped;
    }
}
