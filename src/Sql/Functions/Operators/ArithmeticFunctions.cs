using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Functions.Operators;

/// <summary>The operators of numbers, dates, times and intervals.</summary>
internal static class ArithmeticFunctions
{
    public static IEnumerable<CompiledFunction> All() =>
    [
        new ArithmeticFunction("+", "a + b", "The sum of two numbers or intervals, or a date, time or timestamp later by an interval; +a is a itself."),
        new ArithmeticFunction("-", "a - b", "The difference of two numbers, intervals, dates or timestamps, or a date, time or timestamp earlier by an interval; -a is a with the other sign."),
        new ArithmeticFunction("*", "a * b", "The product of two numbers, or of an interval and a number."),
        new ArithmeticFunction("/", "a / b", "The quotient of two numbers, without its fraction where both are integers; an error where b is zero. Or a part of an interval."),
        new ArithmeticFunction("%", "a % b", "What is left of a after the division by b, with the sign of a; an error where b is zero. Also MOD(a, b)."),
    ];

    /// <summary>The wider of two integer types.</summary>
    public static SqlType Wider(SqlType left, SqlType right) => left.Kind >= right.Kind ? left : right;
}

/// <summary>One of + - * / %.</summary>
internal sealed class ArithmeticFunction(string name, string signature, string description) : CompiledFunction(name, signature, description)
{
    public override bool TryBind(IReadOnlyList<SqlType> arguments, [NotNullWhen(true)] out FunctionBinding? binding)
    {
        binding = arguments.Count switch
        {
            1 when Name is "+" or "-" => Sign(arguments[0]),
            2 => Numbers(arguments[0], arguments[1]) ?? Times(arguments[0], arguments[1]),
            _ => null,
        };
        return binding is not null;
    }

    internal override bool CanThrow(CallExpression call) => !call.Type.IsApproximate || Name is "/" or "%";

    internal override Slot Emit(Emitter emitter, CallExpression call)
    {
        Slot[] slots = [.. call.Arguments.Select(emitter.Emit)];
        var form = ValueForms.Of(call.Type);
        bool isTotal = form == typeof(double) && Name is "+" or "-" or "*";
        return emitter.Strict(slots, form, isTotal && !CanThrow(call), (values, _) => Compute(call, values));
    }

    private FunctionBinding? Sign(SqlType type)
    {
        if (type.Kind == SqlTypeKind.Null) type = SqlType.Integer;
        return type.IsNumeric || type.IsInterval ? new FunctionBinding([type], type) : null;
    }

    private FunctionBinding? Numbers(SqlType left, SqlType right)
    {
        // A bare NULL is of the other's type.
        if (left.Kind == SqlTypeKind.Null) left = right.IsNumeric || right.IsInterval ? right.Nullable() : SqlType.Integer;
        if (right.Kind == SqlTypeKind.Null) right = left.IsNumeric || left.IsInterval ? left.Nullable() : SqlType.Integer;
        if (!left.IsNumeric || !right.IsNumeric) return null;
        bool isNullable = left.IsNullable || right.IsNullable;
        if (left.IsInteger && right.IsInteger) return new FunctionBinding([left, right], ArithmeticFunctions.Wider(left, right).Nullable(isNullable));
        if (left.IsApproximate || right.IsApproximate)
        {
            var real = left.Kind == SqlTypeKind.Float && right.Kind == SqlTypeKind.Float ? left : SqlType.Double;
            return new FunctionBinding([Real(left), Real(right)], real.Nullable(isNullable));
        }

        var (one, other) = (DecimalTypes.Of(left)!, DecimalTypes.Of(right)!);
        var result = Name switch
        {
            "+" or "-" => DecimalTypes.Add(one, other),
            "*" => DecimalTypes.Multiply(one, other),
            "/" => DecimalTypes.Divide(one, other),
            _ => DecimalTypes.Modulo(one, other),
        };
        return new FunctionBinding([one, other], result.Nullable(isNullable));
    }

    private FunctionBinding? Times(SqlType left, SqlType right)
    {
        bool isNullable = left.IsNullable || right.IsNullable;
        if (left.Kind == SqlTypeKind.Null && TypeCoercion.IsTemporal(right)) left = Name == "-" ? right.Nullable() : SqlType.IntervalMicroseconds;
        if (right.Kind == SqlTypeKind.Null && TypeCoercion.IsTemporal(left)) right = SqlType.IntervalMicroseconds;
        SqlType? result = null;
        if (Name is "+" or "-" && left.IsInterval && right.Kind == left.Kind) result = left;
        else if (Name is "+" or "-" && TypeCoercion.IsTemporal(left) && right.IsInterval) result = left;
        else if (Name == "+" && left.IsInterval && TypeCoercion.IsTemporal(right)) result = right;
        else if (Name == "-" && TypeCoercion.IsTemporal(left) && TypeCoercion.IsTemporal(right) && TypeCoercion.Common(left, right) is { } common)
            return new FunctionBinding([common.Nullable(left.IsNullable), common.Nullable(right.IsNullable)], SqlType.IntervalMicroseconds.Nullable(isNullable));
        else if (Name is "*" or "/" && left.IsInterval && right.IsNumeric) return Scaled(left, right, left, isNullable, false);
        else if (Name == "*" && right.IsInterval && left.IsNumeric) return Scaled(left, right, right, isNullable, true);
        if (result is null || (result.Kind == SqlTypeKind.Time && (left.Kind == SqlTypeKind.IntervalMonths || right.Kind == SqlTypeKind.IntervalMonths))) return null;
        return new FunctionBinding([left, right], result.Nullable(isNullable));
    }

