using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Orrery.Grains.Configuration.Values;

/// <summary>YAML 1.2's core schema: plain true, false, null and JSON's numbers are what they seem, everything else is a text. Anchors are resolved, within a bound: a few lines of them can stand for millions of values.</summary>
static partial class YamlTree
{
    public static JsonObject Parse(string text)
    {
        var stream = new YamlStream();
        try
        {
            CheckDepth(text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException wrong)
        {
            throw ConfigurationText.Fault($"This is no YAML: {wrong.InnerException?.Message ?? wrong.Message} Line {wrong.Start.Line}, column {wrong.Start.Column}.");
        }

        if (stream.Documents.Count == 0)
            return [];
        if (stream.Documents.Count > 1)
            throw ConfigurationText.Fault($"The text has {stream.Documents.Count} YAML documents; it is to be one.");
        int nodes = 0;
        return Read(stream.Documents[0].RootNode, 0, ref nodes) switch
        {
            JsonObject map => map,
            null => [],
            _ => throw ConfigurationText.Fault("The document is a YAML mapping, and this is none. Line 1, column 1."),
        };
    }

    public static string Render(JsonObject tree)
    {
        if (tree.Count == 0)
            return "{}\n";
        using var text = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(text, new EmitterSettings(bestIndent: 2, bestWidth: int.MaxValue, isCanonical: false, maxSimpleKeyLength: 1024));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Write(emitter, tree);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    static JsonNode? Read(YamlNode node, int depth, ref int nodes)
    {
        if (++nodes > ConfigurationText.NodesMax || depth > ConfigurationText.DepthMax)
            throw ConfigurationText.Fault($"The text stands for more than {ConfigurationText.NodesMax} values, or is nested deeper than {ConfigurationText.DepthMax} levels. Line {node.Start.Line}.");
        switch (node)
        {
            case YamlMappingNode map:
                var read = new JsonObject();
                foreach ((YamlNode key, YamlNode value) in map.Children)
                    read[(key as YamlScalarNode)?.Value ?? throw ConfigurationText.Fault($"A name was expected. Line {key.Start.Line}, column {key.Start.Column}.")] = Read(value, depth + 1, ref nodes);
                return read;
            case YamlSequenceNode list:
                var items = new JsonArray();
                foreach (YamlNode item in list.Children)
                    items.Add(Read(item, depth + 1, ref nodes));
                return items;
            case YamlScalarNode scalar when scalar.Style != ScalarStyle.Plain:
                return JsonValue.Create(scalar.Value ?? "");
            case YamlScalarNode scalar:
                string plain = scalar.Value ?? "";
                return IsNull(plain) ? null : IsPlain(plain) ? JsonNode.Parse(plain.ToLowerInvariant()) : JsonValue.Create(plain);
            default:
                throw ConfigurationText.Fault($"This cannot stand in a document. Line {node.Start.Line}, column {node.Start.Column}.");
        }
    }

    static void Write(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, map.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach ((string name, JsonNode? value) in map)
                {
                    emitter.Emit(Text(name));
                    Write(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (JsonNode? item in list)
                    Write(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case JsonValue value when value.TryGetValue(out string? text):
                emitter.Emit(Text(text));
                break;
            default:
                emitter.Emit(new Scalar(AnchorName.Empty, TagName.Empty, node?.ToJsonString() ?? "null", ScalarStyle.Plain, true, false));
                break;
        }
    }

    /// <summary>What older readers take for something else than a text is quoted too.</summary>
    static Scalar Text(string text) => new(
        AnchorName.Empty, TagName.Empty, text, text.AsSpan().ContainsAny('\n', '\r') || IsNull(text) || IsPlain(text) || Ambiguous().IsMatch(text) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any, true, true);

    static bool IsNull(string plain) => plain is "" or "~" or "null" or "Null" or "NULL";

    static bool IsPlain(string plain) => plain is "true" or "True" or "TRUE" or "false" or "False" or "FALSE" || Number().IsMatch(plain);

    /// <summary>The reader of nodes calls itself for each level.</summary>
    static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        int depth = 0;
        while (parser.MoveNext())
        {
            depth += parser.Current!.NestingIncrease;
            if (depth > ConfigurationText.DepthMax + 3)
                throw new YamlException(parser.Current.Start, parser.Current.End, $"it is nested deeper than {ConfigurationText.DepthMax} levels.");
        }
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^([yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[-+.0-9][-+.0-9:_eExXoOa-fA-F]*)$")]
    private static partial Regex Ambiguous();
}
