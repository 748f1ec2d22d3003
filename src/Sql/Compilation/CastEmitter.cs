using System.Linq.Expressions;
using Orrery.Sql.Expressions;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;
using Orrery.Sql.Values;

namespace Orrery.Sql.Compilation;

/// <summary>Code for casts: which method of <see cref="Casts"/> makes which type out of which.</summary>
internal static class CastEmitter
{
    /// <summary>Whether every value of the one type has its like in the other.</summary>
    public static bool CanThrow(CastExpression cast) => !cast.IsTry && CanFail(cast.Operand.Type, cast.Type);

    public static Slot Emit(Emitter emitter, CastExpression cast)
    {
        var (from, to) = (cast.Operand.Type, cast.Type);
        var operand = emitter.Emit(cast.Operand);
        var form = ValueForms.Of(to);
        if (from.Kind == SqlTypeKind.Null) return new Slot(Expression.Constant(true), Expression.Default(form));
        if (!TypeCoercion.IsExplicit(from, to)) throw new SqlTypeException($"A value of type {from} cannot be cast to {to}.");
        if (IsSame(from, to)) return operand;
        bool canFail = CanFail(from, to);
        if (!canFail)
        {
            bool isTotal = form != typeof(Bytes) && operand.Value.Type != typeof(Bytes);
            return emitter.Strict([operand], form, isTotal, (values, _) => Convert(emitter, from, to, values[0], null));
        }

        if (cast.IsTry) return emitter.Strict([operand], form, false, (values, failed) => Convert(emitter, from, to, values[0], failed!), mayReturnNull: true);
        return emitter.Strict([operand], form, false, (values, _) =>
        {
            var failed = emitter.Variable(typeof(bool));
            var result = emitter.Variable(form);
            return Expression.Block(
                Expression.Assign(result, Convert(emitter, from, to, values[0], failed)),
                Expression.IfThen(failed, Expression.Call(typeof(Casts), nameof(Casts.Throw), [values[0].Type], values[0], Expression.Constant(from), Expression.Constant(to))),
                result);
        });
    }

    /// <summary>Whether a value stays as it is.</summary>
    private static bool IsSame(SqlType from, SqlType to)
    {
        if (from.IsInteger && to.IsInteger) return from.Kind <= to.Kind;
        if (from.Kind == SqlTypeKind.Float && to.Kind == SqlTypeKind.Double) return true;
        if (from.IsTimestamp && to.IsTimestamp) return from.Precision <= to.Precision;
        if (from.Kind != to.Kind) return false;
        return to.Kind switch
        {
            SqlTypeKind.Decimal => from.Scale == to.Scale && from.Precision <= to.Precision,
            SqlTypeKind.String or SqlTypeKind.Binary => to.Precision == 0 || (from.Precision > 0 && from.Precision <= to.Precision),
            SqlTypeKind.Time => from.Precision <= to.Precision,
            SqlTypeKind.Array => IsSame(from.Element!, to.Element!) && from.Element!.SlotBytes == to.Element!.SlotBytes,
            _ => true,
        };
    }

    private static bool CanFail(SqlType from, SqlType to)
    {
        if (IsSame(from, to) || from.Kind == SqlTypeKind.Null) return false;
        if (to.Kind is SqlTypeKind.String or SqlTypeKind.Binary) return false;
        if (from.Kind is SqlTypeKind.String or SqlTypeKind.Array) return true;
        if (to.IsInteger || to.Kind == SqlTypeKind.Decimal) return from.Kind != SqlTypeKind.Boolean;
        return false;
    }

    private static Expression Convert(Emitter emitter, SqlType from, SqlType to, Expression value, Expression? failed)
    {
        if (from.Kind == SqlTypeKind.Array || to.Kind == SqlTypeKind.Array) return Call(nameof(Casts.Array), emitter, true, failed, value, Expression.Constant(from), Expression.Constant(to));
        return to.Kind switch
        {
            SqlTypeKind.String => ToText(emitter, from, to, value),
            SqlTypeKind.Binary => ToBinary(emitter, from, to, value),
            SqlTypeKind.Boolean => from.Kind == SqlTypeKind.String ? Call(nameof(Casts.TextToBoolean), emitter, false, failed, value) : Expression.NotEqual(value, Expression.Default(value.Type)),
            SqlTypeKind.Decimal => ToDecimal(emitter, from, to, value, failed),
            SqlTypeKind.Float or SqlTypeKind.Double => ToReal(emitter, from, to, value, failed),
            _ when to.IsInteger => ToInteger(emitter, from, to, value, failed),
            _ => ToTime(emitter, from, to, value, failed),
        };
    }

    private static Expression ToText(Emitter emitter, SqlType from, SqlType to, Expression value)
    {
        var most = Expression.Constant(to.Precision);
        return from.Kind switch
        {
            SqlTypeKind.String => Call(nameof(Casts.TruncateText), emitter, false, null, value, most),
            SqlTypeKind.Binary => Call(nameof(Casts.BinaryToText), emitter, true, null, value, most),
            SqlTypeKind.Boolean => Call(nameof(Casts.BooleanToText), emitter, true, null, value, most),
            SqlTypeKind.Decimal => Call(nameof(Casts.DecimalToText), emitter, true, null, value, Expression.Constant(from.Scale), most),
            SqlTypeKind.Float or SqlTypeKind.Double => Call(nameof(Casts.RealToText), emitter, true, null, value, Expression.Constant(from.Kind == SqlTypeKind.Float), most),
            _ => Call(nameof(Casts.Int64ToText), emitter, true, null, value, Expression.Constant(from), most),
        };
    }

