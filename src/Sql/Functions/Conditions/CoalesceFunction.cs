using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Conditions;

/// <summary>The first argument that is not null; what follows it is not computed.</summary>
internal sealed class CoalesceFunction() : CompiledFunction("COALESCE", "COALESCE(value, value, ...)", "The first of the values that is not null.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count == 0 || TypeCoercion.Common(arguments) is not { } common) return false;
        bool isNullable = arguments.All(type => type.IsNullable);
        binding = new FunctionBinding([.. arguments.Select(type => common.Nullable(type.IsNullable))], common.Nullable(isNullable));
        return true;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var value = emitter.Variable(ValueForms.Of(call.Type));
        var isNull = call.Type.IsNullable ? emitter.Variable(typeof(bool)) : null;
        var end = Expression.Label();
        emitter.Append(emitter.Nest(() =>
        {
            foreach (var argument in call.Arguments)
            {
                var slot = emitter.Emit(argument);
                emitter.Assign(value, isNull, slot);
                if (slot.IsNull is null) break;
                emitter.Append(Expression.IfThen(Expression.Not(slot.IsNull), Expression.Goto(end)));
            }
        }));
        emitter.Append(Expression.Label(end));
        return new Slot(isNull, value);
    }
}

/// <summary>The highest or the lowest; null where one is null.</summary>
internal sealed class ExtremeFunction(bool isGreatest) : CompiledFunction(
    isGreatest ? "GREATEST" : "LEAST",
    (isGreatest ? "GREATEST" : "LEAST") + "(value, value, ...)",
    $"The {(isGreatest ? "highest" : "lowest")} of the values; null where one is null.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count == 0 || TypeCoercion.Common(arguments) is not { } common || common.Kind == SqlTypeKind.Array) return false;
        if (common.Kind == SqlTypeKind.Null) common = SqlType.Integer;
        binding = new FunctionBinding([.. arguments.Select(type => common.Nullable(type.IsNullable))], common);
        return true;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        var type = call.Type;
        return emitter.Strict(slots, ValueForms.Of(type), false, (values, _) =>
        {
            var best = emitter.Variable(ValueForms.Of(type));
            List<Expression> steps = [Expression.Assign(best, values[0])];
            foreach (var value in values.Skip(1))
                steps.Add(Expression.IfThen(Operators.ComparisonFunctions.Compare(isGreatest ? Operators.Comparison.Greater : Operators.Comparison.Less, type, value, type, best), Expression.Assign(best, value)));
            steps.Add(best);
            return Expression.Block(steps);
        });
    }
}
