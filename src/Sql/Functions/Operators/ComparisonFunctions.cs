using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Operators;

internal enum Comparison : byte
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>The comparing operators, and the types in which they compare.</summary>
internal static class ComparisonFunctions
{
    public static IEnumerable<CompiledFunction> All() =>
    [
        new ComparisonFunction("=", Comparison.Equal, "Whether two values are equal."),
        new ComparisonFunction("<>", Comparison.NotEqual, "Whether two values differ."),
        new ComparisonFunction("<", Comparison.Less, "Whether the first value is below the second."),
        new ComparisonFunction("<=", Comparison.LessOrEqual, "Whether the first value is not above the second."),
        new ComparisonFunction(">", Comparison.Greater, "Whether the first value is above the second."),
        new ComparisonFunction(">=", Comparison.GreaterOrEqual, "Whether the first value is not below the second."),
        new DistinctFunction(true),
        new DistinctFunction(false),
        new BetweenFunction(true),
        new BetweenFunction(false),
    ];

    /// <summary>
    /// The types that values are cast to before they are compared: numbers that are both exact stay as they are and are compared exactly; else one type for all.
    /// </summary>
    public static IReadOnlyList<SqlType>? Parameters(IReadOnlyList<SqlType> arguments)
    {
        if (arguments.All(type => type.IsExact)) return arguments;
        SqlType? common = arguments[0];
        foreach (var type in arguments.Skip(1)) common = common is null ? null : TypeCoercion.Comparable(common, type);
        if (common is null) return null;
        if (common.Kind == SqlTypeKind.Null) common = SqlType.Boolean;
        return [.. arguments.Select(type => Parameter(type, common))];
    }

    /// <summary>Code that compares two values that are not null, of types that <see cref="Parameters"/> gave.</summary>
    public static Expression Compare(Comparison comparison, SqlType leftType, Expression left, SqlType rightType, Expression right)
    {
        if (leftType.IsExact && rightType.IsExact && (leftType.Kind == SqlTypeKind.Decimal || rightType.Kind == SqlTypeKind.Decimal))
        {
            left = left.Type == typeof(Int128) ? left : Expression.Convert(left, typeof(Int128));
            right = right.Type == typeof(Int128) ? right : Expression.Convert(right, typeof(Int128));
            if (leftType.Scale == rightType.Scale) return Call("Decimal", comparison, left, right);
            var order = Expression.Call(Method(nameof(ValueComparer.CompareScaled)), left, Expression.Constant(leftType.Scale), right, Expression.Constant(rightType.Scale));
            return Binary(comparison, order, Expression.Constant(0));
        }

        if (leftType.Kind == SqlTypeKind.Array)
        {
            if (comparison is Comparison.Equal or Comparison.NotEqual) return Call("Bytes", comparison, left, right);
            throw new SqlTypeException("Arrays have no order.");
        }

        if (left.Type == typeof(long)) return Binary(comparison, left, right);
        string form = left.Type == typeof(double) ? "Real" : left.Type == typeof(bool) ? "Boolean" : "Bytes";
        return Call(form, comparison, left, right);
    }

    private static SqlType Parameter(SqlType type, SqlType common)
    {
        // Only what has another form in code is cast: a VARCHAR(5) compares with a STRING, an INT with a BIGINT.
        bool isSame = type.Kind == common.Kind || (type.IsInteger && common.IsInteger) || (type.IsApproximate && common.IsApproximate) || (type.IsTimestamp && common.IsTimestamp);
        return isSame && type.Kind != SqlTypeKind.Array && type.Kind != SqlTypeKind.Decimal ? type : common.Nullable(type.IsNullable);
    }

    private static Expression Binary(Comparison comparison, Expression left, Expression right) => comparison switch
    {
        Comparison.Equal => Expression.Equal(left, right),
        Comparison.NotEqual => Expression.NotEqual(left, right),
        Comparison.Less => Expression.LessThan(left, right),
        Comparison.LessOrEqual => Expression.LessThanOrEqual(left, right),
        Comparison.Greater => Expression.GreaterThan(left, right),
        _ => Expression.GreaterThanOrEqual(left, right),
    };

