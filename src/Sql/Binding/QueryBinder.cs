using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>A query's rows before its order and limit are applied.</summary>
/// <param name="Plan">Its columns, then those that only the order needs.</param>
/// <param name="Order">Over the plan.</param>
/// <param name="Visible">How many columns are the query's.</param>
internal sealed record OrderedPlan(Plan Plan, SortKeys Order, int Visible);

/// <summary>Queries become plans that are right but not yet simple.</summary>
/// <param name="session">Of the statement.</param>
/// <param name="outer">The scope around a subquery; null for none.</param>
/// <param name="tables">The common tables in sight.</param>
internal sealed class QueryBinder(BindingSession session, Scope? outer, CommonTable? tables)
{
    /// <summary>The rows of a query inside another one, of a view or of an INSERT: without LIMIT an order means nothing there.</summary>
    public Plan Bind(QuerySyntax syntax)
    {
        var ordered = Ordered(syntax);
        return Visible(Limited(ordered, syntax), ordered.Visible);
    }

    /// <summary>The rows of a query that is asked for an answer, in its order.</summary>
    public Plan BindAnswer(QuerySyntax syntax)
    {
        var ordered = Ordered(syntax);
        if (ordered.Order.Count == 0 && syntax.Limit is null && syntax.Offset is null) return ordered.Plan;
        return Visible(new SortPlan(ordered.Plan, ordered.Order, syntax.Offset ?? 0, syntax.Limit), ordered.Visible);
    }

    private static Plan Limited(OrderedPlan ordered, QuerySyntax syntax)
    {
        if (syntax.Limit is null && syntax.Offset is null or 0) return ordered.Plan;
        if (syntax.Limit == 0) return new ValuesPlan([], ordered.Plan.Schema);
        long offset = syntax.Offset ?? 0;
        long last = syntax.Limit is { } limit && limit < long.MaxValue - offset ? offset + limit : long.MaxValue;
        return new TopPlan(ordered.Plan, RankKind.RowNumber, Arguments.None, ordered.Order, offset + 1, last, false, ordered.Plan.Schema);
    }

    private static Plan Visible(Plan plan, int count) => plan.Schema.Count == count
        ? plan
        : BindingSession.Project(plan, [.. plan.Schema.AllColumns().Take(count)], plan.Schema.Columns.Take(count).Select(column => column.Name));

