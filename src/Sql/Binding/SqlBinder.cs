using Orrery.Sql.Binding.Simplification;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>
/// What a text means: names are looked up, types are settled, subqueries become joins, and the plan is made simple. It only reads the catalog; the same text over the same
/// catalog is the same plan.
/// </summary>
public static class SqlBinder
{
    /// <summary>The plan of a query whose answer is asked for once: in its order, with NOW() read where it stands.</summary>
    /// <exception cref="SqlBindingException">The query means nothing over this catalog, or is refused.</exception>
    public static Plan BindQuery(QuerySyntax syntax, ISqlCatalog catalog) => BindQuery(syntax, catalog, isLive: false);

    /// <summary>The plan of a query that is kept true: without order, with NOW() in time filters alone.</summary>
    /// <exception cref="SqlBindingException">The query means nothing over this catalog, or is refused.</exception>
    public static Plan BindView(QuerySyntax syntax, ISqlCatalog catalog) => BindQuery(syntax, catalog, isLive: true);

    /// <summary>What one statement asks for.</summary>
    /// <exception cref="SqlBindingException">It means nothing over this catalog, or is refused.</exception>
    public static BoundStatement Bind(StatementSyntax syntax, ISqlCatalog catalog) => Guarded(syntax.Span, () => new StatementBinder(catalog).Bind(syntax));

    internal static Plan BindQuery(QuerySyntax syntax, ISqlCatalog catalog, bool isLive, string? view = null) => Guarded(syntax.Span, () =>
    {
        var session = new BindingSession(catalog, isLive);
        if (view is not null) session.Open(view);
        var binder = new QueryBinder(session, null, null);
        var plan = isLive ? binder.Bind(syntax) : binder.BindAnswer(syntax);
        return Finished(plan, session, syntax.Span);
    });

    internal static Plan Finished(Plan plan, BindingSession session, TextSpan span)
    {
        PlanBounds.Check(plan, span);
        var simple = PlanSimplifier.Simplify(plan);
        JoinBounds.Check(simple, session.Joins, span);
        if (session.IsLive) RefuseClock(simple, span);
        return simple;
    }

    /// <summary>What is left of the clock in a live plan would change with no change of its rows.</summary>
    private static void RefuseClock(Plan plan, TextSpan span)
    {
        if (PlanTraversal.Nodes(plan).Any(node => PlanTraversal.Expressions(node).Any(Expressions.ExpressionTree.ReadsClock)))
            throw new SqlBindingException("NOW(), or a column AS PROCTIME(), is kept or computed with in a live view. It can be compared with in WHERE, and stand in FOR SYSTEM_TIME AS OF; name the columns of the select list without it.", span);
    }

    /// <summary>A text that the stack cannot hold is an error like others.</summary>
    internal static T Guarded<T>(TextSpan span, Func<T> bind)
    {
        try
        {
            return bind();
        }
        catch (InsufficientExecutionStackException)
        {
            throw new SqlBindingException("The statement is nested too deep. Move parts of it into materialized views.", span);
        }
        catch (Types.SqlTypeException fault)
        {
            throw new SqlBindingException(fault.Message, span);
        }
    }
}
