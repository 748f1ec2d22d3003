using Orrery.Dataflow.Operators;
using Orrery.Dataflow.Operators.Joins;
using Orrery.Sql.Compilation;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Dataflow.Graphs;

internal sealed partial class PlanBuilder
{
    /// <summary>Inputs of one join tree, at most: its walks are as deep.</summary>
    public const int TreeInputsMax = 32;

    /// <summary>Joins of a plan that become one operator.</summary>
    private sealed class Tree
    {
        public List<PlanSource> Inputs { get; } = [];

        public List<JoinEdge> Edges { get; } = [];

        /// <summary>For each column of the joins' schema, the input and the column of its operator.</summary>
        public List<(int Source, int Column)> Columns { get; set; } = [];

        /// <summary>Conditions of inner joins, over the joins' schema as it is at the top.</summary>
        public List<BoundExpression> Residuals { get; } = [];
    }

    private Operator BuildJoin(JoinPlan join, string fingerprint)
    {
        if (join.Kind == JoinKind.NullAwareAnti) return BuildNullAwareAnti(join, fingerprint);
        if (TryGrow(join) is not { } tree) return BuildMatch(join, fingerprint);
        var layout = new RowLayout(join.Schema);
        if (tree.Residuals.Count == 0) return CreateTree(tree, fingerprint, layout);
        var joined = CreateTree(tree, "before conditions " + fingerprint, layout);
        registry.Add(joined);
        var stages = tree.Residuals.Select(residual => new MapStage(ExpressionCompiler.Predicate(residual, layout, null, policy), null, null));
        return new MapOperator(fingerprint, layout, joined, [.. stages], policy, _onDropped) { UniqueColumns = joined.UniqueColumns };
    }

    /// <summary>A join of which only some columns are asked for; null where it is no tree, has conditions besides, or is there already.</summary>
    private TreeJoinOperator? TryPick(JoinPlan join, ProjectPlan picks)
    {
        if (!picks.Expressions.All(expression => expression is ColumnExpression) || !IsTree(join) || IsThere(join) || TryGrow(join) is not { } tree) return null;
        tree.Columns = [.. picks.Expressions.Select(expression => tree.Columns[((ColumnExpression)expression).Index])];
        return CreateTree(tree, FingerprintOf(picks), new RowLayout(picks.Schema));
    }

    // Growing makes operators; so what would be in vain is seen before.
    private static bool IsTree(Plan plan) =>
        plan is not JoinPlan join || (join.Kind is JoinKind.Inner or JoinKind.Left or JoinKind.Right && join.Residual is null && IsTree(join.Left));

    private static TreeJoinOperator CreateTree(Tree tree, string fingerprint, RowLayout layout)
    {
        // The root's key tells rows apart where each further input has one partner at most; else theirs, too.
        var unique = new List<(int Source, int Column)>();
        bool isUnique = true;
        for (int index = 0; index < tree.Inputs.Count && isUnique; index++)
        {
            var own = tree.Inputs[index].Operator.UniqueColumns;
            isUnique = own is not null;
            if (own is null || (index > 0 && own.All(column => tree.Edges[index - 1].ChildColumns.Contains(column)))) continue;
            unique.AddRange(own.Select(column => (index, column)));
        }

        int[] places = [.. unique.Select(column => tree.Columns.IndexOf(column))];
        return new TreeJoinOperator(fingerprint, layout, [.. tree.Inputs.Select(input => input.Operator)], tree.Edges, tree.Columns)
        {
            UniqueColumns = isUnique && !places.Contains(-1) ? places : null,
            IsAppendOnly = tree.Inputs.All(input => input.Operator.IsAppendOnly) && tree.Edges.All(edge => !edge.IsLeft),
        };
    }

    /// <summary>The tree of a join and of those on its left; null where it is not one: another kind, a condition that decides about partners, keys of more than one input.</summary>
    private Tree? TryGrow(JoinPlan join)
    {
        if (join.Kind is JoinKind.Semi or JoinKind.Anti or JoinKind.Full or JoinKind.NullAwareAnti) return null;
        if (join.Kind != JoinKind.Inner && join.Residual is not null) return null;
        bool isSwapped = join.Kind == JoinKind.Right;
        var (left, right) = isSwapped ? (join.Right, join.Left) : (join.Left, join.Right);
        var (leftKeys, rightKeys) = isSwapped ? (join.RightKeys, join.LeftKeys) : (join.LeftKeys, join.RightKeys);
        var tree = Prefix(left, leftKeys, out int parent, out int[] parentColumns);
        var child = Extend(Resolve(right, isArranged: true), [.. rightKeys], isArranged: true, out int[] childColumns);
        int node = tree.Inputs.Count;
        tree.Inputs.Add(child);
        tree.Edges.Add(new JoinEdge(parent, join.Kind != JoinKind.Inner, parentColumns, childColumns));
        var own = child.Columns.Select(column => (node, column)).ToList();
        tree.Columns = isSwapped ? [.. own, .. tree.Columns] : [.. tree.Columns, .. own];
        if (join.Residual is { } residual) tree.Residuals.Add(residual);
        return tree;
    }

