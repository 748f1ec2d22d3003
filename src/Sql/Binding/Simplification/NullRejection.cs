using Orrery.Sql.Expressions;

namespace Orrery.Sql.Binding.Simplification;

/// <summary>Whether a condition fails for rows whose columns of one side of an outer join are missing.</summary>
internal static class NullRejection
{
    public static bool Rejects(BoundExpression condition, Func<int, bool> isMissing) => condition switch
    {
        CallExpression { Function.Name: "AND" } and => and.Arguments.Any(part => Rejects(part, isMissing)),
        CallExpression { Function.Name: "OR" } or => or.Arguments.All(part => Rejects(part, isMissing)),
        CallExpression { Function.Name: "IS NOT NULL", Arguments: [var operand] } => IsNull(operand, isMissing),
        CallExpression { Function.Name: "IS TRUE", Arguments: [var operand] } => Rejects(operand, isMissing),
        _ => IsNull(condition, isMissing),
    };

    /// <summary>Whether the value is null when those columns are.</summary>
    private static bool IsNull(BoundExpression expression, Func<int, bool> isMissing) => expression switch
    {
        ColumnExpression column => isMissing(column.Index),
        CastExpression cast => IsNull(cast.Operand, isMissing),
        InListExpression list => IsNull(list.Operand, isMissing),
        CallExpression { Function.Name: "=" or "<>" or "<" or "<=" or ">" or ">=" or "+" or "-" or "*" or "/" or "%" or "LIKE" or "NOT LIKE" or "UPPER" or "LOWER" or "NOT" } call =>
            call.Arguments.Any(argument => IsNull(argument, isMissing)),
        _ => false,
    };
}
