using Orrery.Sql.Expressions;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>The equalities between the two sides of a join among its conditions.</summary>
/// <param name="Left">Over the left row.</param>
/// <param name="Right">Over the right row; each of the type of its partner but for nullability.</param>
/// <param name="Rest">The other conditions, over both.</param>
internal sealed record EqualKeys(List<BoundExpression> Left, List<BoundExpression> Right, List<BoundExpression> Rest)
{
    public static EqualKeys Extract(IEnumerable<BoundExpression> conjuncts, int leftCount)
    {
        var keys = new EqualKeys([], [], []);
        foreach (var conjunct in conjuncts)
        {
            if (conjunct is CallExpression { Function.Name: "=", Arguments: [var one, var other] } && ExpressionTree.IsDeterministic(conjunct) && !Has(one, IsOuter) && !Has(other, IsOuter)
                && OneType(ref one, ref other))
            {
                if (IsLeft(one) && IsRight(other))
                {
                    keys.Add(one, ExpressionTree.Shift(other, -leftCount));
                    continue;
                }

                if (IsLeft(other) && IsRight(one))
                {
                    keys.Add(other, ExpressionTree.Shift(one, -leftCount));
                    continue;
                }
            }

            keys.Rest.Add(conjunct);
        }

        return keys;
        bool IsLeft(BoundExpression expression) => HasColumn(expression) && ExpressionTree.AllColumns(expression, column => column < leftCount);
        bool IsRight(BoundExpression expression) => HasColumn(expression) && ExpressionTree.AllColumns(expression, column => column >= leftCount);
    }

    /// <summary>Casts both to a type in which values that are equal are equal bytes; false where there is none that holds all of both.</summary>
    public static bool OneType(ref BoundExpression one, ref BoundExpression other)
    {
        if (one.Type.Nullable() == other.Type.Nullable()) return true;
        bool isScaled = one.Type.Kind is SqlTypeKind.Decimal or SqlTypeKind.Array;
        if (one.Type.Kind == other.Type.Kind && !isScaled) return true;
        if (TypeCoercion.Common(one.Type, other.Type) is not { } common || !TypeCoercion.IsImplicit(one.Type, common) || !TypeCoercion.IsImplicit(other.Type, common)) return false;
        one = TypeCoercion.Cast(one, common);
        other = TypeCoercion.Cast(other, common);
        return true;
    }

    private static bool HasColumn(BoundExpression expression) => Has(expression, part => part is ColumnExpression);

    private static bool IsOuter(BoundExpression part) => part is OuterExpression;

    private static bool Has(BoundExpression expression, Func<BoundExpression, bool> test) => ExpressionTree.Any(expression, test);

    private void Add(BoundExpression left, BoundExpression right)
    {
        Left.Add(left);
        Right.Add(right);
    }
}
