using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Configuration.Values;

/// <summary>
/// The part of JSON schema (2020-12) that configuration needs. A keyword that would not be checked is refused with the schema, so that nobody believes in it. Messages name the place and what is expected, never the value:
/// it may be a secret.
/// </summary>
sealed class SchemaCheck
{
    const int LengthMax = 64 << 10, DepthMax = 60, PatternLengthMax = 500;
    static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(100);
    static readonly HashSet<string> Known =
    [
        "type", "enum", "const", "properties", "patternProperties", "required", "additionalProperties", "minProperties", "maxProperties", "items", "minItems", "maxItems", "uniqueItems", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "allOf", "anyOf", "oneOf", "not", "$ref", "$defs", "definitions",
        "$schema", "$id", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "format",
    ];
    static readonly string[] Types = ["object", "array", "string", "number", "integer", "boolean", "null"];

    readonly JsonNode root;

    SchemaCheck(JsonNode root) => this.root = root;

    /// <exception cref="InvalidInputException">It is no schema, or has keywords that are not checked here.</exception>
    public static SchemaCheck Read(string text)
    {
        if (text.Length > LengthMax)
            throw Fault("", $"the schema has {text.Length} characters; at most {LengthMax} are kept");
        try
        {
            JsonNode root = JsonNode.Parse(text) ?? throw Fault("", "a schema is an object, true or false");
            var check = new SchemaCheck(root);
            check.CheckSchema(root, "", 0);
            return check;
        }
        catch (JsonException wrong)
        {
            throw Fault("", $"it is no JSON, line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}");
        }
    }

    /// <summary>The first place that violates the schema, in words; null: none.</summary>
    /// <param name="value">What is checked.</param>
    /// <param name="isWhole">Whether required members must be there: layers below may still bring what a part lacks.</param>
    public string? Find(JsonNode? value, bool isWhole) => Find(root, value, "", isWhole, 0);

    string? Find(JsonNode schema, JsonNode? value, string at, bool isWhole, int depth)
    {
        if (schema is JsonValue always)
            return always.GetValue<bool>() ? null : Say(at, "nothing may stand here");
        if (depth > DepthMax)
            return Say(at, $"the schema refers to itself more than {DepthMax} levels deep");
        var rules = (JsonObject)schema;
        if (rules["$ref"]?.GetValue<string>() is { } reference && Find(Resolve(reference)!, value, at, isWhole, depth + 1) is { } referred)
            return referred;
        return FindType(rules, value, at) ?? FindMembers(rules, value, at, isWhole, depth) ?? FindItems(rules, value, at, isWhole, depth) ?? FindNumber(rules, value, at) ?? FindText(rules, value, at)
            ?? FindCombined(rules, value, at, isWhole, depth);
    }

