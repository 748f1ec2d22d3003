using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Json;

/// <summary>
/// JSON_VALUE of a text and a path; or of these, what is done where there is nothing (NULL, ERROR, DEFAULT), the default for it, what is done with an error, the default for it. A default may be null.
/// </summary>
internal sealed class JsonValueFunction() : CompiledFunction(
    "JSON_VALUE",
    "JSON_VALUE(json, path [RETURNING type] [NULL | ERROR | DEFAULT value ON EMPTY] [NULL | ERROR | DEFAULT value ON ERROR])",
    "The text, number or truth value at a path, as text; null where there is none or JSON's null is there.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count is not (2 or 6) || arguments.Any(type => type.Kind is not (SqlTypeKind.String or SqlTypeKind.Null))) return false;
        binding = new FunctionBinding([.. arguments.Select(type => type.Kind == SqlTypeKind.Null ? SqlType.String : type)], SqlType.String);
        return true;
    }

    internal override string? Check(CallExpression call)
    {
        if (JsonFunctions.CheckPath(call) is { } fault) return fault;
        return call.Arguments.Count == 2 || (IsBehaviour(Definition.WordOf(call, 2)) && IsBehaviour(Definition.WordOf(call, 4))) ? null : "what it does where there is no value is NULL, ERROR or DEFAULT.";
    }

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        return emitter.Strict([slots[0], slots[1]], typeof(Bytes), false, (values, isNull) =>
        {
            var (value, outcome) = (emitter.Variable(typeof(Bytes)), emitter.Variable(typeof(int)));
            var find = Expression.Call(typeof(JsonValue), nameof(JsonValue.Value), null, emitter.ContextForBytes(), values[0], values[1], value);
            Expression Otherwise(int word) => Definition.WordOf(call, word) switch
            {
                "ERROR" => Expression.Call(typeof(JsonValue), nameof(JsonValue.ThrowValue), null, values[0], values[1], outcome),
                "DEFAULT" => Expression.Block(Expression.Assign(value, slots[word + 1].Value), Expression.Assign(isNull!, slots[word + 1].IsNull ?? Expression.Constant(false))),
                _ => Expression.Assign(isNull!, Expression.Constant(true)),
            };
            return Expression.Block(
                Expression.Assign(isNull!, Expression.Constant(false)),
                Expression.Assign(outcome, find),
                Expression.IfThen(Expression.Equal(outcome, Expression.Constant((int)JsonPath.Outcome.Empty)), Otherwise(2)),
                Expression.IfThen(Expression.Equal(outcome, Expression.Constant((int)JsonPath.Outcome.Broken)), Otherwise(4)),
                value);
        }, mayReturnNull: true);
    }

    private static bool IsBehaviour(string? word) => word is "NULL" or "ERROR" or "DEFAULT";
}
