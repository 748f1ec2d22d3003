using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;
using JoinKind = Orrery.Sql.Plans.JoinKind;

namespace Orrery.Sql.Binding;

/// <summary>
/// Applies conditions and computes subqueries over a plan. The plan grows at its end: columns that were there keep their places.
/// A condition that is EXISTS or IN becomes a semi- or an anti-join; any other subquery becomes a LEFT JOIN that brings its value as a column.
/// </summary>
internal sealed class ConditionBinder(BindingSession session, Plan plan) : IOuterQuery
{
    private readonly List<(Plan Subquery, int Column, IReadOnlyList<BoundExpression>? Values)> _joined = [];

    // The rows that came, less those that conditions without subqueries drop: subqueries read their values, so that one is not computed for the next.
    private Plan _values = plan;

    public Plan Plan { get; private set; } = plan;

    Plan IOuterQuery.Values(IReadOnlyList<OuterExpression> columns, TextSpan span)
    {
        var rows = session.Used(columns.All(column => column.Index < _values.Schema.Count) ? _values : Plan, span);
        session.Joins.Add(span);
        return new AggregatePlan(rows, new Arguments(columns.Select(column => rows.Schema.Column(column.Index))), [], new RowSchema(columns.Select(column => rows.Schema[column.Index])));
    }

    /// <summary>Keeps the rows for which the condition holds.</summary>
    public void Apply(BoundExpression condition, TextSpan span)
    {
        foreach (var conjunct in ExpressionTree.Conjuncts(condition))
        {
            if (conjunct is SubqueryExpression { Kind: SubqueryKind.Exists or SubqueryKind.In } subquery && TryMatch(subquery)) continue;
            var value = Value(conjunct);
            if (ExpressionTree.ReadsClock(value))
            {
                Plan = TimeFilters.Apply(Plan, value, session.IsLive, span);
                continue;
            }

            Plan = new FilterPlan(Plan, value);
            if (ExpressionTree.AllColumns(value, column => column < _values.Schema.Count) && !ExpressionTree.Any(conjunct, static part => part is SubqueryExpression)) _values = new FilterPlan(_values, value);
        }
    }

    /// <summary>The expression with each subquery in it replaced by a column that the plan now has.</summary>
    public BoundExpression Value(BoundExpression expression) => ExpressionTree.Rewrite(expression, part => part is not SubqueryExpression subquery ? null : subquery.Kind switch
    {
        SubqueryKind.Scalar => Scalar(subquery),
        SubqueryKind.Exists => Exists(subquery),
        _ => In(subquery),
    });

    /// <summary>LATERAL: the rows of the subquery for each row.</summary>
    /// <param name="condition">Of ON, over both; null: none.</param>
    public Plan Lateral(Plan subquery, bool isLeft, BoundExpression? condition, TextSpan span)
    {
        var pulled = Correlation.Pull(subquery, this, span);
        int leftCount = Plan.Schema.Count;
        if (pulled.IfMissing is not null) return LateralValue(pulled, condition, span);
        var conditions = pulled.Conditions.Select(Inside).Concat(ExpressionTree.Conjuncts(condition)).ToList();
        var kind = isLeft ? JoinKind.Left : JoinKind.Inner;
        var join = new JoinPlan(Plan, pulled.Plan, kind, Arguments.None, Arguments.None, BindingSession.And(conditions), PlanSchemas.Join(Plan.Schema, pulled.Plan.Schema, kind));
        int visible = leftCount + subquery.Schema.Count;
        return visible == join.Schema.Count ? join : BindingSession.Project(join, [.. join.Schema.AllColumns().Take(visible)], join.Schema.Columns.Take(visible).Select(column => column.Name));
    }

    /// <summary>LATERAL of an aggregate without GROUP BY: exactly one row for each row.</summary>
    private Plan LateralValue(PulledPlan pulled, BoundExpression? condition, TextSpan span)
    {
        if (condition is not null and not ConstantExpression { Value: true }) throw new SqlBindingException("An aggregate of LATERAL is joined ON TRUE; write the condition into WHERE.", span);
        int leftCount = Plan.Schema.Count;
        var names = pulled.Plan.Schema.Columns.Take(pulled.IfMissing!.Count).Select(column => column.Name);
        var values = LeftJoin(pulled);
        var expressions = Plan.Schema.AllColumns().Take(leftCount).Concat(values).ToList();
        return BindingSession.Project(Plan, expressions, [.. Plan.Schema.Columns.Take(leftCount).Select(column => column.Name), .. names]);
    }