    static string? FindType(JsonObject rules, JsonNode? value, string at)
    {
        if (rules["type"] is { } type)
        {
            string[] allowed = type is JsonArray several ? [.. several.Select(static one => one!.GetValue<string>())] : [type.GetValue<string>()];
            if (!allowed.Any(each => Is(each, value)))
                return Say(at, $"it is {Name(value)} and must be {string.Join(" or ", allowed)}");
        }

        if (rules["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, value)))
            return Say(at, $"it must be one of {string.Join(", ", words.Take(20).Select(ConfigurationTree.Text))}");
        return rules.ContainsKey("const") && !JsonNode.DeepEquals(rules["const"], value) ? Say(at, $"it must be {ConfigurationTree.Text(rules["const"])}") : null;
    }

    string? FindMembers(JsonObject rules, JsonNode? value, string at, bool isWhole, int depth)
    {
        if (value is not JsonObject map)
            return null;
        if (isWhole && rules["required"] is JsonArray required && required.Select(static one => one!.GetValue<string>()).FirstOrDefault(name => !map.ContainsKey(name)) is { } missing)
            return Say(ConfigurationTree.Below(at, missing), "it is missing");
        if (isWhole && Count(rules, "minProperties") is { } least && map.Count < least)
            return Say(at, $"it has {map.Count} members and must have at least {least}");
        if (Count(rules, "maxProperties") is { } most && map.Count > most)
            return Say(at, $"it has {map.Count} members and may have at most {most}");
        foreach ((string name, JsonNode? member) in map)
        {
            string place = ConfigurationTree.Below(at, name);
            bool isNamed = false;
            if (rules["properties"]?[name] is { } own)
            {
                isNamed = true;
                if (Find(own, member, place, isWhole, depth + 1) is { } wrong)
                    return wrong;
            }

            if (rules["patternProperties"] is JsonObject patterns)
                foreach ((string pattern, JsonNode? byPattern) in patterns)
                    if (Matches(pattern, name))
                    {
                        isNamed = true;
                        if (Find(byPattern!, member, place, isWhole, depth + 1) is { } wrong)
                            return wrong;
                    }

            if (!isNamed && rules["additionalProperties"] is { } others)
            {
                if (others is JsonValue no && !no.GetValue<bool>())
                    return Say(place, $"there is no such setting{(rules["properties"] is JsonObject known ? $"; there are {string.Join(", ", known.Take(30).Select(static each => each.Key))}" : "")}");
                if (Find(others, member, place, isWhole, depth + 1) is { } wrong)
                    return wrong;
            }
        }

        return null;
    }

    string? FindItems(JsonObject rules, JsonNode? value, string at, bool isWhole, int depth)
    {
        if (value is not JsonArray list)
            return null;
        if (Count(rules, "minItems") is { } least && list.Count < least)
            return Say(at, $"it has {list.Count} items and must have at least {least}");
        if (Count(rules, "maxItems") is { } most && list.Count > most)
            return Say(at, $"it has {list.Count} items and may have at most {most}");
        if (rules["uniqueItems"]?.GetValue<bool>() == true && list.Select(ConfigurationTree.Text).Distinct().Count() < list.Count)
            return Say(at, "an item stands twice");
        if (rules["items"] is not { } each)
            return null;
        // A list is replaced as a whole, so what its items require they must have at once.
        for (int item = 0; item < list.Count; item++)
            if (Find(each, list[item], ConfigurationTree.Below(at, item.ToString(CultureInfo.InvariantCulture)), isWhole: true, depth + 1) is { } wrong)
                return wrong;
        return null;
    }

    static string? FindNumber(JsonObject rules, JsonNode? value, string at)
    {
        if (!Is("number", value))
            return null;
        double number = value!.GetValue<JsonElement>().GetDouble();
        if (Number(rules, "minimum") is { } least && number < least)
            return Say(at, $"it must be at least {Text(least)}");
        if (Number(rules, "maximum") is { } most && number > most)
            return Say(at, $"it must be at most {Text(most)}");
        if (Number(rules, "exclusiveMinimum") is { } above && number <= above)
            return Say(at, $"it must be more than {Text(above)}");
        if (Number(rules, "exclusiveMaximum") is { } below && number >= below)
            return Say(at, $"it must be less than {Text(below)}");
        return Number(rules, "multipleOf") is { } step && Math.Abs(Math.IEEERemainder(number, step)) > 1e-9 * step ? Say(at, $"it must be a multiple of {Text(step)}") : null;
    }

    static string? FindText(JsonObject rules, JsonNode? value, string at)
    {
        if (value is not JsonValue single || !single.TryGetValue(out string? text))
            return null;
        int length = new StringInfo(text).LengthInTextElements;
        if (Count(rules, "minLength") is { } least && length < least)
            return Say(at, $"it must have at least {least} characters");
        if (Count(rules, "maxLength") is { } most && length > most)
            return Say(at, $"it may have at most {most} characters");
        return rules["pattern"]?.GetValue<string>() is { } pattern && !Matches(pattern, text) ? Say(at, $"it must match {pattern}") : null;
    }

    string? FindCombined(JsonObject rules, JsonNode? value, string at, bool isWhole, int depth)
    {
        if (rules["allOf"] is JsonArray all)
            foreach (JsonNode? one in all)
                if (Find(one!, value, at, isWhole, depth + 1) is { } wrong)
                    return wrong;
        if (rules["anyOf"] is JsonArray any)
        {
            string?[] found = [.. any.Select(one => Find(one!, value, at, isWhole, depth + 1))];
            if (found.All(static each => each is not null))
                return found[0];
        }

        // A part may fit more or fewer than the whole does.
        if (isWhole && rules["oneOf"] is JsonArray one1 && one1.Count(one => Find(one!, value, at, isWhole, depth + 1) is null) is var fitting and not 1)
            return Say(at, $"it must fit exactly one of {one1.Count} forms and fits {fitting}");
        return isWhole && rules["not"] is { } not && Find(not, value, at, isWhole, depth + 1) is null ? Say(at, "it has a form that it must not have") : null;
    }

    void CheckSchema(JsonNode? schema, string at, int depth)
    {
        if (schema is JsonValue single && single.TryGetValue(out bool _))
            return;
        if (schema is not JsonObject rules)
            throw Fault(at, "a schema is an object, true or false");
        if (depth > DepthMax)
            throw Fault(at, $"it is nested deeper than {DepthMax} levels");
        foreach ((string keyword, JsonNode? value) in rules)
        {
            string place = ConfigurationTree.Below(at, keyword);
            if (!Known.Contains(keyword))
                throw Fault(place, "this keyword is not checked here; take it out");
            switch (keyword)
            {
                case "type":
                    if (!(value is JsonArray several ? several.ToArray() : [value]).All(static one => one is JsonValue text && text.TryGetValue(out string? name) && Types.Contains(name)))
                        throw Fault(place, $"it must be one or several of {string.Join(", ", Types)}");
                    break;
                case "properties" or "patternProperties" or "$defs" or "definitions":
                    foreach ((string name, JsonNode? below) in value as JsonObject ?? throw Fault(place, "it must be an object of schemas"))
                    {
                        if (keyword == "patternProperties")
                            CheckPattern(name, place);
                        CheckSchema(below, ConfigurationTree.Below(place, name), depth + 1);
                    }

                    break;
                case "allOf" or "anyOf" or "oneOf":
                    if (value is not JsonArray { Count: > 0 } forms)
                        throw Fault(place, "it must be a list of schemas");
                    foreach (JsonNode? form in forms)
                        CheckSchema(form, place, depth + 1);
                    break;
                case "items" or "additionalProperties" or "not":
                    CheckSchema(value, place, depth + 1);
                    break;
                case "required":
                    if (value is not JsonArray names || !names.All(static one => one is JsonValue text && text.TryGetValue(out string? _)))
                        throw Fault(place, "it must be a list of names");
                    break;
                case "enum" when value is not JsonArray { Count: > 0 }:
                    throw Fault(place, "it must be a list of values");
                case "pattern":
                    CheckPattern(value is JsonValue written && written.TryGetValue(out string? pattern) ? pattern : throw Fault(place, "it must be a regular expression"), place);
                    break;
                case "$ref":
                    if (value is not JsonValue said || !said.TryGetValue(out string? reference) || !reference.StartsWith('#') || Resolve(reference) is null)
                        throw Fault(place, "it must name a place in the same schema, such as #/$defs/port, that is there");
                    break;
                case "uniqueItems":
                    if (value is not JsonValue flag || !flag.TryGetValue(out bool _))
                        throw Fault(place, "it must be true or false");
                    break;
                case "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" or "multipleOf" or "minLength" or "maxLength" or "minItems" or "maxItems" or "minProperties" or "maxProperties":
                    if (!Is("number", value) || (keyword == "multipleOf" && Number(rules, keyword) <= 0))
                        throw Fault(place, "it must be a number");
                    break;
            }
        }
    }

    JsonNode? Resolve(string reference)
    {
        JsonNode? node = root;
        foreach (string part in ConfigurationTree.Parts(reference.TrimStart('#')))
            node = node is JsonObject map && map.TryGetPropertyValue(part, out JsonNode? below) ? below : null;
        return node;
    }

    static void CheckPattern(string pattern, string place)
    {
        if (pattern.Length > PatternLengthMax)
            throw Fault(place, $"a pattern has at most {PatternLengthMax} characters");
        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw Fault(place, $"this pattern cannot be used: {wrong.Message}");
        }
    }

    /// <summary>Without backtracking a text takes time in proportion to its length, whatever the pattern.</summary>
    static bool Matches(string pattern, string text) => Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, PatternTime);

    static bool Is(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && Math.Floor(value.GetValue<JsonElement>().GetDouble()) == value.GetValue<JsonElement>().GetDouble(),
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        _ => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
    };

    static string Name(JsonNode? value) => value?.GetValueKind() switch
    {
        null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        _ => "boolean",
    };

    static double? Number(JsonObject rules, string keyword) => rules[keyword] is { } value ? value.GetValue<JsonElement>().GetDouble() : null;

    static int? Count(JsonObject rules, string keyword) => Number(rules, keyword) is { } count ? (int)Math.Clamp(count, 0, int.MaxValue) : null;

    static string Text(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    static string Say(string at, string what) => $"{(at.Length == 0 ? "/" : at)}: {what}";

    static InvalidInputException Fault(string at, string what) => new("schema", $"The schema cannot be used at {(at.Length == 0 ? "/" : at)}: {what}.");
}