    private OrderedPlan Ordered(QuerySyntax syntax)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new SqlBindingException("The query is nested too deep.", syntax.Span);
        return syntax.With.Count > 0 ? new QueryBinder(session, outer, With(syntax.With)).Body(syntax) : Body(syntax);
    }

    private OrderedPlan Body(QuerySyntax syntax)
    {
        if (syntax is SelectSyntax select) return new SelectBinder(session, outer, tables).Bind(select);
        var plan = syntax switch
        {
            SetOperationSyntax operation => SetOperation(operation),
            ValuesSyntax values => Values(values),
            TableQuerySyntax table => new FromBinder(session, outer, tables).Bind(new NamedTableSyntax(table.Name) { Span = table.Span }).Plan,
            NestedQuerySyntax nested => Bind(nested.Query),
            _ => throw new SqlBindingException("This kind of query is not known.", syntax.Span),
        };
        return new OrderedPlan(plan, Order(plan, syntax), plan.Schema.Count);
    }

    private CommonTable? With(SyntaxList<CommonTableSyntax> definitions)
    {
        var known = tables;
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var definition in definitions)
        {
            string name = definition.Name.Name;
            if (!names.Add(name)) throw new SqlBindingException($"WITH names {name} twice.", definition.Name.Span);
            Plan plan;
            try
            {
                plan = new QueryBinder(session, null, known).Bind(definition.Query);
            }
            catch (SqlBindingException fault) when (fault.Suggestion is null && fault.Reason.StartsWith($"There is no table or view {name}.", StringComparison.OrdinalIgnoreCase))
            {
                throw new SqlBindingException($"The common table {name} reads itself; recursive queries are not supported.", fault.Span);
            }

            known = new CommonTable(name, Named(plan, definition.Columns, name), known);
        }

        return known;
    }

    /// <summary>The plan under other names of columns, where they are given.</summary>
    internal static Plan Named(Plan plan, IReadOnlyList<IdentifierSyntax> names, string what)
    {
        if (names.Count == 0) return plan;
        if (names.Count != plan.Schema.Count) throw new SqlBindingException($"{what} has {plan.Schema.Count} columns and {names.Count} names.", names[0].Span);
        return BindingSession.Renamed(plan, names.Select(name => name.Name));
    }

    private SortKeys Order(Plan plan, QuerySyntax syntax)
    {
        if (syntax.OrderBy.Count == 0) return SortKeys.None;
        var scope = new Scope(null, [.. plan.Schema.Columns.Select((column, index) => new ScopeColumn(null, column.Name, plan.Schema.Column(index)))]);
        var binder = new ExpressionBinder(session, scope, tables, new ClauseRules("ORDER BY of a set operation"));
        return new SortKeys(syntax.OrderBy.Select(item => ExpressionBinder.Key(Ordinal(item.Expression, plan.Schema.Count, "ORDER BY") is { } place ? plan.Schema.Column(place) : binder.Bind(item.Expression), item)));
    }

    /// <summary>The place from 0 that a bare integer means; null for other expressions.</summary>
    internal static int? Ordinal(ExpressionSyntax syntax, int count, string clause)
    {
        if (syntax is not NumberLiteralSyntax { Kind: NumberKind.Integer } number) return null;
        if (!int.TryParse(number.Text, out int place) || place < 1 || place > count)
            throw new SqlBindingException($"{clause} {number.Text} means a column of the select list by its place, which is from 1 to {count}.", syntax.Span);
        return place - 1;
    }

    private Plan SetOperation(SetOperationSyntax syntax)
    {
        // A chain of UNION ALL is one node, however long.
        var operands = new List<QuerySyntax>();
        QuerySyntax first = syntax;
        while (first is SetOperationSyntax { With.Count: 0, OrderBy.Count: 0, Limit: null, Offset: null } chain && chain.Operator == syntax.Operator && chain.All == syntax.All
            && syntax.Operator == SetOperator.Union)
        {
            operands.Add(chain.Right);
            first = chain.Left;
        }

        if (operands.Count == 0)
        {
            operands.Add(syntax.Right);
            first = syntax.Left;
        }

        operands.Add(first);
        operands.Reverse();
        var plans = operands.Select(operand => new QueryBinder(session, outer, tables).Bind(operand)).ToList();
        var schema = Common(plans, operands, syntax.Operator.ToString().ToUpperInvariant());
        plans = [.. plans.Select(plan => Cast(plan, schema))];
        if (syntax.Operator != SetOperator.Union) return new SetOperationPlan(plans[0], plans[1], syntax.Operator == SetOperator.Intersect, syntax.All, schema);
        var union = new UnionPlan(plans, schema);
        return syntax.All ? union : Distinct(union);
    }

    /// <summary>Each row once.</summary>
    internal static AggregatePlan Distinct(Plan plan) => new(plan, plan.Schema.AllColumns(), [], plan.Schema);

    private static RowSchema Common(List<Plan> plans, List<QuerySyntax> operands, string name)
    {
        int count = plans[0].Schema.Count;
        var columns = new List<RowColumn>(plans[0].Schema.Columns);
        for (int i = 1; i < plans.Count; i++)
        {
            if (plans[i].Schema.Count != count) throw new SqlBindingException($"{name} joins queries of as many columns; the first has {count} and this one {plans[i].Schema.Count}.", operands[i].Span);
            for (int column = 0; column < count; column++)
            {
                var type = TypeCoercion.Common(columns[column].Type, plans[i].Schema[column].Type)
                    ?? throw new SqlBindingException($"{name}: column {column + 1} ({columns[column].Name}) is {columns[column].Type.Nullable()} and here {plans[i].Schema[column].Type.Nullable()}; write a CAST.", operands[i].Span);
                columns[column] = columns[column] with { Type = type };
            }
        }

        return new RowSchema(columns);
    }

    /// <summary>The plan with the types of the schema, nullability of columns included, since the rows' layout must be one.</summary>
    internal static Plan Cast(Plan plan, RowSchema schema)
    {
        bool same = true;
        for (int i = 0; i < schema.Count; i++) same &= plan.Schema[i].Type == schema[i].Type;
        if (same) return plan;
        var expressions = plan.Schema.AllColumns().Select((column, index) => TypeCoercion.Cast(column, schema[index].Type));
        return new ProjectPlan(plan, new Arguments(expressions), schema);
    }

    private ValuesPlan Values(ValuesSyntax syntax)
    {
        var binder = new ExpressionBinder(session, new Scope(outer, []), tables, new ClauseRules("VALUES"));
        var rows = syntax.Rows.Select(row => row.Items.Select(binder.Bind).ToList()).ToList();
        int count = rows[0].Count;
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Count != count) throw new SqlBindingException($"The rows of VALUES have as many values each; the first has {count} and this one {rows[i].Count}.", syntax.Rows[i].Span);
        }

        var columns = new List<RowColumn>();
        for (int column = 0; column < count; column++)
        {
            var type = TypeCoercion.Common(rows.Select(row => row[column].Type))
                ?? throw new SqlBindingException($"Column {column + 1} of VALUES mixes {string.Join(", ", rows.Select(row => row[column].Type.Nullable()).Distinct())}; write a CAST.", syntax.Span);
            foreach (var row in rows) row[column] = BindingSession.Cast(row[column], type, syntax.Span);
            columns.Add(new RowColumn($"EXPR${column}", type));
        }

        if (session.IsLive && rows.Any(row => row.Any(ExpressionTree.ReadsClock))) throw new SqlBindingException("NOW() cannot stand in the VALUES of a live view.", syntax.Span);
        return new ValuesPlan([.. rows.Select(row => new Arguments(row))], new RowSchema(columns));
    }
}
