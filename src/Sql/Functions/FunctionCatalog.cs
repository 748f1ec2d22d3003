using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions;

/// <summary>
/// Every built-in function and operator of values, by name without regard to case. Operators are called as they are written: <c>+ - * / % = &lt;&gt; &lt; &lt;= &gt; &gt;= || AND OR NOT</c>,
/// <c>IS NULL</c>, <c>IS NOT NULL</c>, <c>IS TRUE</c> ... <c>IS NOT UNKNOWN</c>, <c>IS [NOT] DISTINCT FROM</c>, <c>[NOT] LIKE</c>, <c>[NOT] SIMILAR TO</c>, <c>[NOT] BETWEEN</c>, <c>IS [NOT] JSON</c>; a sign is
/// <c>-</c> or <c>+</c> of one argument. Words that are no values (the unit of EXTRACT, CEIL, FLOOR, TIMESTAMPADD, TIMESTAMPDIFF; the side of TRIM) are given as constants of
/// STRING in the order in which the function's signature has them.
/// </summary>
public static class FunctionCatalog
{
    /// <summary>Arguments of one call, at most.</summary>
    public const int ArgumentsMax = 1_000;

    /// <summary>All, by what they are about.</summary>
    public static IReadOnlyList<(string Title, IReadOnlyList<ScalarFunction> Functions)> Groups { get; } = MakeGroups();

    private static readonly FrozenDictionary<string, CompiledFunction> ByName =
        Groups.SelectMany(group => group.Functions).Cast<CompiledFunction>().ToFrozenDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>All, by name.</summary>
    public static IReadOnlyList<ScalarFunction> All { get; } = [.. ByName.Values.OrderBy(function => function.Name, StringComparer.Ordinal)];

    /// <summary>Other names of functions, with their own.</summary>
    public static IReadOnlyDictionary<string, string> Aliases { get; } = FunctionAliases.All;

    /// <summary>The function of this name or alias; null where there is none.</summary>
    public static ScalarFunction? Find(string name) =>
        ByName.GetValueOrDefault(Aliases.TryGetValue(name, out string? own) ? own : name);

    /// <summary>Whether the name is known and takes arguments of these types.</summary>
    public static bool TryResolve(string name, IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out ScalarFunction? function, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        function = Find(name);
        return function is not null && function.TryBind(arguments, out binding);
    }

    /// <summary>A call with the casts that the function asks for. Calls of constants are computed at once where they can be.</summary>
    /// <exception cref="SqlTypeException">There is no such function, or it does not take such arguments; the message says which it takes.</exception>
    public static BoundExpression Resolve(string name, IReadOnlyList<BoundExpression> arguments)
    {
        if (Find(name) is not CompiledFunction function) throw new SqlTypeException($"There is no function {name.ToUpperInvariant()}.");
        if (arguments.Count > ArgumentsMax) throw new SqlTypeException($"{function.Name} with {arguments.Count} arguments has more than the {ArgumentsMax} that a call may have.");
        if (!function.TryBind([.. arguments.Select(argument => argument.Type)], out var binding))
        {
            string types = string.Join(", ", arguments.Select(argument => argument.Type.Nullable()));
            throw new SqlTypeException($"{function.Name} does not take ({types}); it is written {function.Signature}.");
        }

        var cast = new Arguments(arguments.Select((argument, index) => TypeCoercion.Cast(argument, binding.Parameters[index])));
        if (function is RewrittenFunction rewritten) return rewritten.Rewrite(cast, binding);
        var call = new CallExpression(function, cast, binding.Result);
        if (function.Check(call) is { } fault) throw new SqlTypeException($"{function.Name}: {fault}");
        return Compilation.ConstantFolder.FoldOne(call);
    }

    private static IReadOnlyList<(string Title, IReadOnlyList<ScalarFunction> Functions)> MakeGroups() =>
    [
        ("Logic", [.. Operators.LogicFunctions.All()]),
        ("Comparison", [.. Operators.ComparisonFunctions.All()]),
        ("Arithmetic", [.. Operators.ArithmeticFunctions.All()]),
        ("Choice", [.. Conditions.ConditionFunctions.All()]),
        ("Numbers", [.. Numbers.NumberFunctions.All()]),
        ("Texts", [.. Texts.TextFunctions.All()]),
        ("Dates and times", [.. Times.TimeFunctions.All()]),
        ("JSON", [.. Json.JsonFunctions.All()]),
        ("Arrays", [.. Arrays.ArrayFunctions.All()]),
    ];
}
