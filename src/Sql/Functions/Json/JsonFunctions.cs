using Orrery.Sql.Expressions;
using Orrery.Sql.Types;
using static Orrery.Sql.Functions.Definition;
using static Orrery.Sql.Functions.Parameter;

namespace Orrery.Sql.Functions.Json;

/// <summary>
/// Functions of JSON in texts. Behaviours on empty and on error are words: NULL, ERROR, DEFAULT (then with its value, else an empty text), EMPTYARRAY, EMPTYOBJECT, TRUE, FALSE, UNKNOWN; wrappers are WITHOUT, CONDITIONAL,
/// UNCONDITIONAL.
/// </summary>
internal static class JsonFunctions
{
    public static IEnumerable<CompiledFunction> All() =>
    [
        new JsonValueFunction(),
        WithPath("JSON_QUERY", "JSON_QUERY(json, path [wrapper] [behaviour ON EMPTY] [behaviour ON ERROR])", "The object or array at a path, as it is written; null where there is none.",
            To(SqlType.String, JsonValue.Query, Text, Text), To(SqlType.String, JsonValue.QueryOr, Text, Text, Word, Word, Word)),
        WithPath("JSON_EXISTS", "JSON_EXISTS(json, path [TRUE | FALSE | UNKNOWN | ERROR ON ERROR])", "Whether there is a value at a path; false for what is no JSON.",
            To(SqlType.Boolean, JsonValue.Exists, Text, Text), To(SqlType.Boolean, JsonValue.ExistsOr, Text, Text, Word)),
        IsJson(""), IsJson("OBJECT"), IsJson("ARRAY"), IsJson("SCALAR"), IsNotJson(""), IsNotJson("OBJECT"), IsNotJson("ARRAY"), IsNotJson("SCALAR"),
        new JsonMakerFunction(JsonShape.Object), new JsonMakerFunction(JsonShape.Array), new JsonMakerFunction(JsonShape.Value),
        Function("JSON_QUOTE", "JSON_QUOTE(text)", "The text between quotes, its special characters escaped.", Safe(SqlType.String, JsonValue.Quote, Text)),
        Function("JSON_UNQUOTE", "JSON_UNQUOTE(text)", "The text of a quoted one; any other as it is.", To(SqlType.String, JsonValue.Unquote, Text)),
    ];

    private static OverloadedFunction WithPath(string name, string signature, string description, params Overload[] overloads) => new(name, signature, description, overloads) { Checker = CheckPath };

    public static string? CheckPath(CallExpression call)
    {
        if (WordOf(call, 1) is not { } path) return null;
        try
        {
            _ = new JsonPath(path);
            return null;
        }
        catch (SqlValueException fault)
        {
            return fault.Message;
        }
    }

    private static OverloadedFunction IsJson(string kind) => Function(
        $"IS JSON {kind}".TrimEnd(), $"text IS JSON {kind}".TrimEnd(), $"Whether a text is valid JSON{Of(kind)}.", new Overload(_ => SqlType.Boolean, JsonValue.IsJson, [Text], _ => [kind]) { IsSafe = true });

    private static RewrittenFunction IsNotJson(string kind) => new(
        $"IS NOT JSON {kind}".TrimEnd(), $"text IS NOT JSON {kind}".TrimEnd(), $"Whether a text is no valid JSON{Of(kind)}.",
        types => types.Count == 1 && types[0].Kind is SqlTypeKind.String or SqlTypeKind.Null ? new FunctionBinding([SqlType.String.Nullable(types[0].IsNullable)], SqlType.Boolean.Nullable(types[0].IsNullable)) : null,
        (arguments, _) => FunctionCatalog.Resolve("NOT", [FunctionCatalog.Resolve($"IS JSON {kind}".TrimEnd(), arguments)]));

    private static string Of(string kind) => kind switch { "OBJECT" => " of an object", "ARRAY" => " of an array", "SCALAR" => " of neither an object nor an array", _ => "" };
}
