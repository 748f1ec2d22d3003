using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.Partitions;

/// <summary>
/// Keys without what makes no difference to where a row goes: <see cref="KeyHash"/> gives numbers that are equal in joins one hash whatever their exact types are, so that casts which lose nothing are left out.
/// </summary>
internal static class KeyForm
{
    /// <summary>The expression below casts that lose nothing.</summary>
    public static BoundExpression Strip(BoundExpression expression)
    {
        while (expression is CastExpression cast && IsLossless(cast.Operand.Type, cast.Type)) expression = cast.Operand;
        return expression;
    }

    public static Arguments Strip(IEnumerable<BoundExpression> expressions) => new(expressions.Select(Strip));

    /// <summary>To be compared: stripped, and columns by their place alone.</summary>
    public static BoundExpression Of(BoundExpression expression) => ExpressionTree.MapColumns(Strip(expression), column => Column(column.Index, column.Type));

    public static ColumnExpression Column(int index, SqlType type) => new(index, type.Nullable(), "");

    private static bool IsLossless(SqlType from, SqlType to)
    {
        if (from.Kind == to.Kind && from.Kind is SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz or SqlTypeKind.Time) return to.Precision >= from.Precision;
        if (from.Kind == to.Kind && from.Kind is SqlTypeKind.Boolean or SqlTypeKind.Date or SqlTypeKind.IntervalMonths or SqlTypeKind.IntervalMicroseconds) return true;
        if (from.Kind is SqlTypeKind.String or SqlTypeKind.Binary) return to.Kind == from.Kind && to.Precision == 0;
        if (from.IsApproximate) return to.Kind == SqlTypeKind.Double || to.Kind == from.Kind;
        if (!from.IsExact || !to.IsExact) return false;
        return WholeDigits(to) >= WholeDigits(from) && Scale(to) >= Scale(from);
    }

    private static int Scale(SqlType type) => type.Kind == SqlTypeKind.Decimal ? type.Scale : 0;

    // Of an integer that is cast from: as many as it may have; of the same cast to: of which every number fits.
    private static double WholeDigits(SqlType type) => type.Kind switch
    {
        SqlTypeKind.TinyInt => 2.1,
        SqlTypeKind.SmallInt => 4.5,
        SqlTypeKind.Integer => 9.3,
        SqlTypeKind.BigInt => 18.9,
        _ => type.Precision - type.Scale,
    };
}
