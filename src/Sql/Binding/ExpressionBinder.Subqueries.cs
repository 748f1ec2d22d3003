using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

internal sealed partial class ExpressionBinder
{
    private Plan Subquery(QuerySyntax query, TextSpan span)
    {
        if (_insideAggregate || _insideOver || !rules.Subqueries)
            throw new SqlBindingException($"A subquery cannot stand in {(_insideAggregate ? "an aggregate" : _insideOver ? "OVER" : rules.Clause)}; join it in FROM.", span);
        return new QueryBinder(session, scope, tables).Bind(query);
    }

    private SubqueryExpression Scalar(QuerySyntax query, TextSpan span)
    {
        var plan = Subquery(query, span);
        if (plan.Schema.Count != 1) throw new SqlBindingException($"A subquery that stands for a value has one column; this has {plan.Schema.Count}: {string.Join(", ", plan.Schema.Columns.Select(column => column.Name))}.", span);
        return new SubqueryExpression(SubqueryKind.Scalar, plan, Arguments.None, false, 0, span, plan.Schema[0].Type.Nullable());
    }

    private SubqueryExpression Exists(ExistsSyntax syntax) =>
        new(SubqueryKind.Exists, Subquery(syntax.Query, syntax.Span), Arguments.None, false, 0, syntax.Span, SqlType.Boolean.Nullable(false));

    private SubqueryExpression InQuery(InQuerySyntax syntax)
    {
        var operands = syntax.Operand is RowSyntax row ? row.Items.Select(Bind).ToList() : [Bind(syntax.Operand)];
        return In(operands, Subquery(syntax.Query, syntax.Query.Span), syntax.Negated, syntax.Span);
    }

    private static SubqueryExpression In(List<BoundExpression> operands, Plan plan, bool isNegated, TextSpan span)
    {
        if (plan.Schema.Count != operands.Count) throw new SqlBindingException($"IN compares {operands.Count} values with a query of {plan.Schema.Count} columns.", span);
        var columns = plan.Schema.AllColumns().ToList();
        for (int i = 0; i < operands.Count; i++)
        {
            var type = TypeCoercion.Comparable(operands[i].Type, columns[i].Type)
                ?? throw new SqlBindingException($"IN compares {operands[i].Type.Nullable()} with {columns[i].Type.Nullable()}; write a CAST.", span);
            operands[i] = BindingSession.Cast(operands[i], type, span);
            columns[i] = BindingSession.Cast(columns[i], type, span);
        }

        if (columns.Any(column => column is not ColumnExpression)) plan = BindingSession.Project(plan, columns, plan.Schema.Columns.Select(column => column.Name));
        bool isNullable = operands.Any(operand => operand.Type.IsNullable) || plan.Schema.Columns.Any(column => column.Type.IsNullable);
        return new SubqueryExpression(SubqueryKind.In, plan, new Arguments(operands), isNegated, 0, span, SqlType.Boolean.Nullable(isNullable));
    }

    /// <summary>
    /// x = ANY is IN and x &lt;&gt; ALL is NOT IN; the others compare with the extremes of the query's column, with an eye on nulls and on no rows.
    /// </summary>
    private BoundExpression Quantified(QuantifiedSyntax syntax)
    {
        var operand = Bind(syntax.Operand);
        bool isAny = syntax.Quantifier == Quantifier.Any;
        if (isAny && syntax.Operator == BinaryOperator.Equal) return In([operand], Subquery(syntax.Query, syntax.Span), false, syntax.Span);
        if (!isAny && syntax.Operator == BinaryOperator.NotEqual) return In([operand], Subquery(syntax.Query, syntax.Span), true, syntax.Span);
        var plan = Subquery(syntax.Query, syntax.Span);
        if (plan.Schema.Count != 1) throw new SqlBindingException($"{syntax.Quantifier.ToString().ToUpperInvariant()} compares with a query of one column; this has {plan.Schema.Count}.", syntax.Span);
        var value = plan.Schema.Column(0);
        var types = AggregateNames.Types(AggregateFunction.Maximum, value.Type) ?? throw new SqlBindingException($"Values of {value.Type.Nullable()} have no order.", syntax.Span);
        var count = SqlType.BigInt.Nullable(false);
        var extremes = new AggregatePlan(plan, Arguments.None, [
            new AggregateCall(AggregateFunction.Count, Arguments.None, false, null, SortKeys.None, count, "rows"),
            new AggregateCall(AggregateFunction.Count, new Arguments([value]), false, null, SortKeys.None, count, "values"),
            new AggregateCall(AggregateFunction.Minimum, new Arguments([value]), false, null, SortKeys.None, types.Result, "low"),
            new AggregateCall(AggregateFunction.Maximum, new Arguments([value]), false, null, SortKeys.None, types.Result, "high")],
            new RowSchema([new RowColumn("rows", count), new RowColumn("values", count), new RowColumn("low", types.Result), new RowColumn("high", types.Result)]));
        BoundExpression Of(int column) => new SubqueryExpression(SubqueryKind.Scalar, extremes, Arguments.None, false, column, syntax.Span, extremes.Schema[column].Type.Nullable());
        string symbol = syntax.Operator.Symbol();
        BoundExpression Compare(string by, int column) => Call(syntax, by, operand, Of(column));
        var decided = syntax.Operator switch
        {
            // Equal to all: low and high are both the value. Unequal to any: one of them is not.
            BinaryOperator.Equal => Call(syntax, "AND", Compare("=", 2), Compare("=", 3)),
            BinaryOperator.NotEqual => Call(syntax, "OR", Compare("<>", 2), Compare("<>", 3)),
            BinaryOperator.Less or BinaryOperator.LessOrEqual => Compare(symbol, isAny ? 3 : 2),
            BinaryOperator.Greater or BinaryOperator.GreaterOrEqual => Compare(symbol, isAny ? 2 : 3),
            _ => throw new SqlBindingException($"{symbol} is no comparison.", syntax.Span),
        };
        var unknown = new ConstantExpression(null, SqlType.Boolean);
        // Over no rows ANY is false and ALL is true. A null among the rows leaves open what the others have not decided.
        return CaseOf(
            [Call(syntax, "=", Of(0), Literals.BigInt(0)), isAny ? Call(syntax, "IS TRUE", decided) : Call(syntax, "IS FALSE", decided), Call(syntax, "<", Of(1), Of(0))],
            [Literals.Boolean(!isAny), Literals.Boolean(isAny), unknown],
            decided,
            syntax.Span);
    }

    private SubqueryExpression ArrayOf(ArrayQuerySyntax syntax)
    {
        var plan = Subquery(syntax.Query, syntax.Span);
        if (plan.Schema.Count != 1) throw new SqlBindingException($"ARRAY takes a query of one column; this has {plan.Schema.Count}.", syntax.Span);
        var type = SqlType.ArrayOf(plan.Schema[0].Type.Nullable());
        var array = new AggregatePlan(plan, Arguments.None,
            [new AggregateCall(AggregateFunction.ArrayAggregate, new Arguments([plan.Schema.Column(0)]), false, null, SortKeys.None, type, "ARRAY")],
            new RowSchema([new RowColumn("ARRAY", type)]));
        return new SubqueryExpression(SubqueryKind.Scalar, array, Arguments.None, false, 0, syntax.Span, type);
    }
}
