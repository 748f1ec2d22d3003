using Orrery.Sql.Expressions;

namespace Orrery.Sql.Types;

/// <summary>Which type values of several types share, and which casts there are.</summary>
public static class TypeCoercion
{
    /// <summary>
    /// The narrowest type that holds values of both, for CASE, COALESCE, UNION, IN, VALUES: integers widen, with decimals become decimal, with floats DOUBLE; the longer
    /// string; DATE with TIMESTAMP is TIMESTAMP, with TIMESTAMP_LTZ that. Nullable where one is. Null where they have nothing in common.
    /// </summary>
    public static SqlType? Common(SqlType left, SqlType right)
    {
        bool isNullable = left.IsNullable || right.IsNullable;
        return CommonKind(left, right)?.Nullable(isNullable);
    }

    /// <summary>The common type of all; null where there is none, or for no types.</summary>
    public static SqlType? Common(IEnumerable<SqlType> types)
    {
        SqlType? common = null;
        foreach (var type in types)
        {
            common = common is null ? type : Common(common, type);
            if (common is null) return null;
        }

        return common;
    }

    /// <summary>
    /// The type in which values of the two are compared: their common type; a text next to a date, time or timestamp is read as one. Keys of a join are both cast to it.
    /// Null where they cannot be compared.
    /// </summary>
    public static SqlType? Comparable(SqlType left, SqlType right)
    {
        if (Common(left, right) is { } common) return common;
        bool isNullable = left.IsNullable || right.IsNullable;
        if (left.Kind == SqlTypeKind.String && IsTemporal(right)) return right.Nullable(isNullable);
        if (right.Kind == SqlTypeKind.String && IsTemporal(left)) return left.Nullable(isNullable);
        return null;
    }

    /// <summary>Whether a value of one type can stand where another is asked for, without CAST being written.</summary>
    public static bool IsImplicit(SqlType from, SqlType to)
    {
        if (from.Kind == SqlTypeKind.Null) return true;
        if (from.IsInteger && to.IsInteger) return from.Kind <= to.Kind;
        if (from.IsInteger && to.Kind == SqlTypeKind.Decimal) return DecimalTypes.Of(from)!.Precision <= to.Precision - to.Scale;
        if (from.IsNumeric && to.IsApproximate) return from.Kind <= to.Kind;
        if (from.Kind == SqlTypeKind.Decimal && to.Kind == SqlTypeKind.Decimal)
            return from.Scale <= to.Scale && from.Precision - from.Scale <= to.Precision - to.Scale;
        if (from.Kind == SqlTypeKind.Date && to.IsTimestamp) return true;
        if (from.IsTimestamp && to.IsTimestamp) return true;
        if (from.Kind == SqlTypeKind.Array && to.Kind == SqlTypeKind.Array) return IsImplicit(from.Element!, to.Element!);
        return from.Kind == to.Kind;
    }

    /// <summary>Whether CAST knows the way from one type to another (a single value may still not fit).</summary>
    public static bool IsExplicit(SqlType from, SqlType to)
    {
        if (from.Kind == SqlTypeKind.Null || IsImplicit(from, to)) return true;
        if (from.Kind == SqlTypeKind.Array || to.Kind == SqlTypeKind.Array)
            return to.Kind == SqlTypeKind.String || (from.Kind == to.Kind && IsExplicit(from.Element!, to.Element!));
        if (to.Kind == SqlTypeKind.String) return true;
        if (from.Kind == SqlTypeKind.String) return true;
        if (from.IsNumeric && to.IsNumeric) return true;
        if (from.Kind == SqlTypeKind.Boolean) return to.IsNumeric;
        if (to.Kind == SqlTypeKind.Boolean) return from.IsNumeric;
        if (from.IsTimestamp) return to.Kind is SqlTypeKind.Date or SqlTypeKind.Time;
        if (from.Kind == SqlTypeKind.Time) return to.IsTimestamp;
        if (from.IsInterval && to.IsInteger) return true;
        return from.Kind == to.Kind;
    }

    /// <summary>
    /// The expression with that type: itself where it has it already (but for nullability), a constant of the type where it is NULL or a constant, else a cast. The result is nullable where the
    /// expression is.
    /// </summary>
    /// <exception cref="SqlTypeException">There is no such cast.</exception>
    public static BoundExpression Cast(BoundExpression expression, SqlType type)
    {
        var target = type.Nullable(expression.Type.IsNullable);
        if (expression.Type == target) return expression;
        if (expression is ConstantExpression { Value: null }) return new ConstantExpression(null, type.Nullable());
        if (!IsExplicit(expression.Type, type)) throw new SqlTypeException($"A value of type {expression.Type} cannot be cast to {type}.");
        return Compilation.ConstantFolder.FoldOne(new CastExpression(expression, false, target));
    }

    public static bool IsTemporal(SqlType type) => type.Kind is SqlTypeKind.Date or SqlTypeKind.Time || type.IsTimestamp;

    private static SqlType? CommonKind(SqlType left, SqlType right)
    {
        if (left.Kind == SqlTypeKind.Null) return right;
        if (right.Kind == SqlTypeKind.Null) return left;
        if (left.IsInteger && right.IsInteger) return left.Kind >= right.Kind ? left : right;
        if (left.IsExact && right.IsExact) return DecimalTypes.Common(DecimalTypes.Of(left)!, DecimalTypes.Of(right)!);
        if (left.IsNumeric && right.IsNumeric) return left.Kind == right.Kind ? left : SqlType.Double;
        if (left.Kind == SqlTypeKind.Date && right.IsTimestamp) return right;
        if (right.Kind == SqlTypeKind.Date && left.IsTimestamp) return left;
        if (left.IsTimestamp && right.IsTimestamp)
            return (left.Kind == SqlTypeKind.TimestampLtz ? left : right) with { Precision = Math.Max(left.Precision, right.Precision) };
        if (left.Kind != right.Kind) return null;
        if (left.Kind is SqlTypeKind.String or SqlTypeKind.Binary)
            return left with { Precision = left.Precision == 0 || right.Precision == 0 ? 0 : Math.Max(left.Precision, right.Precision) };
        if (left.Kind == SqlTypeKind.Array) return Common(left.Element!, right.Element!) is { } element ? SqlType.ArrayOf(element) : null;
        return left.Precision >= right.Precision ? left : right;
    }
}