    /// <summary>The left side: a tree that goes on growing, where the keys are columns of one of its inputs; else one input.</summary>
    private Tree Prefix(Plan left, Arguments keys, out int parent, out int[] parentColumns)
    {
        if (left is JoinPlan nested && keys.Count > 0 && keys.All(key => key is ColumnExpression) && !IsThere(left) && TryGrow(nested) is { } tree && tree.Inputs.Count < TreeInputsMax)
        {
            var places = keys.Select(key => tree.Columns[((ColumnExpression)key).Index]).ToList();
            if (places.All(place => place.Source == places[0].Source))
            {
                parent = places[0].Source;
                parentColumns = [.. places.Select(place => place.Column)];
                return tree;
            }
        }

        var source = Extend(Resolve(left, isArranged: true), [.. keys], isArranged: true, out parentColumns);
        var single = new Tree();
        single.Inputs.Add(source);
        single.Columns = [.. source.Columns.Select(column => (0, column))];
        parent = 0;
        return single;
    }

    private Operator BuildMatch(JoinPlan join, string fingerprint)
    {
        var left = Extend(Resolve(join.Left, isArranged: true), [.. join.LeftKeys], isArranged: true, out int[] leftColumns);
        var right = Extend(Resolve(join.Right, isArranged: true), [.. join.RightKeys], isArranged: true, out int[] rightColumns);
        RowPredicate? residual = null;
        if (join.Residual is { } condition)
        {
            int Map(int column) => column < left.Columns.Length ? left.Columns[column] : left.Operator.Layout.Count + right.Columns[column - left.Columns.Length];
            residual = ExpressionCompiler.Predicate(ColumnMap.Apply(condition, Map), left.Operator.Layout, right.Operator.Layout, policy);
        }

        var layout = new RowLayout(join.Schema);
        bool isHalf = join.Kind is JoinKind.Semi or JoinKind.Anti;
        List<(int Source, int Column)> columns = [.. left.Columns.Select(column => (0, column))];
        if (!isHalf) columns.AddRange(right.Columns.Select(column => (1, column)));
        if (!isHalf || left.IsIdentity)
        {
            int[]? unique = isHalf ? left.Operator.UniqueColumns?.ToArray() : Places(columns, left.Operator.UniqueColumns, right.Operator.UniqueColumns);
            return new MatchJoinOperator(fingerprint, layout, join.Kind, left.Operator, right.Operator, leftColumns, rightColumns, columns, residual) { UniqueColumns = unique };
        }

        // The left rows as their operator has them, then the columns that are asked for.
        var half = new MatchJoinOperator("whole rows of " + fingerprint, left.Operator.Layout, join.Kind, left.Operator, right.Operator, leftColumns, rightColumns, columns, residual)
        {
            UniqueColumns = left.Operator.UniqueColumns,
        };
        registry.Add(half);
        return Pick(half, left.Columns, fingerprint, layout);
    }

    private MapOperator Pick(Operator source, int[] columns, string fingerprint, RowLayout layout) =>
        new(fingerprint, layout, source, [new MapStage(null, new RowGather(layout, [source.Layout], [.. columns.Select(column => (0, column))]), null)], policy, _onDropped)
        {
            UniqueColumns = MapUnique(source.UniqueColumns, [.. columns.Select(column => new ColumnExpression(column, source.Layout.Schema[column].Type, ""))]),
        };

    private static int[]? Places(List<(int Source, int Column)> columns, IReadOnlyList<int>? left, IReadOnlyList<int>? right)
    {
        if (left is null || right is null) return null;
        int[] places = [.. left.Select(column => columns.IndexOf((0, column))), .. right.Select(column => columns.IndexOf((1, column)))];
        return places.Contains(-1) ? null : places;
    }

    private Operator BuildNullAwareAnti(JoinPlan join, string fingerprint)
    {
        var left = Extend(Resolve(join.Left, isArranged: true), [.. join.LeftKeys], isArranged: true, out int[] leftColumns);
        var right = Extend(Resolve(join.Right, isArranged: true), [.. join.RightKeys], isArranged: true, out int[] rightColumns);
        var layout = new RowLayout(join.Schema);
        RowPredicate? residual = null;
        if (join.Residual is { } condition)
        {
            int Map(int column) => column < left.Columns.Length ? left.Columns[column] : left.Operator.Layout.Count + right.Columns[column - left.Columns.Length];
            residual = ExpressionCompiler.Predicate(ColumnMap.Apply(condition, Map), left.Operator.Layout, right.Operator.Layout, policy);
        }

        if (left.IsIdentity) return new NullAwareAntiOperator(fingerprint, layout, left.Operator, right.Operator, leftColumns, rightColumns, residual) { UniqueColumns = left.Operator.UniqueColumns };
        var half = new NullAwareAntiOperator("whole rows of " + fingerprint, left.Operator.Layout, left.Operator, right.Operator, leftColumns, rightColumns, residual) { UniqueColumns = left.Operator.UniqueColumns };
        registry.Add(half);
        return Pick(half, left.Columns, fingerprint, layout);
    }
}