    /// <summary>A condition of a pulled plan over this plan's columns followed by the pulled one's; columns of queries further out come one level nearer.</summary>
    private BoundExpression Inside(BoundExpression condition)
    {
        int count = Plan.Schema.Count;
        return ExpressionTree.Rewrite(condition, part => part switch
        {
            ColumnExpression column => column with { Index = column.Index + count },
            OuterExpression { Level: 1 } outer => new ColumnExpression(outer.Index, outer.Type, outer.Name),
            OuterExpression outer => outer with { Level = outer.Level - 1 },
            _ => null,
        });
    }

    /// <summary>Joins a pulled plan that has at most one row for each row; its first columns' values, with what they are where it has none.</summary>
    private List<BoundExpression> LeftJoin(PulledPlan pulled)
    {
        int start = Plan.Schema.Count;
        var right = pulled.Plan;
        int marker = right.Schema.Count;
        if (pulled.IfMissing is not null)
        {
            var expressions = right.Schema.AllColumns().Append(Literals.Boolean(true)).ToList();
            right = BindingSession.Project(right, expressions, [.. right.Schema.Columns.Select(column => column.Name), "found"]);
        }

        var kind = pulled.Conditions.Count == 0 && PlanFacts.HasOneRow(right) ? JoinKind.Inner : JoinKind.Left;
        var condition = BindingSession.And([.. pulled.Conditions.Select(Inside)]);
        Plan = new JoinPlan(Plan, right, kind, Arguments.None, Arguments.None, condition, PlanSchemas.Join(Plan.Schema, right.Schema, kind));
        if (pulled.IfMissing is null) return [.. Enumerable.Range(start, right.Schema.Count).Select(Plan.Schema.Column)];
        var isMissing = FunctionCatalog.Resolve("IS NULL", [Plan.Schema.Column(start + marker)]);
        return [.. pulled.IfMissing.Select((missing, index) => missing is ConstantExpression { Value: null }
            ? Plan.Schema.Column(start + index)
            : ExpressionBinder.CaseOf([isMissing], [missing], Plan.Schema.Column(start + index), default))];
    }

    private BoundExpression Scalar(SubqueryExpression subquery)
    {
        foreach (var known in _joined)
        {
            if (ReferenceEquals(known.Subquery, subquery.Plan)) return known.Values![subquery.Column];
        }

        var pulled = Correlation.Pull(subquery.Plan, this, subquery.Span);
        if (pulled.IfMissing is null && !IsSingle(pulled)) pulled = Single(ByEquality(pulled, SeveralRows, subquery), subquery);
        var values = LeftJoin(pulled);
        _joined.Add((subquery.Plan, 0, values));
        return values[subquery.Column];
    }

    /// <summary>Whether it is known to have no more than one row for each outer row.</summary>
    private static bool IsSingle(PulledPlan pulled)
    {
        var met = pulled.Conditions.Select(Correlation.Equality).Where(equality => equality is { Inner: ColumnExpression }).Select(equality => ((ColumnExpression)equality!.Value.Inner).Index).ToHashSet();
        return PlanFacts.UniqueKeys(pulled.Plan).Any(key => key.IsSubsetOf(met));
    }

    /// <summary>A value of each group that the outer row meets, which fails where it has more than one row.</summary>
    private static PulledPlan Single(PulledPlan pulled, SubqueryExpression subquery)
    {
        var keys = new List<BoundExpression>();
        foreach (var condition in pulled.Conditions)
        {
            keys.Add(Correlation.Equality(condition)!.Value.Inner);
        }

        var calls = new List<AggregateCall>();
        for (int i = 0; i < subquery.Plan.Schema.Count; i++)
        {
            var column = pulled.Plan.Schema.Column(i);
            calls.Add(new AggregateCall(AggregateFunction.Single, new Arguments([column]), false, null, SortKeys.None, column.Type.Nullable(), column.Name));
        }

        var schema = new RowSchema([.. keys.Select(key => new RowColumn("key", key.Type)), .. calls.Select(call => new RowColumn(call.Name, call.Type))]);
        var aggregate = new AggregatePlan(pulled.Plan, new Arguments(keys), calls, schema);
        var expressions = Enumerable.Range(keys.Count, calls.Count).Concat(Enumerable.Range(0, keys.Count)).Select(place => (BoundExpression)schema.Column(place)).ToList();
        var plan = BindingSession.Project(aggregate, expressions, expressions.Select(expression => ((ColumnExpression)expression).Name));
        var conditions = pulled.Conditions.Select((condition, index) => BindingSession.Call(subquery.Span, "=", Correlation.Equality(condition)!.Value.Outer, plan.Schema.Column(calls.Count + index)));
        return new PulledPlan(plan, [.. conditions], null);
    }

