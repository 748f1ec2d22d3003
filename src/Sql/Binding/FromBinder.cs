using System.Runtime.CompilerServices;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Rows;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;
using JoinKind = Orrery.Sql.Plans.JoinKind;
using SyntaxJoinKind = Orrery.Sql.Syntax.JoinKind;

namespace Orrery.Sql.Binding;

/// <summary>What a reference of FROM gives: rows, and the names of their columns.</summary>
internal sealed record FromPlan(Plan Plan, IReadOnlyList<ScopeColumn> Columns);

/// <summary>FROM: tables, views, subqueries, joins of all kinds, windows over tables.</summary>
internal sealed partial class FromBinder(BindingSession session, Scope? outer, CommonTable? tables)
{
    /// <summary>All references of FROM; a row without columns where there is none.</summary>
    public FromPlan Bind(SyntaxList<TableReferenceSyntax> references)
    {
        if (references.Count == 0) return new FromPlan(new ValuesPlan([Arguments.None], new RowSchema([])), []);
        var result = Bind(references[0]);
        for (int i = 1; i < references.Count; i++) result = Join(result, references[i], SyntaxJoinKind.Cross, null, [], false, references[i].Span);
        return result;
    }

    public FromPlan Bind(TableReferenceSyntax syntax)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new SqlBindingException("FROM is nested too deep.", syntax.Span);
        return syntax switch
        {
            NamedTableSyntax { SystemTime: not null } named => throw new SqlBindingException($"FOR SYSTEM_TIME AS OF looks a row up for each row of another table: write t JOIN {named.Name.Plain} FOR SYSTEM_TIME AS OF t.time ON ...", syntax.Span),
            NamedTableSyntax named => Named(named),
            DerivedTableSyntax derived => Aliased(new QueryBinder(session, outer, tables).Bind(derived.Query), derived.Alias, null, syntax.Span),
            FunctionTableSyntax function => Window(function),
            UnnestSyntax unnest => Unnest(Bind(SyntaxList<TableReferenceSyntax>.Empty), unnest, isLeft: false, outer),
            JoinSyntax join => Join(Bind(join.Left), join.Right, join.Kind, join.On, join.Using, join.Natural, join.Span),
            _ => throw new SqlBindingException("This kind of table is not known.", syntax.Span),
        };
    }

    private FromPlan Named(NamedTableSyntax syntax)
    {
        string name = syntax.Name.Last.Name;
        if (syntax.Name.Parts.Count == 1 && tables?.Find(name) is { } common) return Aliased(session.Used(common.Plan, syntax.Span), syntax.Alias, name, syntax.Span);
        var relation = session.Catalog.FindRelation(syntax.Name.Plain) ?? session.Catalog.FindRelation(name);
        if (session.IsOpen(syntax.Name.Plain) && relation is null)
            throw new SqlBindingException($"The view {name} reads itself. A view cannot be in its own query.", syntax.Name.Span);
        if (relation is null) BindingSession.UnknownName("table or view", syntax.Name.Plain, [.. session.Catalog.RelationNames, .. CommonNames()], syntax.Name.Span);
        var plan = relation!.Kind == RelationKind.View ? session.BindView(relation, syntax.Name.Span) : session.Used(Scan(relation), syntax.Name.Span);
        return Aliased(plan, syntax.Alias, name, syntax.Span);
    }

    private IEnumerable<string> CommonNames()
    {
        for (var table = tables; table is not null; table = table.Before) yield return table.Name;
    }

    /// <summary>All columns of the relation, computed ones as they are declared.</summary>
    internal static Plan Scan(Relation relation)
    {
        int[] stored = [.. Enumerable.Range(0, relation.Schema.Count).Where(column => !relation.Computed.ContainsKey(column))];
        var scan = new ScanPlan(relation, stored, new RowSchema(stored.Select(column => relation.Schema[column])));
        if (stored.Length == relation.Schema.Count) return scan;
        BoundExpression Stored(ColumnExpression column) => scan.Schema.Column(Array.IndexOf(stored, column.Index));
        var expressions = Enumerable.Range(0, relation.Schema.Count).Select(column =>
            relation.Computed.TryGetValue(column, out var computed) ? ExpressionTree.MapColumns(computed, Stored) : Stored(relation.Schema.Column(column)));
        return new ProjectPlan(scan, new Arguments(expressions), relation.Schema);
    }

    private static FromPlan Aliased(Plan plan, TableAliasSyntax? alias, string? name, TextSpan span)
    {
        string? table = alias?.Name.Name ?? name;
        if (alias is not null && alias.Columns.Count > 0)
        {
            if (alias.Columns.Count != plan.Schema.Count) throw new SqlBindingException($"{table} has {plan.Schema.Count} columns and its alias names {alias.Columns.Count}.", span);
            return new FromPlan(plan, [.. alias.Columns.Select((column, index) => new ScopeColumn(table, column.Name, plan.Schema.Column(index) with { Name = column.Name }))]);
        }

        return new FromPlan(plan, [.. plan.Schema.Columns.Select((column, index) => new ScopeColumn(table, column.Name, plan.Schema.Column(index)))]);
    }

    private FromPlan Join(FromPlan left, TableReferenceSyntax syntax, SyntaxJoinKind kind, ExpressionSyntax? on, SyntaxList<IdentifierSyntax> names, bool isNatural, TextSpan span)
    {
        switch (syntax)
        {
            case NamedTableSyntax { SystemTime: not null } table:
                return Lookup(left, table, kind, on, names, span);
            case UnnestSyntax unnest:
                RefuseOuter(kind, "UNNEST", span);
                if (on is not null && on is not BooleanLiteralSyntax { Value: true }) throw new SqlBindingException("UNNEST is joined ON TRUE; write further conditions into WHERE.", on.Span);
                return Unnest(left, unnest, kind == SyntaxJoinKind.Left, new Scope(outer, left.Columns));
            case DerivedTableSyntax { Lateral: true } derived:
                RefuseOuter(kind, "LATERAL", span);
                return Lateral(left, derived, kind, on, span);
        }

        var right = Bind(syntax);
        session.Joins.Add(span);
        var names2 = isNatural ? Shared(left, right, span) : [.. names.Select(name => name)];
        return Joined(left, right, kind, on, names2, span);
    }

    private static void RefuseOuter(SyntaxJoinKind kind, string what, TextSpan span)
    {
        if (kind is SyntaxJoinKind.Right or SyntaxJoinKind.Full) throw new SqlBindingException($"{what} is computed for each row of its left side, so it can be joined by CROSS, INNER and LEFT JOIN alone.", span);
    }

    private static List<IdentifierSyntax> Shared(FromPlan left, FromPlan right, TextSpan span)
    {
        var shared = left.Columns.Where(column => !column.IsMerged).Select(column => column.Name)
            .Where(name => right.Columns.Any(other => !other.IsMerged && string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
            .Distinct(StringComparer.OrdinalIgnoreCase).Select(name => new IdentifierSyntax(name) { Span = span }).ToList();
        return shared.Count > 0 ? shared : throw new SqlBindingException("The two sides of NATURAL JOIN have no column of one name in common; write ON.", span);
    }

    private FromPlan Joined(FromPlan left, FromPlan right, SyntaxJoinKind kind, ExpressionSyntax? on, List<IdentifierSyntax> names, TextSpan span)
    {
        var joinKind = kind switch { SyntaxJoinKind.Left => JoinKind.Left, SyntaxJoinKind.Right => JoinKind.Right, SyntaxJoinKind.Full => JoinKind.Full, _ => JoinKind.Inner };
        var schema = PlanSchemas.Join(left.Plan.Schema, right.Plan.Schema, joinKind);
        int leftCount = left.Plan.Schema.Count;
        var shifted = right.Columns.Select(column => column with { Expression = ExpressionTree.Shift(column.Expression, leftCount) }).ToList();
        var inside = new Scope(outer, [.. left.Columns, .. shifted]);
        var conditions = new List<BoundExpression>();
        ScopeColumn Typed(ScopeColumn column) => column with { Expression = ExpressionTree.MapColumns(column.Expression, each => each with { Type = schema[each.Index].Type }) };
        var columns = left.Columns.Select(Typed).Concat(shifted.Select(Typed)).ToList();
        var merged = new List<ScopeColumn>();
        foreach (var name in names)
        {
            var one = Only(left.Columns, name, "left");
            var other = Only(shifted, name, "right");
            conditions.Add(BindingSession.Call(name.Span, "=", one.Expression, other.Expression));
            int place = IndexOf(left.Columns, one);
            int otherPlace = left.Columns.Count + IndexOf(shifted, other);
            var value = joinKind switch
            {
                JoinKind.Right => columns[otherPlace].Expression,
                JoinKind.Full => BindingSession.Call(name.Span, "COALESCE", columns[place].Expression, columns[otherPlace].Expression),
                _ => columns[place].Expression,
            };
            columns[place] = columns[place] with { IsMerged = true };
            columns[otherPlace] = columns[otherPlace] with { IsMerged = true };
            merged.Add(new ScopeColumn(null, one.Name, value));
        }

        if (on is not null) conditions.Add(new ExpressionBinder(session, inside, tables, new ClauseRules("ON") { Subqueries = joinKind == JoinKind.Inner }).Condition(on));
        return new FromPlan(Joined(left.Plan, right.Plan, joinKind, conditions, schema, span), [.. merged, .. columns]);
    }

    private Plan Joined(Plan left, Plan right, JoinKind kind, List<BoundExpression> conditions, RowSchema schema, TextSpan span)
    {
        var all = conditions.SelectMany(ExpressionTree.Conjuncts).ToList();
        bool IsLater(BoundExpression condition) => ExpressionTree.ReadsClock(condition) || ExpressionTree.Any(condition, part => part is SubqueryExpression);
        if (kind != JoinKind.Inner && all.FirstOrDefault(ExpressionTree.ReadsClock) is not null)
            throw new SqlBindingException("NOW() cannot stand in ON of an outer join; filter that side in a subquery.", span);
        var join = new JoinPlan(left, right, kind, Arguments.None, Arguments.None, BindingSession.And([.. all.Where(condition => !IsLater(condition))]), schema);
        if (!all.Any(IsLater)) return join;
        var conditional = new ConditionBinder(session, join);
        foreach (var condition in all.Where(IsLater)) conditional.Apply(condition, span);
        return BindingSession.Renamed(Narrowed(conditional.Plan, schema), schema.Columns.Select(column => column.Name));
    }

    /// <summary>Without the columns that subqueries brought.</summary>
    private static Plan Narrowed(Plan plan, RowSchema schema) => plan.Schema.Count == schema.Count
        ? plan
        : BindingSession.Project(plan, [.. plan.Schema.AllColumns().Take(schema.Count)], schema.Columns.Select(column => column.Name));

    private static ScopeColumn Only(IReadOnlyList<ScopeColumn> columns, IdentifierSyntax name, string side)
    {
        var found = new Scope(null, columns).Find(null, name.Name);
        if (found.Count == 0) BindingSession.UnknownName($"column on the {side} side of USING called", name.Name, columns.Select(column => column.Name), name.Span);
        if (found.Count > 1) throw new SqlBindingException($"The column {name.Name} of USING is ambiguous on the {side} side: {string.Join(", ", found.Select(column => $"{column.Table}.{column.Name}"))}.", name.Span);
        return found[0];
    }

    private static int IndexOf(IReadOnlyList<ScopeColumn> columns, ScopeColumn column)
    {
        for (int i = 0; i < columns.Count; i++)
        {
            if (ReferenceEquals(columns[i], column)) return i;
        }

        return -1;
    }

    private FromPlan Lateral(FromPlan left, DerivedTableSyntax syntax, SyntaxJoinKind kind, ExpressionSyntax? on, TextSpan span)
    {
        session.Joins.Add(span);
        var inner = new QueryBinder(session, new Scope(outer, left.Columns), tables).Bind(syntax.Query);
        var right = Aliased(inner, syntax.Alias, null, syntax.Span);
        bool isLeft = kind == SyntaxJoinKind.Left;
        int leftCount = left.Plan.Schema.Count;
        var schema = PlanSchemas.Join(left.Plan.Schema, right.Plan.Schema, isLeft ? JoinKind.Left : JoinKind.Inner);
        var shifted = right.Columns.Select(column => column with { Expression = ExpressionTree.Shift(column.Expression, leftCount) }).ToList();
        var condition = on is null ? null : new ExpressionBinder(session, new Scope(outer, [.. left.Columns, .. shifted]), tables, new ClauseRules("ON")).Condition(on);
        var plan = new ConditionBinder(session, left.Plan).Lateral(inner, isLeft, condition, span);
        ScopeColumn Typed(ScopeColumn column) => column with { Expression = ExpressionTree.MapColumns(column.Expression, each => each with { Type = schema[each.Index].Type }) };
        return new FromPlan(plan, [.. left.Columns, .. shifted.Select(Typed)]);
    }

    private FromPlan Lookup(FromPlan left, NamedTableSyntax syntax, SyntaxJoinKind kind, ExpressionSyntax? on, SyntaxList<IdentifierSyntax> names, TextSpan span)
    {
        if (kind is not (SyntaxJoinKind.Inner or SyntaxJoinKind.Left)) throw new SqlBindingException("FOR SYSTEM_TIME AS OF is joined by INNER or LEFT JOIN.", span);
        if (names.Count > 0 || on is null) throw new SqlBindingException("FOR SYSTEM_TIME AS OF is joined by ON with the key of the table that is looked up.", span);
        var time = new ExpressionBinder(session, new Scope(outer, left.Columns), tables, new ClauseRules("FOR SYSTEM_TIME AS OF")).Bind(syntax.SystemTime!);
        if (!time.Type.IsTimestamp) throw new SqlBindingException($"FOR SYSTEM_TIME AS OF takes a time of the left side, and this is {time.Type.Nullable()}.", syntax.SystemTime!.Span);
        var right = Named(syntax with { SystemTime = null });
        bool isLeft = kind == SyntaxJoinKind.Left;
        int leftCount = left.Plan.Schema.Count;
        var schema = PlanSchemas.Join(left.Plan.Schema, right.Plan.Schema, isLeft ? JoinKind.Left : JoinKind.Inner);
        var shifted = right.Columns.Select(column => column with { Expression = ExpressionTree.Shift(column.Expression, leftCount) }).ToList();
        var condition = new ExpressionBinder(session, new Scope(outer, [.. left.Columns, .. shifted]), tables, new ClauseRules("ON")).Condition(on);
        var keys = EqualKeys.Extract(ExpressionTree.Conjuncts(condition), leftCount);
        if (keys.Left.Count == 0) throw new SqlBindingException($"The look-up of {syntax.Name.Plain} needs an equality between a column of it and one of the left side in ON.", on.Span);
        var plan = new LookupPlan(left.Plan, right.Plan, isLeft, new Arguments(keys.Left), new Arguments(keys.Right), BindingSession.And(keys.Rest), schema);
        ScopeColumn Typed(ScopeColumn column) => column with { Expression = ExpressionTree.MapColumns(column.Expression, each => each with { Type = schema[each.Index].Type }) };
        return new FromPlan(plan, [.. left.Columns, .. shifted.Select(Typed)]);
    }

    private FromPlan Unnest(FromPlan left, UnnestSyntax syntax, bool isLeft, Scope? scope)
    {
        if (syntax.Arrays.Count != 1) throw new SqlBindingException("UNNEST takes one array; unnest others in references of their own.", syntax.Span);
        var array = new ExpressionBinder(session, scope ?? new Scope(null, []), tables, new ClauseRules("UNNEST")).Bind(syntax.Arrays[0]);
        if (array.Type.Kind != SqlTypeKind.Array) throw new SqlBindingException($"UNNEST takes an array, and this is {array.Type.Nullable()}.", syntax.Arrays[0].Span);
        var element = array.Type.Element!.Nullable(isLeft || array.Type.Element!.IsNullable);
        string? table = syntax.Alias?.Name.Name;
        var names = syntax.Alias?.Columns.Select(column => column.Name).ToList() ?? [];
        int count = syntax.WithOrdinality ? 2 : 1;
        if (names.Count > count) throw new SqlBindingException($"UNNEST gives {count} columns and its alias names {names.Count}.", syntax.Span);
        if (names.Count == 0) names.Add(table ?? "EXPR$0");
        if (names.Count == 1 && syntax.WithOrdinality) names.Add("ORDINALITY");
        List<RowColumn> columns = [new(names[0], element)];
        if (syntax.WithOrdinality) columns.Add(new RowColumn(names[1], SqlType.BigInt.Nullable(isLeft)));
        var schema = left.Plan.Schema.With(columns);
        var plan = new UnnestPlan(left.Plan, array, isLeft, syntax.WithOrdinality, schema);
        return new FromPlan(plan, [.. left.Columns, .. columns.Select((column, index) => new ScopeColumn(table, column.Name, schema.Column(left.Plan.Schema.Count + index)))]);
    }
}
