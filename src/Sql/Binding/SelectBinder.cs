using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>
/// SELECT, in the order in which its clauses have their meaning: FROM, WHERE, GROUP BY, HAVING, window functions, QUALIFY, the select list, DISTINCT, and the
/// keys of ORDER BY.
/// </summary>
internal sealed class SelectBinder(BindingSession session, Scope? outer, CommonTable? tables)
{
    /// <summary>An expression of the select list.</summary>
    private sealed record Item(BoundExpression Expression, string Name, TextSpan Span);

    /// <summary>A key of ORDER BY: an item by its place, or an expression of its own.</summary>
    private sealed record OrderKey(int? Place, BoundExpression? Expression, OrderItemSyntax Syntax);

    public OrderedPlan Bind(SelectSyntax syntax)
    {
        var from = new FromBinder(session, outer, tables).Bind(syntax.From);
        var scope = new Scope(outer, from.Columns);
        var rows = new ConditionBinder(session, from.Plan);
        if (syntax.Where is not null) rows.Apply(new ExpressionBinder(session, scope, tables, new ClauseRules("WHERE") { Subqueries = true }).Condition(syntax.Where), syntax.Where.Span);

        var rules = new ClauseRules("the select list") { Aggregates = true, Overs = true, Subqueries = true, Windows = syntax.Windows };
        var binder = new ExpressionBinder(session, scope, tables, rules);
        var items = Items(syntax, scope, binder);
        var aliases = Aliased(scope, items);
        var later = new ExpressionBinder(session, aliases, tables, rules with { Clause = "ORDER BY" });
        var having = syntax.Having is null ? null : new ExpressionBinder(session, aliases, tables, rules with { Clause = "HAVING", Overs = false }).Condition(syntax.Having);
        var qualify = syntax.Qualify is null ? null : new ExpressionBinder(session, aliases, tables, rules with { Clause = "QUALIFY" }).Condition(syntax.Qualify);
        var order = syntax.OrderBy.Select(item => Key(item, items, later)).ToList();

        bool isGrouped = syntax.GroupBy is not null || having is not null
            || items.Select(item => item.Expression).Concat(order.Select(key => key.Expression).OfType<BoundExpression>()).Append(qualify)
                .Any(expression => expression is not null && ExpressionTree.Any(expression, part => part is AggregateReference or GroupingReference or WindowPropertyReference));
        if (isGrouped)
        {
            var groups = new GroupBinder(session, rows, new ExpressionBinder(session, aliases, tables, new ClauseRules("GROUP BY") { Aggregates = true, Subqueries = true }), [.. items.Select(item => item.Expression)]);
            groups.Bind(syntax.GroupBy);
            var places = new PlaceFinder(binder, later);
            groups.Collect([.. items.Select(item => item.Expression), .. order.Select(key => key.Expression).OfType<BoundExpression>(), .. having is null ? [] : new[] { having }, .. qualify is null ? [] : new[] { qualify }]);
            rows = new ConditionBinder(session, groups.Plan());
            items = [.. items.Select(item => item with { Expression = groups.Rewrite(item.Expression, item.Span, places) })];
            order = [.. order.Select(key => key.Expression is null ? key : key with { Expression = groups.Rewrite(key.Expression, key.Syntax.Span, places) })];
            if (having is not null) rows.Apply(groups.Rewrite(having, syntax.Having!.Span, places), syntax.Having.Span);
            if (qualify is not null) qualify = groups.Rewrite(qualify, syntax.Qualify!.Span, places);
        }

        return Projected(syntax, rows, items, qualify, order);
    }