    /// <summary>EXISTS or IN as a condition of its own.</summary>
    private bool TryMatch(SubqueryExpression subquery)
    {
        var operands = subquery.Operands.Select(Value).ToList();
        var pulled = Correlation.Pull(subquery.Plan, this, subquery.Span);
        if (pulled.IfMissing is not null)
        {
            // An aggregate without GROUP BY is always one row.
            if (subquery.Kind == SubqueryKind.Exists)
            {
                if (subquery.IsNegated) Plan = new FilterPlan(Plan, Literals.Boolean(false));
                return true;
            }

            return false;
        }

        var conditions = pulled.Conditions.Select(Inside).ToList();
        int count = Plan.Schema.Count;
        var columns = operands.Select((_, index) => pulled.Plan.Schema.Column(index)).ToList();
        bool isNullable = operands.Concat(columns).Any(each => each.Type.IsNullable);
        if (subquery is { Kind: SubqueryKind.In, IsNegated: true } && isNullable)
        {
            if (operands.Count > 1)
                throw new SqlBindingException("NOT IN of a row whose columns may be null is not supported; write NOT EXISTS with the equalities, or declare the columns NOT NULL.", subquery.Span);
            var keys = EqualKeys.Extract(conditions, count);
            if (keys.Rest.Any(IsOfBoth))
            {
                pulled = ByEquality(pulled, "NOT IN of a value that may be null, over rows that are not met by equality alone", subquery);
                keys = EqualKeys.Extract([.. pulled.Conditions.Select(Inside)], count);
                if (keys.Rest.Any(IsOfBoth)) throw new SqlBindingException("NOT IN of a value that may be null is met by columns of the query just outside alone; write NOT EXISTS, or declare the column NOT NULL.", subquery.Span);
            }

            bool IsOfBoth(BoundExpression rest) => !ExpressionTree.AllColumns(rest, column => column >= count) || Correlation.ReadsOuter(rest);
            var right = BindingSession.Filter(pulled.Plan, [.. keys.Rest.Select(rest => ExpressionTree.Shift(rest, -count))]);
            Plan = new JoinPlan(Plan, right, JoinKind.NullAwareAnti, new Arguments([.. keys.Left, operands[0]]), new Arguments([.. keys.Right, columns[0]]), null, Plan.Schema);
            return true;
        }

        var matches = operands.Select((operand, index) => BindingSession.Call(subquery.Span, "=", operand, ExpressionTree.Shift(columns[index], count)));
        var all = conditions.Concat(matches).ToList();
        var partner = pulled.Plan;
        if (all.Count == 0)
        {
            // Whether there are rows at all is one row.
            var rows = Count(partner);
            partner = new FilterPlan(rows, FunctionCatalog.Resolve(">", [rows.Schema.Column(0), Literals.BigInt(0)]));
        }

        session.Joins.Add(subquery.Span);
        Plan = new JoinPlan(Plan, partner, subquery.IsNegated ? JoinKind.Anti : JoinKind.Semi, Arguments.None, Arguments.None, BindingSession.And(all), Plan.Schema);
        return true;
    }

    private static AggregatePlan Count(Plan plan)
    {
        var type = SqlType.BigInt.Nullable(false);
        return new AggregatePlan(plan, Arguments.None, [new AggregateCall(AggregateFunction.Count, Arguments.None, false, null, SortKeys.None, type, "rows")], new RowSchema([new RowColumn("rows", type)]));
    }

    /// <summary>EXISTS as a value: whether the outer row meets a group.</summary>
    private BoundExpression Exists(SubqueryExpression subquery)
    {
        var pulled = Correlation.Pull(subquery.Plan, this, subquery.Span);
        BoundExpression exists;
        if (pulled.IfMissing is not null) exists = Literals.Boolean(true);
        else if (pulled.Conditions.Count == 0)
        {
            int column = LeftJoin(new PulledPlan(Count(pulled.Plan))) is [ColumnExpression count, ..] ? count.Index : 0;
            exists = FunctionCatalog.Resolve(">", [Plan.Schema.Column(column), Literals.BigInt(0)]);
        }
        else exists = FunctionCatalog.Resolve("IS NOT NULL", [Found(Groups(ByEquality(pulled, AsValue, subquery), [], subquery))]);

        return subquery.IsNegated ? FunctionCatalog.Resolve("NOT", [exists]) : exists;
    }

