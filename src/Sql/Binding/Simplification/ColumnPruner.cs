using System.Runtime.CompilerServices;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;

namespace Orrery.Sql.Binding.Simplification;

/// <summary>
/// Leaves out columns that nobody reads, from the top down: scans take what is needed, and what an operator keeps in its state has no other columns.
/// </summary>
internal static class ColumnPruner
{
    /// <summary>A plan with fewer columns: the new place of each old column, -1 where it is gone.</summary>
    private sealed record Pruned(Plan Plan, int[] Places)
    {
        public BoundExpression Write(BoundExpression expression) => ExpressionTree.MapColumns(expression, column => column with { Index = Places[column.Index] });

        public Arguments Write(Arguments expressions) => new(expressions.Select(Write));

        public SortKeys Write(SortKeys order) => new(order.Select(key => key with { Expression = Write(key.Expression) }));

        public AggregateCall Write(AggregateCall call) => PlanTraversal.Rewrite(call, part => part is ColumnExpression column ? column with { Index = Places[column.Index] } : null);
    }

    /// <summary>The plan without what its columns do not need.</summary>
    public static Plan Prune(Plan plan) => Exact(plan, Enumerable.Range(0, plan.Schema.Count)).Plan;

    private static SortedSet<int> Needed(IEnumerable<int> columns, params IEnumerable<BoundExpression?> expressions)
    {
        var needed = new SortedSet<int>(columns);
        foreach (var expression in expressions)
        {
            if (expression is not null) ExpressionTree.CollectColumns(expression, needed);
        }

        return needed;
    }

    /// <summary>The plan with these columns and no others, in this order; under the names that they had.</summary>
    private static Pruned Exact(Plan plan, IEnumerable<int> columns)
    {
        int[] wanted = [.. columns];
        // A row has one column at least.
        if (wanted.Length == 0 && plan.Schema.Count > 0) wanted = [Cheapest(plan)];
        var pruned = Prune(plan, [.. wanted]);
        bool same = pruned.Plan.Schema.Count == wanted.Length;
        for (int i = 0; i < wanted.Length && same; i++) same = pruned.Places[wanted[i]] == i;
        var places = new int[plan.Schema.Count];
        Array.Fill(places, -1);
        for (int i = 0; i < wanted.Length; i++) places[wanted[i]] = i;
        if (same) return pruned with { Places = places };
        var expressions = wanted.Select(column => (BoundExpression)new ColumnExpression(pruned.Places[column], plan.Schema[column].Type, plan.Schema[column].Name));
        return new Pruned(new ProjectPlan(pruned.Plan, new Arguments(expressions), new RowSchema(wanted.Select(column => plan.Schema[column]))), places);
    }

