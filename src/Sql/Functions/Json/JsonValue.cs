using System.Text.Json;
using Orrery.Sql.Compilation;
using Orrery.Sql.Functions.Texts;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Json;

/// <summary>What functions of JSON compute.</summary>
internal static class JsonValue
{
    /// <summary>0: found; 1: there is nothing; 2: it is no text, number or truth value.</summary>
    public static int Value(EvaluationContext context, Bytes json, Bytes path, out Bytes value) => (int)Scalar(context, json, path, out value);

    public static void ThrowValue(Bytes json, Bytes path, int outcome) => throw Fault("JSON_VALUE", json, path, (JsonPath.Outcome)outcome);

    public static Bytes Query(EvaluationContext context, Bytes json, Bytes path, out bool isNull) =>
        QueryOr(context, json, path, Empty, Empty, Empty, out isNull);

    public static Bytes QueryOr(EvaluationContext context, Bytes json, Bytes path, Bytes wrapper, Bytes onEmpty, Bytes onError, out bool isNull)
    {
        isNull = false;
        var outcome = Structure(context, json, path, wrapper, out var value);
        if (outcome == JsonPath.Outcome.Found) return value;
        var behaviour = outcome == JsonPath.Outcome.Empty ? onEmpty : onError;
        if (Is(behaviour, "EMPTY ARRAY"u8, "EMPTYARRAY"u8)) return Casts.Make(context, "[]"u8, 0);
        if (Is(behaviour, "EMPTY OBJECT"u8, "EMPTYOBJECT"u8)) return Casts.Make(context, "{}"u8, 0);
        isNull = true;
        return behaviour.Span.SequenceEqual("ERROR"u8) ? throw Fault("JSON_QUERY", json, path, outcome) : default;
    }

    public static bool Exists(EvaluationContext context, Bytes json, Bytes path) => context.State.Path(path).Find(json.Span, out _) == JsonPath.Outcome.Found;

    public static bool ExistsOr(EvaluationContext context, Bytes json, Bytes path, Bytes onError, out bool isNull)
    {
        isNull = false;
        var outcome = context.State.Path(path).Find(json.Span, out _);
        if (outcome != JsonPath.Outcome.Broken) return outcome == JsonPath.Outcome.Found;
        if (onError.Span.SequenceEqual("ERROR"u8)) throw Fault("JSON_EXISTS", json, path, outcome);
        isNull = onError.Span.SequenceEqual("UNKNOWN"u8);
        return onError.Span.SequenceEqual("TRUE"u8);
    }

    /// <param name="kind">Nothing, OBJECT, ARRAY or SCALAR.</param>
    public static bool IsJson(Bytes text, string kind)
    {
        var reader = new Utf8JsonReader(text.Span, JsonPath.ReaderOptions);
        try
        {
            if (!reader.Read()) return false;
            bool isKind = kind switch
            {
                "OBJECT" => reader.TokenType == JsonTokenType.StartObject,
                "ARRAY" => reader.TokenType == JsonTokenType.StartArray,
                "SCALAR" => reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray),
                _ => true,
            };
            while (reader.Read()) { }
            return isKind;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    public static Bytes Quote(EvaluationContext context, Bytes text)
    {
        Values.ValueJson.WriteBytes(context.State.BeginJson(), text, SqlType.String);
        return Casts.Make(context, context.State.EndJson(), 0);
    }

    /// <summary>The text itself where it is no quoted one.</summary>
    public static Bytes Unquote(EvaluationContext context, Bytes text)
    {
        if (text.Length == 0 || text.Span[0] != '"' || !IsJson(text, "SCALAR")) return text;
        var reader = new Utf8JsonReader(text.Span, JsonPath.ReaderOptions);
        reader.Read();
        return Unescaped(context, text, ref reader);
    }

    private static Bytes Empty => default;

    private static bool Is(Bytes word, ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => word.Span.SequenceEqual(one) || word.Span.SequenceEqual(other);

    private static JsonPath.Outcome Scalar(EvaluationContext context, Bytes json, Bytes path, out Bytes value)
    {
        value = default;
        var outcome = context.State.Path(path).Find(json.Span, out var reader);
        if (outcome != JsonPath.Outcome.Found) return outcome;
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                value = Unescaped(context, json, ref reader);
                return outcome;
            case JsonTokenType.Null:
                return JsonPath.Outcome.Empty;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                return JsonPath.Outcome.Broken;
            default:
                value = new Bytes(json.Address + (nint)reader.TokenStartIndex, reader.ValueSpan.Length);
                return outcome;
        }
    }

    private static JsonPath.Outcome Structure(EvaluationContext context, Bytes json, Bytes path, Bytes wrapper, out Bytes value)
    {
        value = default;
        var outcome = context.State.Path(path).Find(json.Span, out var reader);
        if (outcome != JsonPath.Outcome.Found) return outcome;
        bool isStructure = reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject;
        long start = reader.TokenStartIndex;
        try
        {
            reader.Skip();
        }
        catch (JsonException)
        {
            return JsonPath.Outcome.Broken;
        }

        var found = new Bytes(json.Address + (nint)start, (int)(reader.BytesConsumed - start));
        bool isWrapped = wrapper.Span.SequenceEqual("UNCONDITIONAL"u8) || (wrapper.Span.SequenceEqual("CONDITIONAL"u8) && !isStructure);
        if (!isWrapped)
        {
            value = found;
            return isStructure ? JsonPath.Outcome.Found : JsonPath.Outcome.Broken;
        }

        nint address = TextMaker.Allocate(context, found.Length + 2L);
        TextMaker.Span(address, 1)[0] = (byte)'[';
        TextMaker.Span(TextMaker.Append(address + 1, found), 1)[0] = (byte)']';
        value = new Bytes(address, found.Length + 2);
        return outcome;
    }

    private static Bytes Unescaped(EvaluationContext context, Bytes json, ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return new Bytes(json.Address + (nint)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
        int most = reader.ValueSpan.Length;
        nint address = TextMaker.Allocate(context, most);
        int length;
        try
        {
            length = reader.CopyString(TextMaker.Span(address, most));
        }
        catch (InvalidOperationException)
        {
            throw new SqlValueException("A JSON text has half of a pair of surrogates, which is no character.");
        }

        context.Scratch.Shrink(address, most, length);
        return new Bytes(address, length);
    }

    private static SqlValueException Fault(string function, Bytes json, Bytes path, JsonPath.Outcome outcome) =>
        new($"{function} of '{(json.Length <= 100 ? json.ToString() : new Bytes(json.Address, 100) + "...")}' at '{path}': {(outcome == JsonPath.Outcome.Empty ? "there is no value" : "it is not the value that was asked for")}.");
}
