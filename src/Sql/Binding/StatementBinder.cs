using Orrery.Sql.Catalogs;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>Statements, one by one.</summary>
internal sealed partial class StatementBinder(ISqlCatalog catalog)
{
    public BoundStatement Bind(StatementSyntax syntax) => syntax switch
    {
        QueryStatementSyntax query => new BoundSelect(SqlBinder.BindQuery(query.Query, catalog)),
        InsertSyntax insert => Insert(insert),
        StatementSetSyntax set => new BoundStatementSet([.. set.Statements.Select(Bind)]),
        CreateTableSyntax table => new TableBinder(catalog).Bind(table),
        CreateViewSyntax view => View(view),
        CreateFunctionSyntax function => Function(function),
        DropSyntax drop => Drop(drop),
        ExplainSyntax explain => Explain(explain),
        ExplainLineageSyntax lineage => Lineage(lineage),
        WhySyntax why => Why(why),
        ShowSyntax show => Show(show),
        DescribeSyntax describe => new BoundDescribe(Known(describe.Name)),
        SubscribeSyntax subscribe => new BoundSubscribe(SqlBinder.BindView(subscribe.Query, catalog)),
        SetSyntax set => new BoundSet(set.Key, set.Value),
        ResetSyntax reset => new BoundReset(reset.Key),
        _ => throw new SqlBindingException("This kind of statement is not known.", syntax.Span),
    };

    private Relation Known(NameSyntax name)
    {
        var relation = catalog.FindRelation(name.Plain) ?? catalog.FindRelation(name.Last.Name);
        if (relation is null) BindingSession.UnknownName("table or view", name.Plain, catalog.RelationNames, name.Span);
        return relation!;
    }

    private BoundExplain Explain(ExplainSyntax syntax) => Bind(syntax.Statement) switch
    {
        BoundSelect select => new BoundExplain(select.Plan),
        BoundCreateView view => new BoundExplain(view.Plan),
        BoundInsert insert => new BoundExplain(insert.Plan),
        BoundSubscribe subscribe => new BoundExplain(subscribe.Plan),
        _ => throw new SqlBindingException("EXPLAIN shows the plan of a query, a view, an INSERT or a SUBSCRIBE; this statement has none.", syntax.Span),
    };

    private BoundInsert Insert(InsertSyntax syntax)
    {
        var target = Known(syntax.Table);
        if (target.Kind != RelationKind.Table) throw new SqlBindingException($"{target.Name} is a view; rows are inserted into tables.", syntax.Table.Span);
        int[] stored = [.. Enumerable.Range(0, target.Schema.Count).Where(column => !target.Computed.ContainsKey(column))];
        var places = syntax.Columns.Count == 0 ? [.. stored] : syntax.Columns.Select(name => Place(target, name)).ToList();
        if (places.Distinct().Count() != places.Count) throw new SqlBindingException($"The column list of INSERT INTO {target.Name} names a column twice.", syntax.Span);
        var session = new BindingSession(catalog, isLive: true);
        var plan = new QueryBinder(session, null, null).Bind(syntax.Query);
        if (plan.Schema.Count != places.Count)
            throw new SqlBindingException($"The query gives {plan.Schema.Count} columns and INSERT INTO {target.Name} takes {places.Count}: {string.Join(", ", places.Select(place => target.Schema[place].Name))}.", syntax.Query.Span);
        var expressions = stored.Select(column =>
        {
            int given = places.IndexOf(column);
            var wanted = target.Schema[column];
            if (given >= 0) return Stored(plan.Schema.Column(given), wanted, syntax);
            if (!wanted.Type.IsNullable) throw new SqlBindingException($"The column {wanted.Name} of {target.Name} is NOT NULL and INSERT gives it no value.", syntax.Span);
            return new Expressions.ConstantExpression(null, wanted.Type);
        }).ToList();
        var schema = new RowSchema(stored.Select(column => target.Schema[column]));
        var project = new ProjectPlan(plan, new Expressions.Arguments(expressions), schema);
        return new BoundInsert(target, SqlBinder.Finished(project, session, syntax.Span));
    }