    /// <summary>Of the six, two are written for each form: the others are their opposites or the same with the sides changed.</summary>
    private static Expression Call(string form, Comparison comparison, Expression left, Expression right) => comparison switch
    {
        Comparison.Equal => Expression.Call(Method("Equal" + form), left, right),
        Comparison.NotEqual => Expression.Not(Expression.Call(Method("Equal" + form), left, right)),
        Comparison.Less => Expression.Call(Method("Less" + form), left, right),
        Comparison.GreaterOrEqual => Expression.Not(Expression.Call(Method("Less" + form), left, right)),
        Comparison.Greater => Expression.Call(Method("Less" + form), right, left),
        _ => Expression.Not(Expression.Call(Method("Less" + form), right, left)),
    };

    private static MethodInfo Method(string name) => typeof(ValueComparer).GetMethod(name)!;
}

internal sealed class ComparisonFunction(string name, Comparison comparison, string description) : CompiledFunction(name, $"a {name} b", description)
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count != 2 || ComparisonFunctions.Parameters(arguments) is not { } parameters) return false;
        if (parameters[0].Kind == SqlTypeKind.Array && comparison is not (Comparison.Equal or Comparison.NotEqual)) return false;
        binding = new FunctionBinding(parameters, SqlType.Boolean.Nullable(arguments.Any(type => type.IsNullable)));
        return true;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var (left, right) = (call.Arguments[0], call.Arguments[1]);
        Slot[] slots = [emitter.Emit(left), emitter.Emit(right)];
        return emitter.Strict(slots, typeof(bool), left.Type.Kind != SqlTypeKind.Array, (values, _) => ComparisonFunctions.Compare(comparison, left.Type, values[0], right.Type, values[1]));
    }
}

/// <summary>IS [NOT] DISTINCT FROM: null is a value here.</summary>
internal sealed class DistinctFunction(bool isDistinct) : CompiledFunction(
    isDistinct ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM",
    isDistinct ? "a IS DISTINCT FROM b" : "a IS NOT DISTINCT FROM b",
    isDistinct ? "Whether two values differ, where null equals null; never null." : "Whether two values are equal, where null equals null; never null.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count != 2 || ComparisonFunctions.Parameters(arguments) is not { } parameters) return false;
        binding = new FunctionBinding(parameters, SqlType.Boolean.Nullable(false));
        return true;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var (left, right) = (call.Arguments[0], call.Arguments[1]);
        var (leftSlot, rightSlot) = (emitter.Emit(left), emitter.Emit(right));
        Expression leftNull = leftSlot.IsNull ?? Expression.Constant(false), rightNull = rightSlot.IsNull ?? Expression.Constant(false);
        var equal = Expression.OrElse(
            Expression.AndAlso(leftNull, rightNull),
            Expression.AndAlso(
                Expression.Not(Expression.Or(leftNull, rightNull)),
                ComparisonFunctions.Compare(Comparison.Equal, left.Type, leftSlot.Value, right.Type, rightSlot.Value)));
        return new Slot(null, emitter.Store(isDistinct ? Expression.Not(equal) : equal));
    }
}

/// <summary>[NOT] BETWEEN, as two comparisons.</summary>
internal sealed class BetweenFunction(bool isBetween) : CompiledFunction(
    isBetween ? "BETWEEN" : "NOT BETWEEN",
    isBetween ? "a BETWEEN low AND high" : "a NOT BETWEEN low AND high",
    isBetween ? "Whether a value is neither below the one nor above the other." : "Whether a value is below the one or above the other.")
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = null;
        if (arguments.Count != 3 || ComparisonFunctions.Parameters(arguments) is not { } parameters || parameters[0].Kind == SqlTypeKind.Array) return false;
        binding = new FunctionBinding(parameters, SqlType.Boolean.Nullable(arguments.Any(type => type.IsNullable)));
        return true;
    }

    internal override bool CanThrow(CallExpression call) => false;

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        var (value, low, high) = (call.Arguments[0], call.Arguments[1], call.Arguments[2]);
        var above = Compare(isBetween ? ">=" : "<", value, low);
        var below = Compare(isBetween ? "<=" : ">", value, high);
        var function = (CompiledFunction)FunctionCatalog.Find(isBetween ? "AND" : "OR")!;
        return function.Emit(emitter, new CallExpression(function, new Arguments([above, below]), call.Type));
    }

    private static CallExpression Compare(string name, BoundExpression left, BoundExpression right) =>
        new(FunctionCatalog.Find(name)!, new Arguments([left, right]), SqlType.Boolean.Nullable(left.Type.IsNullable || right.Type.IsNullable));
}