    private static Pruned Prune(Plan plan, SortedSet<int> needed)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (needed.Count == 0 && plan.Schema.Count > 0) needed = [Cheapest(plan)];
        return plan switch
        {
            ScanPlan scan => Kept(scan, needed, columns => scan with { Columns = [.. columns.Select(column => scan.Columns[column])], Schema = Schema(scan, columns) }),
            ValuesPlan values => Kept(values, needed, columns => new ValuesPlan([.. values.Rows.Select(row => new Arguments(columns.Select(column => row[column])))], Schema(values, columns))),
            FilterPlan filter => Through(filter, needed, [filter.Predicate], input => new FilterPlan(input.Plan, input.Write(filter.Predicate))),
            TimeFilterPlan filter => Through(filter, needed, [filter.From, filter.Until],
                input => new TimeFilterPlan(input.Plan, filter.From is null ? null : input.Write(filter.From), filter.Until is null ? null : input.Write(filter.Until))),
            SortPlan sort => Through(sort, needed, sort.Order.Select(key => key.Expression), input => new SortPlan(input.Plan, input.Write(sort.Order), sort.Offset, sort.Limit)),
            ProjectPlan project => Project(project, needed),
            JoinPlan join => Join(join, needed),
            LookupPlan lookup => Lookup(lookup, needed),
            AggregatePlan aggregate => Aggregate(aggregate, needed),
            ExpandPlan expand => Expand(expand, needed),
            UnionPlan union => Kept(union, needed, columns => new UnionPlan([.. union.Parts.Select(part => Exact(part, columns).Plan)], Schema(union, columns))),
            SetOperationPlan set => All(set, set with { Left = Prune(set.Left), Right = Prune(set.Right) }),
            TopPlan top => Top(top, needed),
            OverPlan over => Over(over, needed),
            WindowPlan window => Appended(window, needed, [window.Time, .. window.PartitionKeys],
                (input, schema) => window with { Input = input.Plan, Time = input.Write(window.Time), PartitionKeys = input.Write(window.PartitionKeys), Schema = schema }),
            UnnestPlan unnest => Appended(unnest, needed, [unnest.Array], (input, schema) => unnest with { Input = input.Plan, Array = input.Write(unnest.Array), Schema = schema }),
            _ => All(plan, plan),
        };
    }

    /// <summary>The column to keep when only the number of rows counts.</summary>
    private static int Cheapest(Plan plan) => Enumerable.Range(0, plan.Schema.Count).MinBy(column => (plan.Schema[column].Type.IsVariable ? 100 : 0) + plan.Schema[column].Type.SlotBytes);

    private static RowSchema Schema(Plan plan, IEnumerable<int> columns) => new(columns.Select(column => plan.Schema[column]));

    private static Pruned All(Plan before, Plan after) => new(after, [.. Enumerable.Range(0, before.Schema.Count)]);

    private static int[] PlacesOf(int count, IReadOnlyList<int> columns)
    {
        var places = new int[count];
        Array.Fill(places, -1);
        for (int i = 0; i < columns.Count; i++) places[columns[i]] = i;
        return places;
    }

    private static Pruned Kept(Plan plan, SortedSet<int> needed, Func<int[], Plan> rebuild)
    {
        int[] columns = [.. needed];
        return new Pruned(rebuild(columns), PlacesOf(plan.Schema.Count, columns));
    }

    private static Pruned Through(Plan plan, SortedSet<int> needed, IEnumerable<BoundExpression?> read, Func<Pruned, Plan> rebuild)
    {
        var input = Prune(plan.Inputs[0], Needed(needed, read));
        return input with { Plan = rebuild(input) };
    }

    private static Pruned Project(ProjectPlan project, SortedSet<int> needed) => Kept(project, needed, columns =>
    {
        var input = Prune(project.Input, Needed([], columns.Select(column => project.Expressions[column])));
        return new ProjectPlan(input.Plan, new Arguments(columns.Select(column => input.Write(project.Expressions[column]))), Schema(project, columns));
    });

    /// <summary>An input of a join, with the columns that are read of it. Joins one above the other are one operator, in whose middle nothing is kept, so nothing need be left out there.</summary>
    private static Pruned Side(Plan plan, SortedSet<int> needed) => plan is JoinPlan { Kind: JoinKind.Inner or JoinKind.Left or JoinKind.Right } ? Prune(plan, needed) : Exact(plan, needed);

    /// <summary>The two inputs of a join, and where their columns are.</summary>
    private static (Pruned Left, Pruned Right, BoundExpression? Residual, int[] Places) Sides(
        Plan left, Plan right, Arguments leftKeys, Arguments rightKeys, BoundExpression? residual, SortedSet<int> needed, int outputCount)
    {
        int count = left.Schema.Count;
        var read = Needed(needed, residual);
        var newLeft = Side(left, Needed(read.Where(column => column < count), leftKeys));
        var newRight = Side(right, Needed(read.Where(column => column >= count).Select(column => column - count), rightKeys));
        int newCount = newLeft.Plan.Schema.Count;
        int[] places = [.. newLeft.Places, .. newRight.Places.Select(place => place < 0 ? -1 : place + newCount)];
        var newResidual = residual is null ? null : ExpressionTree.MapColumns(residual, column => column with { Index = places[column.Index] });
        return (newLeft, newRight, newResidual, places[..outputCount]);
    }

    private static Pruned Join(JoinPlan join, SortedSet<int> needed)
    {
        var sides = Sides(join.Left, join.Right, join.LeftKeys, join.RightKeys, join.Residual, needed, join.Schema.Count);
        var plan = new JoinPlan(sides.Left.Plan, sides.Right.Plan, join.Kind, sides.Left.Write(join.LeftKeys), sides.Right.Write(join.RightKeys), sides.Residual,
            PlanSchemas.Join(sides.Left.Plan.Schema, sides.Right.Plan.Schema, join.Kind));
        return new Pruned(plan, sides.Places);
    }

    private static Pruned Lookup(LookupPlan lookup, SortedSet<int> needed)
    {
        var sides = Sides(lookup.Left, lookup.Right, lookup.LeftKeys, lookup.RightKeys, lookup.Residual, needed, lookup.Schema.Count);
        var plan = new LookupPlan(sides.Left.Plan, sides.Right.Plan, lookup.IsLeft, sides.Left.Write(lookup.LeftKeys), sides.Right.Write(lookup.RightKeys), sides.Residual,
            PlanSchemas.Join(sides.Left.Plan.Schema, sides.Right.Plan.Schema, lookup.IsLeft ? JoinKind.Left : JoinKind.Inner));
        return new Pruned(plan, sides.Places);
    }

    private static Pruned Aggregate(AggregatePlan aggregate, SortedSet<int> needed)
    {
        int count = aggregate.Keys.Count;
        int[] calls = [.. needed.Where(column => column >= count).Select(column => column - count)];
        // A group without calls is a DISTINCT, which it must not become where it has no keys.
        if (count == 0 && calls.Length == 0) calls = [0];
        var input = Prune(aggregate.Input, Needed([], [.. aggregate.Keys, .. calls.SelectMany(call => PlanTraversal.Expressions(aggregate.Calls[call]))]));
        int[] columns = [.. Enumerable.Range(0, count), .. calls.Select(call => call + count)];
        var plan = new AggregatePlan(input.Plan, input.Write(aggregate.Keys), [.. calls.Select(call => input.Write(aggregate.Calls[call]))], Schema(aggregate, columns));
        return new Pruned(plan, PlacesOf(aggregate.Schema.Count, columns));
    }

    private static Pruned Expand(ExpandPlan expand, SortedSet<int> needed) => Kept(expand, needed, columns =>
    {
        var input = Prune(expand.Input, Needed([], expand.Projections.SelectMany(projection => columns.Select(column => projection[column]))));
        return new ExpandPlan(input.Plan, [.. expand.Projections.Select(projection => new Arguments(columns.Select(column => input.Write(projection[column]))))], Schema(expand, columns));
    });

    private static Pruned Top(TopPlan top, SortedSet<int> needed)
    {
        int count = top.Input.Schema.Count;
        bool emitsRank = top.EmitsRank && needed.Contains(count);
        var input = Exact(top.Input, Needed(needed.Where(column => column < count), [.. top.PartitionKeys, .. top.Order.Select(key => key.Expression)]));
        int newCount = input.Plan.Schema.Count;
        var schema = emitsRank ? input.Plan.Schema.With(top.Schema[count]) : input.Plan.Schema;
        var plan = top with { Input = input.Plan, PartitionKeys = input.Write(top.PartitionKeys), Order = input.Write(top.Order), EmitsRank = emitsRank, Schema = schema };
        return new Pruned(plan, top.EmitsRank ? [.. input.Places, emitsRank ? newCount : -1] : input.Places);
    }

    private static Pruned Over(OverPlan over, SortedSet<int> needed)
    {
        int count = over.Input.Schema.Count;
        int[] calls = [.. needed.Where(column => column >= count).Select(column => column - count)];
        var own = needed.Where(column => column < count);
        int gone = over.Calls.Count;
        if (calls.Length == 0)
        {
            var only = Prune(over.Input, [.. own]);
            return only with { Places = [.. only.Places, .. Enumerable.Repeat(-1, gone)] };
        }

        var read = calls.SelectMany(call => over.Calls[call].Arguments.Concat(over.Calls[call].Aggregate is { } aggregate ? PlanTraversal.Expressions(aggregate) : []));
        var input = Exact(over.Input, Needed(own, [.. over.PartitionKeys, .. over.Order.Select(key => key.Expression), .. read]));
        int newCount = input.Plan.Schema.Count;
        var kept = calls.Select(call => over.Calls[call] with
        {
            Arguments = input.Write(over.Calls[call].Arguments),
            Aggregate = over.Calls[call].Aggregate is { } aggregate ? input.Write(aggregate) : null,
        }).ToList();
        var plan = new OverPlan(input.Plan, input.Write(over.PartitionKeys), input.Write(over.Order), kept, input.Plan.Schema.With(calls.Select(call => over.Schema[count + call])));
        int[] places = [.. input.Places, .. Enumerable.Range(0, gone).Select(call => Array.IndexOf(calls, call) is var place and >= 0 ? newCount + place : -1)];
        return new Pruned(plan, places);
    }

    /// <summary>A node that appends columns to its input's, all of which stay.</summary>
    private static Pruned Appended(Plan plan, SortedSet<int> needed, IEnumerable<BoundExpression> read, Func<Pruned, RowSchema, Plan> rebuild)
    {
        int count = plan.Inputs[0].Schema.Count;
        var input = Exact(plan.Inputs[0], Needed(needed.Where(column => column < count), read));
        int newCount = input.Plan.Schema.Count;
        var schema = input.Plan.Schema.With(plan.Schema.Columns.Skip(count));
        return new Pruned(rebuild(input, schema), [.. input.Places, .. Enumerable.Range(newCount, plan.Schema.Count - count)]);
    }
}