    private static Expression ToBinary(Emitter emitter, SqlType from, SqlType to, Expression value)
    {
        if (from.Kind is not (SqlTypeKind.String or SqlTypeKind.Binary)) throw new SqlTypeException($"A value of type {from} cannot be cast to {to}.");
        return Call(nameof(Casts.TruncateBinary), emitter, false, null, value, Expression.Constant(to.Precision));
    }

    private static Expression ToInteger(Emitter emitter, SqlType from, SqlType to, Expression value, Expression? failed) => from.Kind switch
    {
        SqlTypeKind.Boolean => Expression.Condition(value, Expression.Constant(1L), Expression.Constant(0L)),
        SqlTypeKind.Decimal => Call(nameof(Casts.DecimalToInt64), emitter, false, failed, value, Expression.Constant(from.Scale), Expression.Constant(to.SlotBytes)),
        SqlTypeKind.Float or SqlTypeKind.Double => Call(nameof(Casts.RealToInt64), emitter, false, failed, value, Expression.Constant(to.SlotBytes)),
        SqlTypeKind.String => Call(nameof(Casts.TextToInt64), emitter, false, failed, value, Expression.Constant(to.SlotBytes)),
        _ => Call(nameof(Casts.NarrowInt64), emitter, false, failed, value, Expression.Constant(to.SlotBytes)),
    };

    private static Expression ToDecimal(Emitter emitter, SqlType from, SqlType to, Expression value, Expression? failed)
    {
        Expression precision = Expression.Constant(to.Precision), scale = Expression.Constant(to.Scale);
        return from.Kind switch
        {
            SqlTypeKind.Boolean => Expression.Condition(value, Expression.Constant(1L), Expression.Constant(0L)) is var one && to.Precision > to.Scale
                ? Call(nameof(Casts.BooleanToDecimal), emitter, false, null, one, scale)
                : throw new SqlTypeException($"A truth value does not fit {to}."),
            SqlTypeKind.Float or SqlTypeKind.Double => Call(nameof(Casts.RealToDecimal), emitter, false, failed, value, precision, scale, Expression.Constant(from.Kind == SqlTypeKind.Float)),
            SqlTypeKind.String => Call(nameof(Casts.TextToDecimal), emitter, false, failed, value, precision, scale),
            SqlTypeKind.Decimal => Call(nameof(Casts.Rescale), emitter, false, failed, value, Expression.Constant(from.Scale), precision, scale),
            _ => Call(nameof(Casts.Rescale), emitter, false, failed, Expression.Convert(value, typeof(Int128)), Expression.Constant(0), precision, scale),
        };
    }

    private static Expression ToReal(Emitter emitter, SqlType from, SqlType to, Expression value, Expression? failed)
    {
        Expression real = from.Kind switch
        {
            SqlTypeKind.Boolean => Expression.Condition(value, Expression.Constant(1.0), Expression.Constant(0.0)),
            SqlTypeKind.Decimal => Call(nameof(Casts.DecimalToReal), emitter, false, null, value, Expression.Constant(from.Scale)),
            SqlTypeKind.String => Call(nameof(Casts.TextToReal), emitter, false, failed, value),
            SqlTypeKind.Float or SqlTypeKind.Double => value,
            _ => Expression.Convert(value, typeof(double)),
        };
        return to.Kind == SqlTypeKind.Float ? Expression.Call(typeof(Arithmetic), nameof(Arithmetic.ToSingle), null, real) : real;
    }

    private static Expression ToTime(Emitter emitter, SqlType from, SqlType to, Expression value, Expression? failed)
    {
        if (from.Kind == SqlTypeKind.String) return Call(nameof(Casts.TextToTime), emitter, false, failed, value, Expression.Constant(to));
        var day = Expression.Constant(TimeArithmetic.MicrosecondsPerDay);
        return (from.Kind, to.Kind) switch
        {
            (SqlTypeKind.Date, _) => Expression.Multiply(value, day),
            (_, SqlTypeKind.Date) => Expression.Call(typeof(TimeArithmetic), nameof(TimeArithmetic.FloorDivide), null, value, day),
            (_, SqlTypeKind.Time) when from.IsTimestamp => Cut(Expression.Call(typeof(TimeArithmetic), nameof(TimeArithmetic.FloorModulo), null, value, day), to),
            _ => Cut(value, to),
        };
    }

    private static Expression Cut(Expression value, SqlType to) =>
        Expression.Call(typeof(ValueText), nameof(ValueText.Truncate), null, value, Expression.Constant(to.Precision));

    private static Expression Call(string name, Emitter emitter, bool needsContext, Expression? failed, params Expression[] arguments)
    {
        List<Expression> all = [.. arguments];
        if (needsContext) all.Insert(0, emitter.ContextForBytes());
        if (typeof(Casts).GetMethod(name)!.GetParameters()[^1].IsOut) all.Add(failed ?? emitter.Variable(typeof(bool)));
        return Expression.Call(typeof(Casts).GetMethod(name)!, all);
    }
}
