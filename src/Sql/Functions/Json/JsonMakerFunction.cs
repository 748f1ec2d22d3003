using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Text.Json;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Functions.Json;

internal enum JsonShape : byte
{
    Object,
    Array,
    Value,
}

/// <summary>JSON_OBJECT, JSON_ARRAY and JSON_STRING. What these and JSON_QUERY give is taken as JSON where it is an argument, other texts as texts.</summary>
internal sealed class JsonMakerFunction(JsonShape shape) : CompiledFunction(NameOf(shape), SignatureOf(shape), DescriptionOf(shape))
{
    /// <summary>The word before the arguments says what becomes of nulls.</summary>
    private bool HasWord => shape != JsonShape.Value;

    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (shape == JsonShape.Value ? arguments.Count != 1 : arguments.Count == 0 || arguments[0].Kind != SqlTypeKind.String) return false;
        if (shape == JsonShape.Object && (arguments.Count % 2 == 0 || arguments.Where((type, index) => index % 2 == 1 && type.Kind != SqlTypeKind.String).Any())) return false;
        binding = new FunctionBinding(arguments, SqlType.String.Nullable(shape == JsonShape.Value ? arguments[0].IsNullable : shape == JsonShape.Object && arguments.Where((type, index) => index % 2 == 1 && type.IsNullable).Any()));
        return true;
    }

    internal override string? Check(CallExpression call) =>
        !HasWord || Definition.WordOf(call, 0) is "NULL" or "ABSENT" ? null : "its first argument says what becomes of nulls, NULL or ABSENT.";

    internal override bool CanThrow(CallExpression call) => true;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        if (shape == JsonShape.Value)
            return emitter.Strict(slots, typeof(Bytes), false, (values, _) => Make(emitter, writer => [Write(writer, call.Arguments[0], values[0])]));
        bool isAbsent = Definition.WordOf(call, 0) == "ABSENT";
        Slot[] keys = shape == JsonShape.Object ? [.. slots.Where((_, index) => index % 2 == 1)] : [];
        return emitter.Strict(keys, typeof(Bytes), false, (names, _) => Make(emitter, writer =>
        {
            List<Expression> steps = [Expression.Call(writer, shape == JsonShape.Object ? nameof(Utf8JsonWriter.WriteStartObject) : nameof(Utf8JsonWriter.WriteStartArray), null)];
            int step = shape == JsonShape.Object ? 2 : 1;
            for (int index = step; index < slots.Length; index += step)
            {
                Expression write = Write(writer, call.Arguments[index], slots[index].Value);
                Expression whenNull = isAbsent ? Expression.Empty() : Expression.Call(typeof(ValueJson), nameof(ValueJson.WriteNull), null, writer);
                if (shape == JsonShape.Object)
                {
                    Expression name = Expression.Call(typeof(JsonMakerFunction), nameof(WriteName), null, writer, names[index / 2 - 1]);
                    write = Expression.Block(name, write);
                    whenNull = isAbsent ? whenNull : Expression.Block(name, whenNull);
                }

                steps.Add(slots[index].IsNull is { } isNull ? Expression.IfThenElse(isNull, whenNull, write) : write);
            }

            steps.Add(Expression.Call(writer, shape == JsonShape.Object ? nameof(Utf8JsonWriter.WriteEndObject) : nameof(Utf8JsonWriter.WriteEndArray), null));
            return steps;
        }));
    }

    private static Expression Make(Emitter emitter, Func<ParameterExpression, List<Expression>> steps)
    {
        var writer = emitter.Variable(typeof(Utf8JsonWriter));
        return Expression.Block([
            Expression.Assign(writer, Expression.Call(typeof(JsonMakerFunction), nameof(Begin), null, emitter.ContextForBytes())),
            .. steps(writer),
            Expression.Call(typeof(JsonMakerFunction), nameof(End), null, emitter.Context)]);
    }

    private static Expression Write(Expression writer, BoundExpression argument, Expression value)
    {
        if (argument.Type.Kind == SqlTypeKind.Null) return Expression.Call(typeof(ValueJson), nameof(ValueJson.WriteNull), null, writer);
        bool isJson = argument is CallExpression { Function.Name: "JSON_OBJECT" or "JSON_ARRAY" or "JSON_QUERY" };
        string method = value.Type == typeof(long) ? nameof(ValueJson.WriteInt64)
            : value.Type == typeof(Int128) ? nameof(ValueJson.WriteDecimal)
            : value.Type == typeof(double) ? nameof(ValueJson.WriteReal)
            : value.Type == typeof(bool) ? nameof(ValueJson.WriteBoolean)
            : isJson ? nameof(ValueJson.WriteRaw) : nameof(ValueJson.WriteBytes);
        return Expression.Call(typeof(ValueJson), method, null, writer, value, Expression.Constant(argument.Type));
    }

    private static Utf8JsonWriter Begin(EvaluationContext context) => context.State.BeginJson();

    private static Bytes End(EvaluationContext context) => Casts.Make(context, context.State.EndJson(), 0);

    private static void WriteName(Utf8JsonWriter writer, Bytes name) => writer.WritePropertyName(name.Span);

    private static string NameOf(JsonShape shape) => shape switch { JsonShape.Object => "JSON_OBJECT", JsonShape.Array => "JSON_ARRAY", _ => "JSON_STRING" };

    private static string SignatureOf(JsonShape shape) => shape switch
    {
        JsonShape.Object => "JSON_OBJECT([KEY] key VALUE value, ... [NULL | ABSENT ON NULL])",
        JsonShape.Array => "JSON_ARRAY(value, ... [NULL | ABSENT ON NULL])",
        _ => "JSON_STRING(value)",
    };

    private static string DescriptionOf(JsonShape shape) => shape switch
    {
        JsonShape.Object => "The text of a JSON object with these members.",
        JsonShape.Array => "The text of a JSON array with these elements.",
        _ => "The JSON text of a value of any type.",
    };
}
