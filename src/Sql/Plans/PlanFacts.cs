using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;

namespace Orrery.Sql.Plans;

/// <summary>What is known of a plan's rows without looking at them.</summary>
public static class PlanFacts
{
    /// <summary>Keys remembered of one plan, at most; more are not looked for.</summary>
    private const int KeysMax = 16;

    /// <summary>
    /// Sets of columns by which no two rows of the plan are equal (nulls compare as equal). The empty set: at most one row. No set: rows may repeat, or it is not known.
    /// </summary>
    public static IReadOnlyList<IReadOnlySet<int>> UniqueKeys(Plan plan)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var keys = new List<IReadOnlySet<int>>();
        foreach (var key in Keys(plan))
        {
            if (keys.Any(known => known.IsSubsetOf(key))) continue;
            keys.RemoveAll(known => key.IsSubsetOf(known));
            keys.Add(key);
            if (keys.Count == KeysMax) break;
        }

        return keys;
    }

    /// <summary>The columns of the shortest key, in order; null: none is known.</summary>
    public static IReadOnlyList<int>? PrimaryKey(Plan plan)
    {
        var best = UniqueKeys(plan).MinBy(key => key.Count);
        return best is null ? null : [.. best.Order()];
    }

    /// <summary>Whether it never has more than one row.</summary>
    public static bool HasAtMostOneRow(Plan plan) => UniqueKeys(plan).Any(key => key.Count == 0);

    /// <summary>Whether it always has exactly one row.</summary>
    public static bool HasOneRow(Plan plan) => plan switch
    {
        ValuesPlan values => values.Rows.Count == 1,
        AggregatePlan aggregate => aggregate.Keys.Count == 0,
        ProjectPlan project => HasOneRow(project.Input),
        ExchangePlan exchange => HasOneRow(exchange.Input),
        OverPlan over => HasOneRow(over.Input),
        JoinPlan { Kind: JoinKind.Inner, LeftKeys.Count: 0, Residual: null } join => HasOneRow(join.Left) && HasOneRow(join.Right),
        JoinPlan { Kind: JoinKind.Left } join => HasOneRow(join.Left) && HasAtMostOneRow(join.Right),
        _ => false,
    };

    /// <summary>Whether rows are only ever added to it, when rows are only added to the tables that say so.</summary>
    public static bool IsAppendOnly(Plan plan)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return plan switch
        {
            ScanPlan scan => scan.Relation.IsAppendOnly,
            ValuesPlan => true,
            FilterPlan or ProjectPlan or UnionPlan or ExpandPlan or UnnestPlan or SortPlan or ExchangePlan => plan.Inputs.All(IsAppendOnly),
            JoinPlan { Kind: JoinKind.Inner or JoinKind.Semi } => plan.Inputs.All(IsAppendOnly),
            AggregatePlan { Calls.Count: 0, Keys.Count: > 0 } => plan.Inputs.All(IsAppendOnly),
            WindowPlan { Kind: not WindowKind.Session } => plan.Inputs.All(IsAppendOnly),
            TimeFilterPlan { Until: null } => plan.Inputs.All(IsAppendOnly),
            LookupPlan lookup => IsAppendOnly(lookup.Left),
            SetOperationPlan { IsIntersect: true } => plan.Inputs.All(IsAppendOnly),
            _ => false,
        };
    }

    private static IEnumerable<IReadOnlySet<int>> Keys(Plan plan)
    {
        switch (plan)
        {
            case ScanPlan scan:
                if (scan.Relation.PrimaryKey.Count == 0) return [];
                var places = scan.Relation.PrimaryKey.Select(column => IndexOf(scan.Columns, column)).ToHashSet();
                return places.Contains(-1) ? [] : [places];
            case ValuesPlan values:
                return values.Rows.Count <= 1 ? [new HashSet<int>()] : [];
            case FilterPlan filter:
                return Reduced(UniqueKeys(filter.Input), filter.Predicate);
            case TimeFilterPlan or SortPlan { Limit: null or > 1 } or ExchangePlan { Kind: not ExchangeKind.ToAll }:
                return UniqueKeys(plan.Inputs[0]);
            case SortPlan:
                return [new HashSet<int>()];
            case ProjectPlan project:
                return Mapped(UniqueKeys(project.Input), project.Expressions);
            case JoinPlan join:
                return JoinKeys(join);
            case LookupPlan lookup:
                return Met(UniqueKeys(lookup.Left), UniqueKeys(lookup.Right), lookup.LeftKeys, lookup.RightKeys, lookup.Left.Schema.Count, isLeftKept: true, isRightKept: false);
            case AggregatePlan aggregate:
                return [Enumerable.Range(0, aggregate.Keys.Count).ToHashSet(), .. Mapped(UniqueKeys(aggregate.Input), aggregate.Keys)];
            case SetOperationPlan { IsAll: false } set:
                return [.. UniqueKeys(set.Left), Enumerable.Range(0, set.Schema.Count).ToHashSet()];
            case SetOperationPlan set:
                return UniqueKeys(set.Left);
            case UnionPlan { Parts.Count: 1 } union:
                return UniqueKeys(union.Parts[0]);
            case TopPlan top:
                return TopKeys(top);
            case OverPlan over:
                return [.. UniqueKeys(over.Input), .. RowNumberKeys(over)];
            case WindowPlan window:
                var inputKeys = UniqueKeys(window.Input);
                if (window.Kind is WindowKind.Tumble or WindowKind.Session) return inputKeys;
                return inputKeys.Select(key => (IReadOnlySet<int>)key.Append(window.Input.Schema.Count + (window.Kind == WindowKind.Hop ? 0 : 1)).ToHashSet());
            case UnnestPlan { WithOrdinality: true } unnest:
                return UniqueKeys(unnest.Input).Select(key => (IReadOnlySet<int>)key.Append(unnest.Schema.Count - 1).ToHashSet());
            default:
                return [];
        }
    }

    private static IEnumerable<IReadOnlySet<int>> JoinKeys(JoinPlan join)
    {
        var left = UniqueKeys(join.Left);
        if (join.Kind is JoinKind.Semi or JoinKind.Anti or JoinKind.NullAwareAnti) return left;
        return Met(left, UniqueKeys(join.Right), join.LeftKeys, join.RightKeys, join.Left.Schema.Count,
            isLeftKept: join.Kind is JoinKind.Inner or JoinKind.Left, isRightKept: join.Kind is JoinKind.Inner or JoinKind.Right);
    }

    /// <summary>The left keys hold where a left row meets one right row at most, and the other way round; both together always hold.</summary>
    private static IEnumerable<IReadOnlySet<int>> Met(
        IReadOnlyList<IReadOnlySet<int>> left, IReadOnlyList<IReadOnlySet<int>> right, Arguments leftKeys, Arguments rightKeys, int leftCount, bool isLeftKept, bool isRightKept)
    {
        bool isRightOnce = right.Any(key => key.IsSubsetOf(Columns(rightKeys)));
        bool isLeftOnce = left.Any(key => key.IsSubsetOf(Columns(leftKeys)));
        if (isRightOnce && isLeftKept)
        {
            foreach (var key in left) yield return key;
        }

        if (isLeftOnce && isRightKept)
        {
            foreach (var key in right) yield return key.Select(column => column + leftCount).ToHashSet();
        }

        foreach (var one in left)
        {
            foreach (var other in right) yield return one.Concat(other.Select(column => column + leftCount)).ToHashSet();
        }
    }

    /// <summary>A column that equals a constant tells no rows apart.</summary>
    private static IEnumerable<IReadOnlySet<int>> Reduced(IReadOnlyList<IReadOnlySet<int>> keys, BoundExpression predicate)
    {
        var constant = new HashSet<int>();
        foreach (var conjunct in ExpressionTree.Conjuncts(predicate))
        {
            if (conjunct is not CallExpression { Function.Name: "=", Arguments.Count: 2 } equal) continue;
            if (equal.Arguments is [ColumnExpression left, ConstantExpression]) constant.Add(left.Index);
            if (equal.Arguments is [ConstantExpression, ColumnExpression right]) constant.Add(right.Index);
        }

        return constant.Count == 0 ? keys : keys.Select(key => (IReadOnlySet<int>)key.Except(constant).ToHashSet());
    }

    private static IEnumerable<IReadOnlySet<int>> Mapped(IReadOnlyList<IReadOnlySet<int>> keys, Arguments expressions)
    {
        foreach (var key in keys)
        {
            var mapped = key.Select(column => Place(expressions, column)).ToHashSet();
            if (!mapped.Contains(-1)) yield return mapped;
        }
    }

    private static IEnumerable<IReadOnlySet<int>> TopKeys(TopPlan top)
    {
        var partition = PlainColumns(top.PartitionKeys);
        if (top.Rank == RankKind.RowNumber && partition is not null)
        {
            if (top.First == top.Last) yield return partition;
            else if (top.EmitsRank) yield return partition.Append(top.Schema.Count - 1).ToHashSet();
        }

        foreach (var key in UniqueKeys(top.Input)) yield return key;
    }

    private static IEnumerable<IReadOnlySet<int>> RowNumberKeys(OverPlan over)
    {
        if (PlainColumns(over.PartitionKeys) is not { } partition) yield break;
        for (int i = 0; i < over.Calls.Count; i++)
        {
            if (over.Calls[i].Function == OverFunction.RowNumber) yield return partition.Append(over.Input.Schema.Count + i).ToHashSet();
        }
    }

    private static HashSet<int>? PlainColumns(Arguments expressions) =>
        expressions.All(expression => expression is ColumnExpression) ? expressions.Select(expression => ((ColumnExpression)expression).Index).ToHashSet() : null;

    private static HashSet<int> Columns(Arguments expressions) => expressions.OfType<ColumnExpression>().Select(column => column.Index).ToHashSet();

    private static int Place(Arguments expressions, int column)
    {
        for (int i = 0; i < expressions.Count; i++)
        {
            if (expressions[i] is ColumnExpression candidate && candidate.Index == column) return i;
        }

        return -1;
    }

    private static int IndexOf(IReadOnlyList<int> columns, int column)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i] == column) return i;
        }

        return -1;
    }
}