    private static Expressions.BoundExpression Stored(Expressions.ColumnExpression given, RowColumn wanted, InsertSyntax syntax)
    {
        bool fits = TypeCoercion.IsImplicit(given.Type, wanted.Type) || (given.Type.IsNumeric && wanted.Type.IsNumeric) || (given.Type.Kind == SqlTypeKind.String && TypeCoercion.IsTemporal(wanted.Type));
        if (!fits) throw new SqlBindingException($"The column {wanted.Name} is {wanted.Type} and the query gives {given.Name} as {given.Type.Nullable()}; write a CAST.", syntax.Query.Span);
        return BindingSession.Cast(given, wanted.Type, syntax.Query.Span);
    }

    private static int Place(Relation target, IdentifierSyntax name)
    {
        int place = target.Schema.IndexOf(name.Name);
        if (place < 0) BindingSession.UnknownName($"column of {target.Name} called", name.Name, target.Schema.Columns.Select(column => column.Name), name.Span);
        if (target.Computed.ContainsKey(place)) throw new SqlBindingException($"The column {name.Name} of {target.Name} is computed; it takes no value.", name.Span);
        return place;
    }

    private BoundCreateView View(CreateViewSyntax syntax)
    {
        string name = syntax.Name.Plain;
        var known = catalog.FindRelation(name);
        if (known is not null && !syntax.IfNotExists && !syntax.OrReplace) throw new SqlBindingException($"There is a {Word(known.Kind)} {known.Name} already; use CREATE OR REPLACE, or DROP it first.", syntax.Name.Span);
        if (known is { Kind: RelationKind.Table } && syntax.OrReplace) throw new SqlBindingException($"{known.Name} is a table; a view cannot replace it.", syntax.Name.Span);
        RefuseCycle(name, syntax);
        var plan = SqlBinder.BindQuery(syntax.Query, catalog, isLive: true, view: name);
        if (syntax.Columns.Count > 0) plan = QueryBinder.Named(plan, [.. syntax.Columns.Select(column => column.Name)], $"The query of {name}");
        var twice = plan.Schema.Columns.GroupBy(column => column.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new SqlBindingException($"The view {name} would have two columns called {twice.Key}; give one an alias.", syntax.Query.Span);
        var untyped = plan.Schema.Columns.FirstOrDefault(column => column.Type.Kind == SqlTypeKind.Null);
        if (untyped is not null) throw new SqlBindingException($"The column {untyped.Name} of {name} is a bare NULL; CAST it to a type.", syntax.Query.Span);
        var relation = new Relation(name, syntax.Materialized ? RelationKind.MaterializedView : RelationKind.View, plan.Schema, PlanFacts.PrimaryKey(plan) ?? [], Options(syntax.Options))
        {
            Query = SqlPrinter.Print(syntax.Query),
            IsAppendOnly = PlanFacts.IsAppendOnly(plan),
        };
        return new BoundCreateView(relation, plan, syntax.OrReplace, syntax.IfNotExists, known is not null, syntax.Temporary);
    }

    /// <summary>A view that is replaced must not be read by the views that its new query reads, kept ones too.</summary>
    private void RefuseCycle(string name, CreateViewSyntax syntax)
    {
        if (catalog.FindRelation(name) is null) return;
        var open = new Stack<(string Name, string Path)>(SyntaxNames.Of(syntax.Query).Select(read => (read, $"{name} reads {read}")));
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (open.TryPop(out var next))
        {
            if (string.Equals(next.Name, name, StringComparison.OrdinalIgnoreCase))
                throw new SqlBindingException($"The view {name} would read itself: {next.Path}. A cycle of views has no answer.", syntax.Name.Span);
            if (!seen.Add(next.Name) || catalog.FindRelation(next.Name) is not { Kind: not RelationKind.Table } view) continue;
            foreach (string read in SyntaxNames.Of(SqlParser.ParseQuery(view.Query))) open.Push((read, $"{next.Path} reads {read}"));
        }
    }

    private BoundCreateFunction Function(CreateFunctionSyntax syntax)
    {
        string name = syntax.Name.Plain;
        if (FunctionCatalog.Find(name) is not null || AggregateNames.Aggregates.Contains(name, StringComparer.OrdinalIgnoreCase) || AggregateNames.WindowFunctions.Contains(name, StringComparer.OrdinalIgnoreCase))
            throw new SqlBindingException($"{name} is a built-in function.", syntax.Name.Span);
        var known = catalog.FindFunction(name);
        if (known is not null && !syntax.OrReplace && !syntax.IfNotExists) throw new SqlBindingException($"There is a function {known.Name} already; use CREATE OR REPLACE.", syntax.Name.Span);
        var parameters = syntax.Parameters.Select(parameter => new RowColumn(parameter.Name.Name, TypeBinder.Bind(parameter.Type))).ToList();
        var twice = parameters.GroupBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null) throw new SqlBindingException($"{name} has two parameters called {twice.Key}.", syntax.Span);
        var scope = new Scope(null, [.. parameters.Select((parameter, index) => new ScopeColumn(name, parameter.Name, new Expressions.ColumnExpression(index, parameter.Type, parameter.Name)))]);
        var session = new BindingSession(catalog, isLive: false);
        session.OpenFunction(name);
        var body = new ExpressionBinder(session, scope, null, new ClauseRules($"the function {name}")).Bind(syntax.Body);
        var result = TypeBinder.Bind(syntax.Returns);
        BindingSession.Cast(body, result, syntax.Body.Span);
        return new BoundCreateFunction(new SqlFunction(name, parameters, result, SqlPrinter.Print(syntax.Body)), syntax.OrReplace, syntax.IfNotExists, known is not null);
    }

