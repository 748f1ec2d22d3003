using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Operators;

/// <summary>AND, OR, NOT and what IS asks of a truth value or of a null.</summary>
internal static class LogicFunctions
{
    public static IEnumerable<CompiledFunction> All() =>
    [
        new JunctionFunction(true),
        new JunctionFunction(false),
        new NotFunction(),
        new NullTestFunction(true),
        new NullTestFunction(false),
        new TruthTestFunction("IS TRUE", true, false),
        new TruthTestFunction("IS NOT TRUE", true, true),
        new TruthTestFunction("IS FALSE", false, false),
        new TruthTestFunction("IS NOT FALSE", false, true),
        new TruthTestFunction("IS UNKNOWN", null, false),
        new TruthTestFunction("IS NOT UNKNOWN", null, true),
    ];

    /// <summary>Every argument a truth value.</summary>
    public static bool TryBindBooleans(IReadOnlyList<SqlType> arguments, int least, int most, bool? isNullable, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count < least || arguments.Count > most) return false;
        if (arguments.Any(type => type.Kind is not (SqlTypeKind.Boolean or SqlTypeKind.Null))) return false;
        bool nullable = isNullable ?? arguments.Any(type => type.IsNullable);
        binding = new FunctionBinding([.. arguments.Select(type => SqlType.Boolean.Nullable(type.IsNullable))], SqlType.Boolean.Nullable(nullable));
        return true;
    }
}

/// <summary>AND or OR of two or more; stops at the first argument that decides.</summary>
internal sealed class JunctionFunction(bool isAnd) : CompiledFunction(
    isAnd ? "AND" : "OR",
    isAnd ? "a AND b" : "a OR b",
    isAnd ? "Whether both hold; false where one is false, else null where one is null. What follows a false one is not computed."
        : "Whether one holds; true where one is true, else null where one is null. What follows a true one is not computed.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding) =>
        LogicFunctions.TryBindBooleans(arguments, 2, FunctionCatalog.ArgumentsMax, null, out binding);

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var value = emitter.Variable(typeof(bool));
        var isNull = call.Type.IsNullable ? emitter.Variable(typeof(bool)) : null;
        var end = Expression.Label();
        emitter.Append(emitter.Nest(() =>
        {
            if (isNull is not null) emitter.Append(Expression.Assign(isNull, Expression.Constant(false)));
            foreach (var argument in call.Arguments)
            {
                var slot = emitter.Emit(argument);
                var decides = isAnd ? Expression.Not(slot.Value) : slot.Value;
                var decided = Expression.Block(typeof(void), Decide(value, isNull), Expression.Goto(end));
                if (slot.IsNull is null)
                    emitter.Append(Expression.IfThen(decides, decided));
                else
                    emitter.Append(Expression.IfThenElse(slot.IsNull, Expression.Assign(isNull!, Expression.Constant(true)), Expression.IfThen(decides, decided)));
            }

            emitter.Append(Expression.Assign(value, isAnd ? isNull is null ? Expression.Constant(true) : Expression.Not(isNull) : Expression.Constant(false)));
        }));
        emitter.Append(Expression.Label(end));
        return new Slot(isNull, value);
    }

    /// <summary>See <see cref="Emitter.Test"/>.</summary>
    internal void Test(Emitter emitter, CallExpression call, LabelTarget otherwise)
    {
        if (isAnd)
        {
            foreach (var argument in call.Arguments) emitter.Test(argument, otherwise);
            return;
        }

        var holds = Expression.Label();
        for (int index = 0; index < call.Arguments.Count; index++)
        {
            var argument = call.Arguments[index];
            bool isLast = index == call.Arguments.Count - 1;
            var next = isLast ? otherwise : Expression.Label();
            emitter.Append(emitter.Nest(() =>
            {
                emitter.Test(argument, next);
                if (!isLast) emitter.Append(Expression.Goto(holds));
            }));
            if (!isLast) emitter.Append(Expression.Label(next));
        }

        emitter.Append(Expression.Label(holds));
    }

    private Expression Decide(ParameterExpression value, ParameterExpression? isNull)
    {
        var assign = Expression.Assign(value, Expression.Constant(!isAnd));
        return isNull is null ? assign : Expression.Block(assign, Expression.Assign(isNull, Expression.Constant(false)));
    }
}

internal sealed class NotFunction() : CompiledFunction("NOT", "NOT a", "True for false, false for true, null for null.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding) =>
        LogicFunctions.TryBindBooleans(arguments, 1, 1, null, out binding);

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call) =>
        emitter.Strict([emitter.Emit(call.Arguments[0])], typeof(bool), true, (values, _) => Expression.Not(values[0]));
}

internal sealed class NullTestFunction(bool isNull) : CompiledFunction(
    isNull ? "IS NULL" : "IS NOT NULL",
    isNull ? "a IS NULL" : "a IS NOT NULL",
    isNull ? "Whether a value of any type is null." : "Whether a value of any type is not null.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = arguments.Count == 1 ? new FunctionBinding(arguments, SqlType.Boolean.Nullable(false)) : null;
        return binding is not null;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var slot = emitter.Emit(call.Arguments[0]);
        if (slot.IsNull is null) return new Slot(null, Expression.Constant(!isNull));
        return new Slot(null, isNull ? emitter.Store(slot.IsNull) : emitter.Store(Expression.Not(slot.IsNull)));
    }
}

/// <param name="truth">True, false or null for unknown.</param>
internal sealed class TruthTestFunction(string name, bool? truth, bool isNegated) : CompiledFunction(
    name, "a " + name, $"Whether a truth value is {(isNegated ? "anything but " : "")}{(truth is null ? "null" : truth.Value ? "true" : "false")}; never null.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding) =>
        LogicFunctions.TryBindBooleans(arguments, 1, 1, false, out binding);

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var slot = emitter.Emit(call.Arguments[0]);
        Expression isNull = slot.IsNull ?? Expression.Constant(false);
        Expression holds = truth switch
        {
            null => isNull,
            true => Expression.AndAlso(Expression.Not(isNull), slot.Value),
            false => Expression.AndAlso(Expression.Not(isNull), Expression.Not(slot.Value)),
        };
        return new Slot(null, emitter.Store(isNegated ? Expression.Not(holds) : holds));
    }
}
