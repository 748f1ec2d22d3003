using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Lineage;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

internal sealed partial class StatementBinder
{
    /// <summary>EXPLAIN LINEAGE of a view, or of a column of it.</summary>
    private BoundExplainLineage Lineage(ExplainLineageSyntax syntax)
    {
        var parts = syntax.Name.Parts;
        string? column = null;
        var view = catalog.FindRelation(syntax.Name.Plain) ?? catalog.FindRelation(syntax.Name.Last.Name);
        if (view is null && parts.Count > 1)
        {
            column = parts[^1].Name;
            view = catalog.FindRelation(string.Join('.', parts.Take(parts.Count - 1).Select(part => part.Name))) ?? catalog.FindRelation(parts[^2].Name);
        }

        if (view is null) BindingSession.UnknownName("table or view", parts.Count > 1 ? parts[^2].Name : parts[0].Name, catalog.RelationNames, syntax.Name.Span);
        var session = new BindingSession(catalog, isLive: true);
        var plan = view!.Kind == RelationKind.Table ? FromBinder.Scan(view) : SqlBinder.Finished(session.BindView(view, syntax.Name.Span), session, syntax.Name.Span);
        var columns = LineageReader.Read(plan, Behind(session, syntax.Name.Span, isSimple: true));
        if (column is null) return new BoundExplainLineage(view.Name, columns);
        var found = columns.Where(each => string.Equals(each.Column, column, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 0) BindingSession.UnknownName($"column of {view.Name} called", column, columns.Select(each => each.Column), parts[^1].Span);
        return new BoundExplainLineage(view.Name, found);
    }

    /// <summary>The plan behind a materialized view.</summary>
    private static Func<Relation, Plan?> Behind(BindingSession session, TextSpan span, bool isSimple) => relation =>
    {
        if (relation.Kind != RelationKind.MaterializedView || relation.Query.Length == 0) return null;
        var plan = session.BindView(relation, span);
        return isSimple ? SqlBinder.Finished(plan, session, span) : plan;
    };

    /// <summary>WHY view WHERE condition.</summary>
    private BoundWhy Why(WhySyntax syntax)
    {
        var view = Known(syntax.View);
        if (view.Kind == RelationKind.Table) throw new SqlBindingException($"{view.Name} is a table: its rows come from its source. WHY asks for the rows behind a view.", syntax.View.Span);
        var session = new BindingSession(catalog, isLive: true);
        var plan = session.BindView(view, syntax.View.Span);
        var scope = new Scope(null, [.. plan.Schema.Columns.Select((column, index) => new ScopeColumn(view.Name, column.Name, plan.Schema.Column(index)))]);
        var condition = new ExpressionBinder(session, scope, null, new ClauseRules("WHERE of WHY")).Condition(syntax.Where);
        if (!ExpressionTree.IsDeterministic(condition)) throw new SqlBindingException("WHERE of WHY picks rows by their columns; NOW() and functions of chance cannot stand in it.", syntax.Where.Span);
        var conditions = ExpressionTree.Conjuncts(condition);
        Plan Simple(Plan bound)
        {
            PlanBounds.Check(bound, syntax.Span);
            return Simplification.PlanSimplifier.Simplify(bound);
        }

        var sources = WhyPlanner.Plan(plan, conditions, Behind(session, syntax.View.Span, isSimple: false));
        var rows = view.Kind == RelationKind.MaterializedView ? FromBinder.Scan(view) : plan;
        return new BoundWhy(view, Simple(BindingSession.Filter(rows, conditions)), [.. sources.Select(source => source with { Plan = Simple(source.Plan) })]);
    }
}
