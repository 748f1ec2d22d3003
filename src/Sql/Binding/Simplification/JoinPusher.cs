using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;

namespace Orrery.Sql.Binding.Simplification;

/// <summary>Conditions above and inside of joins.</summary>
internal static class JoinPusher
{
    public static Plan Push(JoinPlan join, List<BoundExpression> conditions)
    {
        int count = join.Left.Schema.Count;
        join = join with { Kind = Narrowed(join.Kind, conditions, count) };
        var left = new List<BoundExpression>();
        var right = new List<BoundExpression>();
        var above = new List<BoundExpression>();
        var residual = new List<BoundExpression>();
        bool isFiltering = join.Kind is JoinKind.Semi or JoinKind.Anti or JoinKind.NullAwareAnti;
        foreach (var condition in conditions)
        {
            if (isFiltering || (join.Kind is JoinKind.Inner or JoinKind.Left && IsLeft(condition, count))) left.Add(condition);
            else if (join.Kind is JoinKind.Inner or JoinKind.Right && IsRight(condition, count)) right.Add(ExpressionTree.Shift(condition, -count));
            else if (join.Kind == JoinKind.Inner) residual.Add(condition);
            else above.Add(condition);
        }

        foreach (var condition in ExpressionTree.Conjuncts(join.Residual))
        {
            // A condition of ON on one side alone restricts that side, unless its rows stay without partners.
            if (join.Kind is JoinKind.Inner or JoinKind.Right or JoinKind.Semi && IsLeft(condition, count)) left.Add(condition);
            else if (join.Kind is JoinKind.Inner or JoinKind.Left or JoinKind.Semi or JoinKind.Anti && IsRight(condition, count)) right.Add(ExpressionTree.Shift(condition, -count));
            else residual.Add(condition);
        }

        var keys = join.Kind == JoinKind.NullAwareAnti ? new EqualKeys([], [], residual) : EqualKeys.Extract(residual, count);
        var leftKeys = new List<BoundExpression>(join.LeftKeys);
        var rightKeys = new List<BoundExpression>(join.RightKeys);
        for (int i = 0; i < keys.Left.Count; i++)
        {
            bool isKnown = Enumerable.Range(0, leftKeys.Count).Any(known => leftKeys[known].Equals(keys.Left[i]) && rightKeys[known].Equals(keys.Right[i]));
            if (isKnown) continue;
            leftKeys.Add(keys.Left[i]);
            rightKeys.Add(keys.Right[i]);
        }

        if (join.Kind is JoinKind.Inner or JoinKind.Left or JoinKind.Semi or JoinKind.Anti) Carry(left, leftKeys, right, rightKeys);
        if (join.Kind is JoinKind.Inner or JoinKind.Right or JoinKind.Semi) Carry(right, rightKeys, left, leftKeys);
        var plan = join with
        {
            Left = PredicatePusher.Push(join.Left, left),
            Right = PredicatePusher.Push(join.Right, right),
            LeftKeys = new Arguments(leftKeys),
            RightKeys = new Arguments(rightKeys),
            Residual = BindingSession.And(keys.Rest),
        };
        return PredicatePusher.Above(plan, above);
    }

    /// <summary>An outer join whose missing rows the conditions reject is an inner one.</summary>
    private static JoinKind Narrowed(JoinKind kind, List<BoundExpression> conditions, int count)
    {
        bool isLeftThere = conditions.Any(condition => NullRejection.Rejects(condition, column => column < count));
        bool isRightThere = conditions.Any(condition => NullRejection.Rejects(condition, column => column >= count));
        return kind switch
        {
            JoinKind.Left when isRightThere => JoinKind.Inner,
            JoinKind.Right when isLeftThere => JoinKind.Inner,
            JoinKind.Full when isLeftThere && isRightThere => JoinKind.Inner,
            JoinKind.Full when isLeftThere => JoinKind.Left,
            JoinKind.Full when isRightThere => JoinKind.Right,
            _ => kind,
        };
    }

    private static bool IsLeft(BoundExpression condition, int count) => ExpressionTree.AllColumns(condition, column => column < count);

    private static bool IsRight(BoundExpression condition, int count) => ExpressionTree.AllColumns(condition, column => column >= count);

    /// <summary>A key that equals a constant on one side equals it on the other.</summary>
    private static void Carry(List<BoundExpression> from, List<BoundExpression> fromKeys, List<BoundExpression> to, List<BoundExpression> toKeys)
    {
        foreach (var condition in from.ToList())
        {
            (BoundExpression Key, Func<BoundExpression, BoundExpression> With)? found = condition switch
            {
                CallExpression { Function.Name: "=", Arguments: [var key, ConstantExpression value] } => (key, other => FunctionCatalog.Resolve("=", [other, value])),
                CallExpression { Function.Name: "=", Arguments: [ConstantExpression value, var key] } => (key, other => FunctionCatalog.Resolve("=", [other, value])),
                InListExpression list => (list.Operand, other => list with { Operand = other, Type = list.Type.Nullable(other.Type.IsNullable || list.Items.Any(item => item is ConstantExpression { Value: null })) }),
                _ => null,
            };
            if (found is not { } equal) continue;
            for (int i = 0; i < fromKeys.Count; i++)
            {
                if (!fromKeys[i].Equals(equal.Key) || fromKeys[i].Type.Nullable() != toKeys[i].Type.Nullable()) continue;
                var carried = equal.With(toKeys[i]);
                if (!to.Contains(carried)) to.Add(carried);
            }
        }
    }
}
