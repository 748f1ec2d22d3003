using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions;

/// <summary>Short words for the definitions of functions.</summary>
internal static class Definition
{
    public static Overload To(SqlType result, Delegate method, params Parameter[] parameters) => new(_ => result, method, parameters);

    /// <summary>Of the type that the first argument has.</summary>
    public static Overload Same(Delegate method, params Parameter[] parameters) => new(types => types[0], method, parameters);

    /// <summary>It has an answer for every value.</summary>
    public static Overload Safe(SqlType result, Delegate method, params Parameter[] parameters) => new(_ => result, method, parameters) { IsSafe = true };

    /// <summary>It has an answer for every value, and that costs next to nothing.</summary>
    public static Overload Total(SqlType result, Delegate method, params Parameter[] parameters) => new(_ => result, method, parameters) { IsSafe = true, IsTotal = true };

    public static OverloadedFunction Function(string name, string signature, string description, params Overload[] overloads) => new(name, signature, description, overloads);

    /// <summary>The text of a constant argument; null where it is none.</summary>
    public static string? WordOf(CallExpression call, int index) => index < call.Arguments.Count && call.Arguments[index] is ConstantExpression { Value: string word } ? word : null;
}
