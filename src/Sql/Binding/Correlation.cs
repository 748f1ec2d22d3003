using System.Runtime.CompilerServices;
using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;
using JoinKind = Orrery.Sql.Plans.JoinKind;

namespace Orrery.Sql.Binding;

/// <summary>
/// A subquery's plan without references to the query around it.
/// </summary>
/// <param name="Plan">The columns it had, then those that the conditions read.</param>
/// <param name="Conditions">What its rows and the outer row must fulfil together: over the plan's columns and <see cref="OuterExpression"/>s.</param>
/// <param name="IfMissing">
/// What the columns it had are for an outer row that meets no row of the plan: null for all but counts, which are 0. Null where a missing row is no row.
/// </param>
internal sealed record PulledPlan(Plan Plan, List<BoundExpression> Conditions, IReadOnlyList<BoundExpression>? IfMissing)
{
    public PulledPlan(Plan plan)
        : this(plan, [], null)
    {
    }
}

/// <summary>The query around a subquery.</summary>
internal interface IOuterQuery
{
    /// <summary>The different values that its rows have of some of its columns; where it costs less, of more rows than it has.</summary>
    Plan Values(IReadOnlyList<OuterExpression> columns, TextSpan span);
}

/// <summary>
/// Pulls the conditions on outer columns up through a subquery's plan, until they can be conditions of a join with the outer query. Through groups
/// an equality goes as one more key: the group of each outer value; other conditions bring the different outer values in, see <see cref="ByEquality"/>. What cannot be pulled is refused with its reason.
/// </summary>
internal static class Correlation
{
    public static bool IsCorrelated(Plan plan) => PlanTraversal.Nodes(plan).Any(node => PlanTraversal.Expressions(node).Any(ReadsOuter));

    public static bool ReadsOuter(BoundExpression expression) => ExpressionTree.Any(expression, part => part is OuterExpression);