    /// <summary>IN as a value, three-valued: found, or unknown for a null on either side, or not found; false over no rows.</summary>
    private BoundExpression In(SubqueryExpression subquery)
    {
        var operands = subquery.Operands.Select(Value).ToList();
        var pulled = Correlation.Pull(subquery.Plan, this, subquery.Span);
        if (pulled.IfMissing is not null) throw new SqlBindingException("IN over an aggregate of the outer row's rows is not supported as a value; compare by = with the subquery.", subquery.Span);
        var columns = operands.Select((_, index) => pulled.Plan.Schema.Column(index)).ToList();
        var found = FunctionCatalog.Resolve("IS NOT NULL", [Found(Groups(ByEquality(pulled, AsValue, subquery), operands, subquery))]);
        BoundExpression result = found;
        if (operands.Concat(columns).Any(each => each.Type.IsNullable))
        {
            if (operands.Count > 1) throw new SqlBindingException("IN of a row whose columns may be null is not supported as a value; declare the columns NOT NULL.", subquery.Span);
            var count = SqlType.BigInt.Nullable(false);
            var counts = new SubqueryExpression(SubqueryKind.Scalar, new AggregatePlan(subquery.Plan, Arguments.None, [
                new AggregateCall(AggregateFunction.Count, Arguments.None, false, null, SortKeys.None, count, "rows"),
                new AggregateCall(AggregateFunction.Count, new Arguments([columns[0]]), false, null, SortKeys.None, count, "values")],
                new RowSchema([new RowColumn("rows", count), new RowColumn("values", count)])), Arguments.None, false, 0, subquery.Span, count);
            var rows = Scalar(counts);
            var values = Scalar(counts with { Column = 1 });
            var unknown = new ConstantExpression(null, SqlType.Boolean);
            var operandIsNull = FunctionCatalog.Resolve("IS NULL", [operands[0]]);
            result = ExpressionBinder.CaseOf(
                [found, FunctionCatalog.Resolve("=", [rows, Literals.BigInt(0)]), FunctionCatalog.Resolve("OR", [operandIsNull, FunctionCatalog.Resolve("<", [values, rows])])],
                [Literals.Boolean(true), Literals.Boolean(false), unknown],
                Literals.Boolean(false),
                subquery.Span);
        }

        return subquery.IsNegated ? FunctionCatalog.Resolve("NOT", [result]) : result;
    }

    /// <summary>The groups of a pulled plan by what it is met by, with a mark.</summary>
    private static PulledPlan Groups(PulledPlan pulled, List<BoundExpression> operands, SubqueryExpression subquery)
    {
        var outers = new List<BoundExpression>();
        var keys = new List<BoundExpression>();
        foreach (var condition in pulled.Conditions)
        {
            var equality = Correlation.Equality(condition)!.Value;
            outers.Add(equality.Outer);
            keys.Add(equality.Inner);
        }

        for (int i = 0; i < operands.Count; i++)
        {
            keys.Add(pulled.Plan.Schema.Column(i));
            outers.Add(ExpressionTree.MapColumns(operands[i], column => new OuterExpression(1, column.Index, column.Type, column.Name)));
        }

        var distinct = new AggregatePlan(pulled.Plan, new Arguments(keys), [], new RowSchema(keys.Select(key => new RowColumn("key", key.Type))));
        var marked = BindingSession.Project(distinct, [Literals.Boolean(true), .. distinct.Schema.AllColumns()], ["found", .. distinct.Schema.Columns.Select(column => column.Name)]);
        var conditions = outers.Select((outer, index) => BindingSession.Call(subquery.Span, "=", outer, marked.Schema.Column(index + 1)));
        return new PulledPlan(marked, [.. conditions], null);
    }

    private const string SeveralRows = "it stands for one value and may have several rows, which are not met by equality alone";
    private const string AsValue = "EXISTS or IN under OR, NOT or in a select list over rows that are not met by equality alone";

    private PulledPlan ByEquality(PulledPlan pulled, string reason, SubqueryExpression subquery) => Correlation.ByEquality(pulled, this, reason, subquery.Span);

    private BoundExpression Found(PulledPlan groups) => LeftJoin(groups)[0];
}