    private OrderedPlan Projected(SelectSyntax syntax, ConditionBinder rows, List<Item> items, BoundExpression? qualify, List<OrderKey> order)
    {
        foreach (var item in items)
        {
            if (session.IsLive && ExpressionTree.ReadsClock(item.Expression) && item.Expression is not NowExpression)
                throw new SqlBindingException("NOW() in the select list of a live view changes with no change of its rows. Compare with it in WHERE, or compute it when the view is asked.", item.Span);
        }

        var expressions = items.Select(item => rows.Value(item.Expression)).ToList();
        var names = items.Select(item => item.Name).ToList();
        var keys = order.Select(key => key.Expression is null ? null : rows.Value(key.Expression)).ToList();
        var condition = qualify is null ? null : rows.Value(qualify);
        var windows = new OverBinder(rows.Plan, [.. expressions, .. keys.OfType<BoundExpression>(), .. condition is null ? [] : new[] { condition }]);
        expressions = [.. expressions.Select(windows.Rewrite)];
        var plan = condition is null ? windows.Plan : new FilterPlan(windows.Plan, windows.Rewrite(condition));
        int visible = expressions.Count;
        var places = new List<int>();
        for (int i = 0; i < order.Count; i++)
        {
            var expression = keys[i] is null ? null : windows.Rewrite(keys[i]!);
            int place = order[i].Place ?? expressions.FindIndex(0, visible, each => each.Equals(expression));
            if (place < 0 && syntax.Distinct) throw new SqlBindingException("With SELECT DISTINCT, ORDER BY names expressions of the select list alone.", order[i].Syntax.Span);
            if (place < 0)
            {
                place = expressions.Count;
                expressions.Add(expression!);
                names.Add($"ORDER${i}");
            }

            places.Add(place);
        }

        if (expressions.Count > RowSchema.ColumnsMax) throw new SqlBindingException($"The query has {expressions.Count} columns; {RowSchema.ColumnsMax} at most.", syntax.Span);
        Plan projected = BindingSession.Project(plan, expressions, names);
        if (syntax.Distinct) projected = QueryBinder.Distinct(projected);
        return new OrderedPlan(projected, new SortKeys(order.Select((key, index) => ExpressionBinder.Key(projected.Schema.Column(places[index]), key.Syntax))), visible);
    }

    private static List<Item> Items(SelectSyntax syntax, Scope scope, ExpressionBinder binder)
    {
        var items = new List<Item>();
        foreach (var item in syntax.Items)
        {
            if (item.Expression is StarSyntax star)
            {
                string? table = star.Qualifier?.Last.Name;
                if (table is not null && !scope.HasTable(table))
                    BindingSession.UnknownName("table or alias", table, scope.Columns.Select(column => column.Table).OfType<string>().Distinct(), star.Span);
                var columns = scope.Columns.Where(column => table is null ? !column.IsMerged : string.Equals(column.Table, table, StringComparison.OrdinalIgnoreCase)).ToList();
                if (columns.Count == 0) throw new SqlBindingException("* stands for the columns of FROM, and there are none.", star.Span);
                foreach (var column in columns)
                {
                    // An instance of its own, so that its place in the text is its own.
                    var expression = column.Expression is ColumnExpression plain ? plain with { Name = plain.Name } : column.Expression;
                    binder.Places[expression] = star.Span;
                    items.Add(new Item(expression, column.Name, star.Span));
                }

                continue;
            }

            var bound = binder.Bind(item.Expression);
            string name = item.Alias?.Name ?? (item.Expression is ColumnSyntax named ? bound is ColumnExpression direct ? direct.Name : named.Name.Last.Name : $"EXPR${items.Count}");
            items.Add(new Item(bound, name, item.Span));
        }

        return items;
    }

    /// <summary>The scope with the aliases of the select list that no column of FROM has as its name.</summary>
    private static Scope Aliased(Scope scope, List<Item> items)
    {
        var added = items.Where(item => scope.Find(null, item.Name).Count == 0).Select(item => new ScopeColumn(null, item.Name, item.Expression)).ToList();
        return added.Count == 0 ? scope : new Scope(scope.Outer, [.. scope.Columns, .. added]);
    }

    private static OrderKey Key(OrderItemSyntax syntax, List<Item> items, ExpressionBinder binder)
    {
        if (QueryBinder.Ordinal(syntax.Expression, items.Count, "ORDER BY") is { } place) return new OrderKey(place, null, syntax);
        if (syntax.Expression is ColumnSyntax { Name.Parts.Count: 1 } column)
        {
            string name = column.Name.Last.Name;
            var named = Enumerable.Range(0, items.Count).Where(index => string.Equals(items[index].Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
            if (named.Count == 1) return new OrderKey(named[0], null, syntax);
        }

        return new OrderKey(null, binder.Bind(syntax.Expression), syntax);
    }
}