    /// <summary>An interval times a number: by integers exactly, else by DOUBLE.</summary>
    private static FunctionBinding Scaled(SqlType left, SqlType right, SqlType interval, bool isNullable, bool isNumberFirst)
    {
        var number = isNumberFirst ? left : right;
        if (!number.IsInteger) number = Real(number);
        return new FunctionBinding(isNumberFirst ? [number, right] : [left, number], interval.Nullable(isNullable));
    }

    private static SqlType Real(SqlType type) => type.IsApproximate ? type : SqlType.Double.Nullable(type.IsNullable);

    private Expression Compute(CallExpression call, Expression[] values)
    {
        var left = call.Arguments[0].Type;
        if (values.Length == 1) return Name == "+" ? values[0] : Negate(call.Type, values[0]);
        var right = call.Arguments[1].Type;
        if (left.IsNumeric && right.IsNumeric) return Number(call.Type, left, right, values);
        if (Name is "*" or "/") return Scale(call.Type, values);
        if (left.IsInterval && right.IsInterval) return Number(call.Type.Kind == SqlTypeKind.IntervalMonths ? SqlType.Integer : SqlType.BigInt, left, right, values);
        if (TypeCoercion.IsTemporal(left) && TypeCoercion.IsTemporal(right)) return Expression.Call(typeof(TimeArithmetic), nameof(TimeArithmetic.Difference), null, values[0], values[1], Expression.Constant(left.Kind));
        var (time, interval, timeType, intervalType) = left.IsInterval ? (values[1], values[0], right, left) : (values[0], values[1], left, right);
        if (Name == "-") interval = Expression.Call(typeof(Arithmetic), nameof(Arithmetic.NegateInt64), null, interval);
        string method = (timeType.Kind, intervalType.Kind) switch
        {
            (SqlTypeKind.Date, SqlTypeKind.IntervalMonths) => nameof(TimeArithmetic.AddMonthsToDate),
            (SqlTypeKind.Date, _) => nameof(TimeArithmetic.AddToDate),
            (SqlTypeKind.Time, _) => nameof(TimeArithmetic.AddToTime),
            (_, SqlTypeKind.IntervalMonths) => nameof(TimeArithmetic.AddMonths),
            _ => nameof(TimeArithmetic.Add),
        };
        return Expression.Call(typeof(TimeArithmetic), method, null, time, interval);
    }

    private static Expression Negate(SqlType type, Expression value) => type.Kind switch
    {
        SqlTypeKind.Decimal => Expression.Call(typeof(Arithmetic), nameof(Arithmetic.NegateDecimal), null, value),
        SqlTypeKind.Float or SqlTypeKind.Double => Expression.Negate(value),
        _ => Narrow(type, Expression.Call(typeof(Arithmetic), nameof(Arithmetic.NegateInt64), null, value)),
    };

    private Expression Number(SqlType type, SqlType left, SqlType right, Expression[] values)
    {
        string operation = Name switch { "+" => "Add", "-" => "Subtract", "*" => "Multiply", "/" => "Divide", _ => "Modulo" };
        if (type.IsApproximate)
        {
            var real = Expression.Call(typeof(Arithmetic), operation + "Real", null, values[0], values[1]);
            return type.Kind == SqlTypeKind.Float ? Expression.Call(typeof(Arithmetic), nameof(Arithmetic.ToSingle), null, real) : real;
        }

        if (type.Kind != SqlTypeKind.Decimal) return Narrow(type, Expression.Call(typeof(Arithmetic), operation + "Int64", null, values[0], values[1]));

        // Sums of equal scales that cannot overflow 128 bits need no rescaling; the result's precision has room for them.
        if (Name is "+" or "-" && left.Scale == right.Scale && type.Scale == left.Scale)
            return Expression.Call(typeof(Arithmetic), operation + "DecimalPlain", null, values[0], values[1], Expression.Constant(type.Precision));
        if (Name == "*" && type.Scale == left.Scale + right.Scale)
            return Expression.Call(typeof(Arithmetic), nameof(Arithmetic.MultiplyDecimalPlain), null, values[0], values[1], Expression.Constant(type.Precision));
        return Expression.Call(
            typeof(Arithmetic), operation + "Decimal", null,
            values[0], Expression.Constant(left.Scale), values[1], Expression.Constant(right.Scale), Expression.Constant(type.Precision), Expression.Constant(type.Scale));
    }

    private Expression Scale(SqlType interval, Expression[] values)
    {
        var type = interval.Kind == SqlTypeKind.IntervalMonths ? SqlType.Integer : SqlType.BigInt;
        if (values[0].Type == typeof(long) && values[1].Type == typeof(long)) return Number(type, type, type, values);
        var (span, number) = values[0].Type == typeof(double) ? (values[1], values[0]) : (values[0], values[1]);
        return Narrow(type, Expression.Call(typeof(TimeArithmetic), Name == "*" ? nameof(TimeArithmetic.ScaleUp) : nameof(TimeArithmetic.ScaleDown), null, span, number));
    }

    /// <summary>An integer narrower than BIGINT is checked for its range.</summary>
    private static Expression Narrow(SqlType type, Expression value) => type.SlotBytes switch
    {
        1 => Expression.Call(typeof(Arithmetic), nameof(Arithmetic.ToInt8), null, value),
        2 => Expression.Call(typeof(Arithmetic), nameof(Arithmetic.ToInt16), null, value),
        4 => Expression.Call(typeof(Arithmetic), nameof(Arithmetic.ToInt32), null, value),
        _ => value,
    };
}
