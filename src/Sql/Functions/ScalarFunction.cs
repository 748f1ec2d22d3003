using System.Diagnostics.CodeAnalysis;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions;

/// <summary>
/// A function or an operator of values. The binder asks it what it makes of arguments of these types; the compiler asks its subclass for
/// code. There is one instance of each in the catalog of functions, and two calls are equal where their instance and arguments are.
/// </summary>
/// <param name="name">In capitals: <c>UPPER</c>, <c>+</c>, <c>AND</c>, <c>IS NOT NULL</c>.</param>
public abstract class ScalarFunction(string name)
{
    public string Name { get; } = name;

    /// <summary>Whether the same arguments always give the same value; RAND() and UUID() do not and are refused in live views.</summary>
    public virtual bool IsDeterministic => true;

    /// <summary>How it is called, for help and completion: <c>SUBSTRING(text, from [, length])</c>.</summary>
    public abstract string Signature { get; }

    /// <summary>One sentence for help.</summary>
    public abstract string Description { get; }

    /// <summary>Whether arguments of these types can be given, and what comes of it.</summary>
    /// <param name="arguments">Their types; <see cref="SqlTypeKind.Null"/> for a bare NULL.</param>
    /// <param name="binding">The types that the arguments are cast to, and that of the result with its nullability.</param>
    public abstract bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding);
}

/// <summary>What a function makes of its arguments.</summary>
/// <param name="Parameters">The types that the arguments are cast to, one each.</param>
/// <param name="Result">The type of the value.</param>
public sealed record FunctionBinding(IReadOnlyList<SqlType> Parameters, SqlType Result);