    private BoundDrop Drop(DropSyntax syntax)
    {
        string name = syntax.Name.Plain;
        if (syntax.Kind == DropKind.Function)
        {
            bool exists = catalog.FindFunction(name) is not null;
            if (!exists && !syntax.IfExists) BindingSession.UnknownName("function", name, catalog.FunctionNames, syntax.Name.Span);
            return new BoundDrop(syntax.Kind, name, exists);
        }

        var relation = catalog.FindRelation(name);
        if (relation is null && !syntax.IfExists) BindingSession.UnknownName("table or view", name, catalog.RelationNames, syntax.Name.Span);
        bool fits = relation is null || (syntax.Kind == DropKind.Table) == (relation.Kind == RelationKind.Table);
        if (!fits) throw new SqlBindingException($"{relation!.Name} is a {Word(relation.Kind)}; write DROP {Word(relation.Kind).ToUpperInvariant()} {relation.Name}.", syntax.Span);
        return new BoundDrop(syntax.Kind, relation?.Name ?? name, relation is not null);
    }

    private BoundShow Show(ShowSyntax syntax)
    {
        if (syntax.Name is null) return new BoundShow(syntax.Kind, null, null, syntax.Like);
        if (syntax.Kind != ShowKind.CreateFunction) return new BoundShow(syntax.Kind, Known(syntax.Name), null, syntax.Like);
        var function = catalog.FindFunction(syntax.Name.Plain);
        if (function is null) BindingSession.UnknownName("function", syntax.Name.Plain, catalog.FunctionNames, syntax.Name.Span);
        return new BoundShow(syntax.Kind, null, function, syntax.Like);
    }

    internal static string Word(RelationKind kind) => kind switch { RelationKind.Table => "table", RelationKind.View => "view", _ => "materialized view" };

    internal static Dictionary<string, string> Options(IReadOnlyList<OptionSyntax> options)
    {
        var result = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var option in options)
        {
            if (!result.TryAdd(option.Key, option.Value)) throw new SqlBindingException($"WITH has the option '{option.Key}' twice.", option.Span);
        }

        return result;
    }
}
