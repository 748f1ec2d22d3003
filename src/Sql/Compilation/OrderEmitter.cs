using System.Linq.Expressions;
using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Compilation;

/// <summary>Code that compares two rows by one key.</summary>
internal static class OrderEmitter
{
    /// <summary>Sets the result and jumps to the end where the key tells the rows apart.</summary>
    public static void Append(Emitter emitter, SortKey key, Slot left, Slot right, ParameterExpression result, LabelTarget end)
    {
        if (key.Expression.Type.Kind == SqlTypeKind.Null) return;
        string form = left.Value.Type switch
        {
            var type when type == typeof(long) => nameof(ValueComparer.CompareInt64),
            var type when type == typeof(Int128) => nameof(ValueComparer.CompareDecimal),
            var type when type == typeof(double) => nameof(ValueComparer.CompareReal),
            var type when type == typeof(bool) => nameof(ValueComparer.CompareBoolean),
            _ => nameof(ValueComparer.CompareBytes),
        };
        var (first, second) = key.IsDescending ? (right.Value, left.Value) : (left.Value, right.Value);
        Expression decide = Decide(Expression.Call(typeof(ValueComparer), form, null, first, second), result, end);
        if (left.IsNull is not null || right.IsNull is not null)
        {
            Expression leftNull = left.IsNull ?? Expression.Constant(false), rightNull = right.IsNull ?? Expression.Constant(false);
            var nulls = Decide(Expression.Call(typeof(ValueComparer), nameof(ValueComparer.CompareBoolean), null, key.NullsFirst ? [rightNull, leftNull] : [leftNull, rightNull]), result, end);
            decide = Expression.IfThenElse(Expression.Or(leftNull, rightNull), nulls, decide);
        }

        emitter.Append(decide);
    }

    private static Expression Decide(Expression compare, ParameterExpression result, LabelTarget end) => Expression.Block(
        typeof(void),
        Expression.Assign(result, compare),
        Expression.IfThen(Expression.NotEqual(result, Expression.Constant(0)), Expression.Goto(end)));
}
