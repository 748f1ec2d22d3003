using Orrery.Sql.Expressions;

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
            if (conjunct is CallExpression { Function.Name: "=", Arguments: [var one, var other] } && one.Type.Nullable() == other.Type.Nullable()
                && ExpressionTree.IsDeterministic(conjunct) && !Has(one, IsOuter) && !Has(other, IsOuter))
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

    private static bool HasColumn(BoundExpression expression) => Has(expression, part => part is ColumnExpression);

    private static bool IsOuter(BoundExpression part) => part is OuterExpression;

    private static bool Has(BoundExpression expression, Func<BoundExpression, bool> test) => ExpressionTree.Any(expression, test);

    private void Add(BoundExpression left, BoundExpression right)
    {
        Left.Add(left);
        Right.Add(right);
    }
}