    public static PulledPlan Pull(Plan plan, IOuterQuery outer, TextSpan span)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (!IsCorrelated(plan)) return new PulledPlan(plan);
        switch (plan)
        {
            case FilterPlan filter:
                return Filter(filter, outer, span);
            case ProjectPlan project:
                return Project(project, outer, span);
            case JoinPlan { Kind: JoinKind.Inner or JoinKind.Left } join:
                return Join(join, outer, span);
            case JoinPlan { Kind: JoinKind.Semi or JoinKind.Anti or JoinKind.NullAwareAnti } join:
                Refuse(join.LeftKeys.Concat(join.RightKeys).Append(join.Residual), "a subquery inside it reads a query two levels out", span);
                Refuse(IsCorrelated(join.Right), "a subquery inside it reads a query two levels out", span);
                var kept = Rows(Pull(join.Left, outer, span), span);
                return kept with { Plan = new JoinPlan(kept.Plan, join.Right, join.Kind, join.LeftKeys, join.RightKeys, Shifted(join.Residual, join.Left.Schema.Count, kept.Plan.Schema.Count), kept.Plan.Schema) };
            case AggregatePlan aggregate:
                return Aggregate(aggregate, outer, span);
            case TopPlan top:
                return Top(top, outer, span);
            case OverPlan over:
                return Over(over, outer, span);
            case WindowPlan window:
                Refuse([window.Time, .. window.PartitionKeys], "its window reads an outer column", span);
                return Behind(window, outer, span, (input, schema) => window with { Input = input, Schema = schema });
            case UnnestPlan unnest:
                Refuse([unnest.Array], "its UNNEST reads an array of the outer query; join the UNNEST in FROM of that query", span);
                return Behind(unnest, outer, span, (input, schema) => unnest with { Input = input, Schema = schema });
            case TimeFilterPlan filter:
                Refuse([filter.From, filter.Until], "its condition on NOW() reads an outer column", span);
                var timed = Rows(Pull(filter.Input, outer, span), span);
                return timed with { Plan = new TimeFilterPlan(timed.Plan, filter.From, filter.Until) };
            case UnionPlan union:
                return Union(union, outer, span);
            default:
                string what = plan switch
                {
                    JoinPlan => "the outer column is read inside an outer join's right side",
                    ValuesPlan => "its VALUES read an outer column; use CASE, GREATEST or LEAST of the columns",
                    SetOperationPlan => "the outer column is read inside INTERSECT or EXCEPT",
                    ExpandPlan => "the outer column is read under GROUPING SETS",
                    _ => "the outer column is read where it cannot be a condition of a join",
                };
                throw Refused(what, span);
        }
    }

    private static SqlBindingException Refused(string reason, TextSpan span) =>
        new($"This subquery cannot be made a join: {reason}. Write it as a join with a GROUP BY.", span);

    private static void Refuse(IEnumerable<BoundExpression?> expressions, string reason, TextSpan span) =>
        Refuse(expressions.Any(expression => expression is not null && ReadsOuter(expression)), reason, span);

    private static void Refuse(bool isRefused, string reason, TextSpan span)
    {
        if (isRefused) throw Refused(reason, span);
    }

    /// <summary>A plan of which a missing row is no row; counts over no rows cannot be joined further.</summary>
    private static PulledPlan Rows(PulledPlan pulled, TextSpan span)
    {
        Refuse(pulled.IfMissing is not null, "it goes on from an aggregate over the rows of the outer row, which is there over no rows too", span);
        return pulled;
    }

    private static BoundExpression? Shifted(BoundExpression? expression, int count, int newCount) =>
        expression is null ? null : ExpressionTree.MapColumns(expression, column => column.Index < count ? column : column with { Index = column.Index + newCount - count });

    private static PulledPlan Filter(FilterPlan filter, IOuterQuery outer, TextSpan span)
    {
        var pulled = Pull(filter.Input, outer, span);
        var conjuncts = ExpressionTree.Conjuncts(filter.Predicate);
        Refuse(pulled.IfMissing is not null, "HAVING of an aggregate over the rows of the outer row; compare the value outside the subquery", span);
        var own = conjuncts.Where(conjunct => !ReadsOuter(conjunct)).ToList();
        return pulled with { Plan = BindingSession.Filter(pulled.Plan, own), Conditions = [.. pulled.Conditions, .. conjuncts.Where(ReadsOuter)] };
    }

    private static PulledPlan Project(ProjectPlan project, IOuterQuery outer, TextSpan span)
    {
        var pulled = Pull(project.Input, outer, span);
        var expressions = project.Expressions.Select(expression => Substituted(expression, pulled.Conditions)).ToList();
        var names = project.Schema.Columns.Select(column => column.Name).ToList();
        int count = expressions.Count;
        Refuse(expressions, "it computes with an outer column; only conditions of its WHERE and ON may read one", span);
        var conditions = Carried(pulled.Conditions, pulled.Plan.Schema, expressions, names);
        var missing = pulled.IfMissing is null ? null : project.Expressions.Take(count).Select(expression =>
            Compilation.ConstantFolder.Fold(ExpressionTree.MapColumns(Substituted(expression, pulled.Conditions), column => column.Index < pulled.IfMissing.Count ? pulled.IfMissing[column.Index] : new ConstantExpression(null, column.Type.Nullable())))).ToList();
        return new PulledPlan(BindingSession.Project(pulled.Plan, expressions, names), conditions, missing);
    }

    /// <summary>Adds the columns that the conditions read to a projection, and writes the conditions over what it gives.</summary>
    private static List<BoundExpression> Carried(List<BoundExpression> conditions, RowSchema schema, List<BoundExpression> expressions, List<string> names)
    {
        var places = new Dictionary<int, int>();
        for (int i = 0; i < expressions.Count; i++)
        {
            if (expressions[i] is ColumnExpression column) places.TryAdd(column.Index, i);
        }

        return [.. conditions.Select(condition => ExpressionTree.MapColumns(condition, column =>
        {
            if (!places.TryGetValue(column.Index, out int place))
            {
                places[column.Index] = place = expressions.Count;
                expressions.Add(schema.Column(column.Index));
                names.Add(column.Name);
            }

            return column with { Index = place };
        }))];
    }

    /// <summary>An outer column that equals an inner expression by the conditions is written as that expression.</summary>
    private static BoundExpression Substituted(BoundExpression expression, List<BoundExpression> conditions)
    {
        if (!ReadsOuter(expression)) return expression;
        var written = ExpressionTree.Rewrite(expression, part =>
        {
            if (part is not OuterExpression) return null;
            foreach (var condition in conditions)
            {
                bool isExact = Equality(condition) is { } same && same.Outer.Equals(part) && TypeCoercion.IsImplicit(same.Inner.Type, part.Type);
                if (isExact) return TypeCoercion.Cast(Equality(condition)!.Value.Inner, part.Type);
            }

            return null;
        });
        return Nullability.Renew(written);
    }

    /// <summary>A condition of the form outer = inner, each side from one side alone; null for others.</summary>
    public static (BoundExpression Outer, BoundExpression Inner)? Equality(BoundExpression condition)
    {
        if (condition is not CallExpression { Function.Name: "=", Arguments: [var one, var other] }) return null;
        if (IsOuter(one) && IsInner(other)) return (one, other);
        return IsOuter(other) && IsInner(one) ? (other, one) : null;
        static bool IsOuter(BoundExpression expression) => ReadsOuter(expression) && !ExpressionTree.Any(expression, part => part is ColumnExpression);
        static bool IsInner(BoundExpression expression) => !ReadsOuter(expression) && ExpressionTree.Any(expression, part => part is ColumnExpression);
    }

    private static PulledPlan Join(JoinPlan join, IOuterQuery outer, TextSpan span)
    {
        Refuse(join.LeftKeys.Concat(join.RightKeys), "a key of a join reads an outer column", span);
        Refuse(join.Kind == JoinKind.Left && (IsCorrelated(join.Right) || (join.Residual is not null && ReadsOuter(join.Residual))), "the outer column is read in ON or on the right of a LEFT JOIN", span);
        var left = Rows(Pull(join.Left, outer, span), span);
        var right = Rows(Pull(join.Right, outer, span), span);
        int leftCount = join.Left.Schema.Count;
        int rightCount = join.Right.Schema.Count;
        int newLeftCount = left.Plan.Schema.Count;
        // Left columns stay, right ones move behind the columns that the left side brought along.
        BoundExpression Moved(BoundExpression expression) => ExpressionTree.MapColumns(expression, column => column.Index < leftCount ? column : column with { Index = column.Index - leftCount + newLeftCount });
        var residual = ExpressionTree.Conjuncts(join.Residual);
        var conditions = new List<BoundExpression>(left.Conditions);
        conditions.AddRange(right.Conditions.Select(condition => ExpressionTree.Shift(condition, newLeftCount)));
        conditions.AddRange(residual.Where(ReadsOuter).Select(Moved));
        var own = BindingSession.And([.. residual.Where(conjunct => !ReadsOuter(conjunct)).Select(Moved)]);
        var plan = new JoinPlan(left.Plan, right.Plan, join.Kind, join.LeftKeys, join.RightKeys, own, PlanSchemas.Join(left.Plan.Schema, right.Plan.Schema, join.Kind));
        return Reordered(plan, conditions, [.. Enumerable.Range(0, leftCount), .. Enumerable.Range(newLeftCount, rightCount)]);
    }

    /// <summary>The plan with these columns first and those behind them that the conditions read.</summary>
    private static PulledPlan Reordered(Plan plan, List<BoundExpression> conditions, IReadOnlyList<int> first)
    {
        var expressions = first.Select(column => (BoundExpression)plan.Schema.Column(column)).ToList();
        var names = first.Select(column => plan.Schema[column].Name).ToList();
        var carried = Carried(conditions, plan.Schema, expressions, names);
        return new PulledPlan(BindingSession.Project(plan, expressions, names), carried, null);
    }

    /// <summary>A node that appends columns to its input's.</summary>
    private static PulledPlan Behind(Plan node, IOuterQuery outer, TextSpan span, Func<Plan, RowSchema, Plan> rebuild)
    {
        var input = node.Inputs[0];
        var pulled = Rows(Pull(input, outer, span), span);
        int count = input.Schema.Count;
        int newCount = pulled.Plan.Schema.Count;
        var appended = node.Schema.Columns.Skip(count).ToList();
        var plan = rebuild(pulled.Plan, pulled.Plan.Schema.With(appended));
        return Reordered(plan, pulled.Conditions, [.. Enumerable.Range(0, count), .. Enumerable.Range(newCount, appended.Count)]);
    }

    private static PulledPlan Aggregate(AggregatePlan aggregate, IOuterQuery outer, TextSpan span)
    {
        Refuse([.. aggregate.Keys, .. aggregate.Calls.SelectMany(PlanTraversal.Expressions)], "its groups or aggregates read an outer column; only conditions of its WHERE and ON may", span);
        var pulled = ByEquality(Rows(Pull(aggregate.Input, outer, span), span), outer, "an aggregate over rows that are not met by equality alone", span);
        var keys = aggregate.Keys.ToList();
        int count = keys.Count;
        var conditions = Keyed(pulled, keys, "an aggregate over rows that are not met by equality alone", span);
        int extra = keys.Count - count;
        var keyColumns = keys.Select((key, index) => index < count ? aggregate.Schema[index] : new RowColumn("key", key.Type));
        var plan = new AggregatePlan(pulled.Plan, new Arguments(keys), aggregate.Calls, new RowSchema([.. keyColumns, .. aggregate.Schema.Columns.Skip(count)]));
        var reordered = Reordered(plan, conditions, [.. Enumerable.Range(0, count), .. Enumerable.Range(count + extra, aggregate.Calls.Count)]);
        if (count > 0) return reordered;
        return reordered with { IfMissing = [.. aggregate.Calls.Select(call => (BoundExpression)new ConstantExpression(call.Function == AggregateFunction.Count ? 0L : null, call.Type))] };
    }

    /// <summary>
    /// The plan met by equalities alone: where it is not, its rows are joined with the different values that the outer query has of the columns that the conditions read, and met by those values.
    /// </summary>
    public static PulledPlan ByEquality(PulledPlan pulled, IOuterQuery outer, string reason, TextSpan span)
    {
        if (pulled.Conditions.All(condition => Equality(condition) is not null)) return pulled;
        var outers = new List<OuterExpression>();
        foreach (var condition in pulled.Conditions)
        {
            ExpressionTree.Any(condition, part =>
            {
                if (part is OuterExpression read && !outers.Contains(read)) outers.Add(read);
                return false;
            });
        }

        Refuse(outers.Any(read => read.Level > 1), reason + ", and they are those of a query two levels out", span);
        int count = outers.Count;
        var conditions = pulled.Conditions.Select(condition => ExpressionTree.Rewrite(condition, part => part switch
        {
            ColumnExpression column => column with { Index = column.Index + count },
            OuterExpression read => new ColumnExpression(outers.IndexOf(read), read.Type, read.Name),
            _ => null,
        })).ToList();
        // A null equals no value: it may not meet rows by these conditions either.
        for (int i = 0; i < count; i++)
        {
            int place = i;
            bool isMet = outers[i].Type.IsNullable && !conditions.Any(condition => Simplification.NullRejection.Rejects(condition, column => column == place));
            Refuse(isMet, $"{reason}, and where {outers[i].Name} is null its conditions may hold", span);
        }

        var values = outer.Values(outers, span);
        var join = new JoinPlan(values, pulled.Plan, JoinKind.Inner, Arguments.None, Arguments.None, BindingSession.And(conditions), PlanSchemas.Join(values.Schema, pulled.Plan.Schema, JoinKind.Inner));
        int[] places = [.. Enumerable.Range(count, pulled.Plan.Schema.Count), .. Enumerable.Range(0, count)];
        var plan = BindingSession.Project(join, [.. places.Select(join.Schema.Column)], places.Select(place => join.Schema[place].Name));
        return new PulledPlan(plan, [.. outers.Select((read, index) => BindingSession.Call(span, "=", read, plan.Schema.Column(pulled.Plan.Schema.Count + index)))], null);
    }

    /// <summary>Appends the inner sides of the conditions, which must be equalities, to keys; the conditions over the keys' places.</summary>
    private static List<BoundExpression> Keyed(PulledPlan pulled, List<BoundExpression> keys, string reason, TextSpan span)
    {
        var conditions = new List<BoundExpression>();
        foreach (var condition in pulled.Conditions)
        {
            if (Equality(condition) is not { } equality) throw Refused(reason, span);
            int place = keys.IndexOf(equality.Inner);
            if (place < 0)
            {
                place = keys.Count;
                keys.Add(equality.Inner);
            }

            conditions.Add(BindingSession.Call(span, "=", equality.Outer, new ColumnExpression(place, equality.Inner.Type, "key")));
        }

        return conditions;
    }

    private static PulledPlan Top(TopPlan top, IOuterQuery outer, TextSpan span)
    {
        Refuse([.. top.PartitionKeys, .. top.Order.Select(key => key.Expression)], "its ORDER BY or LIMIT reads an outer column", span);
        var pulled = ByEquality(Rows(Pull(top.Input, outer, span), span), outer, "ORDER BY ... LIMIT over rows that are not met by equality alone", span);
        var keys = top.PartitionKeys.ToList();
        Keyed(pulled, keys, "ORDER BY ... LIMIT over rows that are not met by equality alone", span);
        int count = top.Input.Schema.Count;
        var schema = top.EmitsRank ? pulled.Plan.Schema.With(top.Schema[count]) : pulled.Plan.Schema;
        var plan = top with { Input = pulled.Plan, PartitionKeys = new Arguments(keys), Schema = schema };
        if (!top.EmitsRank) return new PulledPlan(plan, pulled.Conditions, null);
        return Reordered(plan, pulled.Conditions, [.. Enumerable.Range(0, count), pulled.Plan.Schema.Count]);
    }

    private static PulledPlan Over(OverPlan over, IOuterQuery outer, TextSpan span)
    {
        Refuse([.. PlanTraversal.Expressions(over)], "a window function reads an outer column", span);
        return Behind(over, outer, span, (input, schema) =>
        {
            var keys = over.PartitionKeys.ToList();
            Keyed(Pull(over.Input, outer, span), keys, "a window function over rows that are not met by equality alone", span);
            return over with { Input = input, PartitionKeys = new Arguments(keys), Schema = schema };
        });
    }

    /// <summary>Each part must be met by the same equalities; their inner sides become columns of the union.</summary>
    private static PulledPlan Union(UnionPlan union, IOuterQuery outer, TextSpan span)
    {
        const string reason = "the parts of its UNION meet the outer query by different conditions";
        var outers = new List<BoundExpression>();
        var parts = new List<Plan>();
        int count = union.Schema.Count;
        foreach (var part in union.Parts)
        {
            var pulled = Rows(Pull(part, outer, span), span);
            var expressions = pulled.Plan.Schema.AllColumns().Take(count).ToList();
            var equalities = pulled.Conditions.Select(condition => Equality(condition) ?? throw Refused(reason, span)).ToList();
            if (parts.Count == 0) outers.AddRange(equalities.Select(equality => equality.Outer));
            if (equalities.Count != outers.Count) throw Refused(reason, span);
            foreach (var read in outers)
            {
                int place = equalities.FindIndex(equality => equality.Outer.Equals(read));
                if (place < 0) throw Refused(reason, span);
                expressions.Add(equalities[place].Inner);
            }

            parts.Add(BindingSession.Project(pulled.Plan, expressions, expressions.Select((expression, index) => index < count ? union.Schema[index].Name : "key")));
        }

        var columns = union.Schema.Columns.Concat(Enumerable.Range(count, outers.Count).Select(place =>
            new RowColumn("key", parts[0].Schema[place].Type.Nullable(parts.Any(part => part.Schema[place].Type.IsNullable)))));
        var schema = new RowSchema(columns);
        for (int i = 0; i < outers.Count; i++)
        {
            if (parts.Any(part => part.Schema[count + i].Type.Nullable() != schema[count + i].Type.Nullable())) throw Refused(reason, span);
        }

        var plan = new UnionPlan([.. parts.Select(part => QueryBinder.Cast(part, schema))], schema);
        return new PulledPlan(plan, [.. outers.Select((read, index) => BindingSession.Call(span, "=", read, schema.Column(count + index)))], null);
    }
}
