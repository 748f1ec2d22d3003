using System.Runtime.CompilerServices;

namespace Orrery.Sql.Expressions;

/// <summary>Walks over expressions. All recurse as deep as the expression is; one that the stack cannot hold throws <see cref="InsufficientExecutionStackException"/>.</summary>
public static class ExpressionTree
{
    /// <summary>The parts that the expression is computed from, in order; none for columns and constants.</summary>
    public static IReadOnlyList<BoundExpression> Children(BoundExpression expression) => expression switch
    {
        CallExpression call => call.Arguments,
        CaseExpression @case => [.. @case.Branches, @case.Else],
        CastExpression cast => [cast.Operand],
        InListExpression list => [list.Operand, .. list.Items],
        PartialExpression partial => partial.Parts,
        _ => [],
    };

    /// <summary>The expression with some of its parts replaced, from the outside in.</summary>
    /// <param name="expression">The whole.</param>
    /// <param name="replace">What stands for a part; null: the part stays and its own parts are asked for.</param>
    public static BoundExpression Rewrite(BoundExpression expression, Func<BoundExpression, BoundExpression?> replace)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (replace(expression) is { } replaced) return replaced;
        switch (expression)
        {
            case CallExpression call:
                var arguments = Rewrite(call.Arguments, replace);
                return ReferenceEquals(arguments, call.Arguments) ? call : call with { Arguments = arguments };
            case CaseExpression @case:
                var branches = Rewrite(@case.Branches, replace);
                var otherwise = Rewrite(@case.Else, replace);
                return ReferenceEquals(branches, @case.Branches) && ReferenceEquals(otherwise, @case.Else) ? @case : @case with { Branches = branches, Else = otherwise };
            case CastExpression cast:
                var operand = Rewrite(cast.Operand, replace);
                return ReferenceEquals(operand, cast.Operand) ? cast : cast with { Operand = operand };
            case InListExpression list:
                var value = Rewrite(list.Operand, replace);
                var items = Rewrite(list.Items, replace);
                return ReferenceEquals(value, list.Operand) && ReferenceEquals(items, list.Items) ? list : list with { Operand = value, Items = items };
            case PartialExpression partial:
                return partial.Rewrite(replace);
            default:
                return expression;
        }
    }

    /// <summary>As the other, for each of several; the same instance where nothing changed.</summary>
    public static Arguments Rewrite(Arguments expressions, Func<BoundExpression, BoundExpression?> replace)
    {
        BoundExpression[]? changed = null;
        for (int i = 0; i < expressions.Count; i++)
        {
            var replaced = Rewrite(expressions[i], replace);
            if (!ReferenceEquals(replaced, expressions[i]) && changed is null) changed = [.. expressions];
            if (changed is not null) changed[i] = replaced;
        }

        return changed is null ? expressions : new Arguments(changed);
    }

    /// <summary>Each key's expression rewritten.</summary>
    public static SortKeys Rewrite(SortKeys order, Func<BoundExpression, BoundExpression?> replace) =>
        order.Count == 0 ? order : new SortKeys(order.Select(key => key with { Expression = Rewrite(key.Expression, replace) }));

    /// <summary>Each column replaced by what <paramref name="map"/> makes of it.</summary>
    public static BoundExpression MapColumns(BoundExpression expression, Func<ColumnExpression, BoundExpression> map) =>
        Rewrite(expression, part => part is ColumnExpression column ? map(column) : null);

    /// <summary>The columns' places moved by <paramref name="distance"/>.</summary>
    public static BoundExpression Shift(BoundExpression expression, int distance) =>
        distance == 0 ? expression : MapColumns(expression, column => column with { Index = column.Index + distance });

    /// <summary>Whether the test holds for any part of it.</summary>
    public static bool Any(BoundExpression expression, Func<BoundExpression, bool> test)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (test(expression)) return true;
        foreach (var child in Children(expression))
        {
            if (Any(child, test)) return true;
        }

        return false;
    }

    /// <summary>Whether all columns that it reads pass the test.</summary>
    public static bool AllColumns(BoundExpression expression, Func<int, bool> test) =>
        !Any(expression, part => part is ColumnExpression column && !test(column.Index));

    /// <summary>The places of the columns that it reads.</summary>
    public static void CollectColumns(BoundExpression expression, ISet<int> columns) =>
        Any(expression, part =>
        {
            if (part is ColumnExpression column) columns.Add(column.Index);
            return false;
        });

    /// <summary>Whether it reads the clock.</summary>
    public static bool ReadsClock(BoundExpression expression) => Any(expression, part => part is NowExpression);

    /// <summary>Whether the same row always gives the same value, whenever it is computed.</summary>
    public static bool IsDeterministic(BoundExpression expression) =>
        !Any(expression, part => part is NowExpression || part is CallExpression { Function.IsDeterministic: false });

    /// <summary>How many parts it has, itself counted.</summary>
    public static int Size(BoundExpression expression)
    {
        int size = 0;
        Any(expression, _ =>
        {
            size++;
            return false;
        });
        return size;
    }

    /// <summary>The conditions that AND binds together, left to right.</summary>
    public static List<BoundExpression> Conjuncts(BoundExpression? predicate)
    {
        var conjuncts = new List<BoundExpression>();
        if (predicate is null) return conjuncts;
        var open = new Stack<BoundExpression>();
        open.Push(predicate);
        while (open.TryPop(out var next))
        {
            if (next is CallExpression { Function.Name: "AND" } and)
            {
                for (int i = and.Arguments.Count - 1; i >= 0; i--) open.Push(and.Arguments[i]);
            }
            else conjuncts.Add(next);
        }

        return conjuncts;
    }
}
