using System.Linq.Expressions;
using System.Reflection;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions;

/// <summary>
/// One way to call a function: its parameters, the type of its result (but for nullability) and the static method that computes it, of arguments that are not null. The method takes, in this order:
/// an <see cref="EvaluationContext"/> if it makes bytes; the values; <paramref name="facts"/> as constants; <c>out bool isNull</c> if it may have no value.
/// </summary>
internal sealed class Overload(Func<IReadOnlyList<SqlType>, SqlType> result, Delegate method, Parameter[] parameters, Func<CallExpression, object[]>? facts = null)
{
    private readonly MethodInfo _method = method.Method.IsStatic ? method.Method : throw new ArgumentException($"{method.Method.Name} is not static.");

    public Parameter[] Parameters => parameters;

    /// <summary>It has an answer for every value.</summary>
    public bool IsSafe { get; init; }

    /// <summary>Whether it can meet a value that it has no answer for; what makes texts may make one that is too long.</summary>
    public bool CanThrow => !IsSafe || TakesContext;

    /// <summary>It is so cheap that it may be computed for nothing.</summary>
    public bool IsTotal { get; init; }

    private bool MayReturnNull => _method.GetParameters() is [.., { IsOut: true }];

    private bool TakesContext => _method.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(EvaluationContext);

    public FunctionBinding? TryBind(IReadOnlyList<SqlType> arguments, out int cost)
    {
        cost = 0;
        if (arguments.Count != parameters.Length) return null;
        var types = new SqlType[arguments.Count];
        for (int index = 0; index < types.Length; index++)
        {
            if (parameters[index].Match(arguments[index]) is not { } match) return null;
            types[index] = match.Type;
            cost += match.Cost;
        }

        return new FunctionBinding(types, result(types).Nullable(MayReturnNull || types.Any(type => type.IsNullable)));
    }

    public Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        return emitter.Strict(slots, ValueForms.Of(call.Type), IsTotal, (values, isNull) =>
        {
            List<Expression> all = [.. values, .. (facts?.Invoke(call) ?? []).Select(Expression.Constant)];
            if (TakesContext) all.Insert(0, emitter.ContextForBytes());
            if (isNull is not null) all.Add(isNull);
            return Expression.Call(_method, all);
        }, MayReturnNull);
    }
}
