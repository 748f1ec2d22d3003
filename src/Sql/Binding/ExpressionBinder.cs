using System.Runtime.CompilerServices;
using Orrery.Sql.Expressions;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

/// <summary>
/// Settles the names and types of expressions. Aggregates, window functions and subqueries come out as references of
/// their own, which the clause they stand in computes.
/// </summary>
internal sealed partial class ExpressionBinder(BindingSession session, Scope scope, CommonTable? tables, ClauseRules rules)
{
    /// <summary>Operands of BETWEEN beyond this many parts are computed once, by the function.</summary>
    private const int BetweenPartsMax = 8;

    private bool _insideAggregate;
    private bool _insideOver;

    /// <summary>Where each column was named, to say the place when it is not grouped by.</summary>
    public Dictionary<BoundExpression, TextSpan> Places { get; } = new(ReferenceEqualityComparer.Instance);

    public BoundExpression Bind(ExpressionSyntax syntax)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new SqlBindingException("The expression is nested too deep.", syntax.Span);
        return syntax switch
        {
            ColumnSyntax column => Column(column),
            NullLiteralSyntax => new ConstantExpression(null, SqlType.Null),
            BooleanLiteralSyntax boolean => Literals.Boolean(boolean.Value),
            NumberLiteralSyntax number => Literals.Number(number, isNegative: false),
            StringLiteralSyntax text => Literals.Text(text.Value),
            BinaryLiteralSyntax binary => Literals.Binary(binary),
            TimeLiteralSyntax time => Literals.Time(time),
            IntervalLiteralSyntax interval => Literals.Interval(interval),
            UnarySyntax unary => Unary(unary),
            BinarySyntax binary => Binary(binary),
            LogicalSyntax logical => BindingSession.Junction(logical.Operator == LogicalOperator.And ? "AND" : "OR", [.. logical.Operands.Select(Condition)]),
            IsSyntax test => Is(test),
            DistinctFromSyntax distinct => Call(syntax, distinct.Negated ? "IS NOT DISTINCT FROM" : "IS DISTINCT FROM", Bind(distinct.Left), Bind(distinct.Right)),
            BetweenSyntax between => Between(between),
            LikeSyntax like => Like(like),
            InListSyntax list => InList(list),
            InQuerySyntax query => InQuery(query),
            ExistsSyntax exists => Exists(exists),
            QuantifiedSyntax quantified => Quantified(quantified),
            SubquerySyntax subquery => Scalar(subquery.Query, syntax.Span),
            CaseSyntax @case => Case(@case),
            CastSyntax cast => CastTo(cast),
            CallSyntax call => Call(call),
            ExtractSyntax extract => Call(syntax, "EXTRACT", Word(extract.Unit), Bind(extract.Operand)),
            TimeRoundingSyntax rounding => Call(syntax, rounding.Up ? "CEIL" : "FLOOR", Bind(rounding.Operand), Word(rounding.Unit)),
            TimestampAddSyntax add => Call(syntax, "TIMESTAMPADD", Word(add.Unit), Bind(add.Count), Bind(add.Operand)),
            TimestampDifferenceSyntax difference => Call(syntax, "TIMESTAMPDIFF", Word(difference.Unit), Bind(difference.Start), Bind(difference.End)),
            TrimSyntax trim => Call(syntax, "TRIM", Literals.Text(trim.Side.ToString().ToUpperInvariant()), trim.Characters is null ? Literals.Text(" ") : Bind(trim.Characters), Bind(trim.Operand)),
            AtTimeZoneSyntax zone => Call(syntax, "AT TIME ZONE", Bind(zone.Operand), Bind(zone.Zone)),
            ArraySyntax array => Call(syntax, "ARRAY", [.. array.Items.Select(Bind)]),
            ArrayQuerySyntax array => ArrayOf(array),
            ElementSyntax element => Call(syntax, "ITEM", Bind(element.Operand), Bind(element.Index)),
            JsonExistsSyntax or JsonValueSyntax or JsonQuerySyntax or JsonObjectSyntax or JsonArraySyntax => Json(syntax),
            JsonObjectAggregateSyntax or JsonArrayAggregateSyntax => throw new SqlBindingException(
                "JSON_OBJECTAGG and JSON_ARRAYAGG are not among the aggregates; use ARRAY_AGG or STRING_AGG of JSON_OBJECT.", syntax.Span),
            StarSyntax => throw new SqlBindingException("* stands for columns in a select list and in COUNT(*), not for a value.", syntax.Span),
            RowSyntax => throw new SqlBindingException("A row of values can be compared by =, <> and IN; it is no value of its own.", syntax.Span),
            NamedArgumentSyntax named => throw new SqlBindingException($"The argument {named.Name.Name} is given by name; only windows of FROM take arguments by name.", syntax.Span),
            TableArgumentSyntax or DescriptorSyntax => throw new SqlBindingException("TABLE and DESCRIPTOR are arguments of the windows of FROM: FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)).", syntax.Span),
            FieldSyntax field => throw new SqlBindingException($"There is no field {field.Field.Name}: columns of type ROW are not supported.", syntax.Span),
            _ => throw new SqlBindingException("Maps are not supported; keep them as a STRING with JSON.", syntax.Span),
        };
    }

    /// <summary>An expression that must be a BOOLEAN.</summary>
    public BoundExpression Condition(ExpressionSyntax syntax)
    {
        var bound = Bind(syntax);
        if (bound.Type.Kind == SqlTypeKind.Boolean) return bound;
        if (bound.Type.Kind == SqlTypeKind.Null) return BindingSession.Cast(bound, SqlType.Boolean, syntax.Span);
        throw new SqlBindingException($"A condition was expected in {rules.Clause}, and this is a value of type {bound.Type.Nullable()}.", syntax.Span);
    }

    private static BoundExpression Call(ExpressionSyntax syntax, string name, params IReadOnlyList<BoundExpression> arguments) => BindingSession.Call(syntax.Span, name, arguments);

    private static ConstantExpression Word(TimeUnit unit) => Literals.Text(Units.Name(unit));

    private BoundExpression Column(ColumnSyntax syntax)
    {
        var parts = syntax.Name.Parts;
        string name = parts[^1].Name;
        string? table = parts.Count > 1 ? parts[^2].Name : null;
        int level = 0;
        for (var candidate = scope; candidate is not null; candidate = candidate.Outer, level++)
        {
            var found = candidate.Find(table, name);
            if (found.Count > 1)
            {
                string candidates = string.Join(", ", found.Select(column => column.Table is null ? column.Name : $"{column.Table}.{column.Name}"));
                throw new SqlBindingException($"The column {name} is ambiguous: {candidates}. Write the table before it.", syntax.Span);
            }

            if (found.Count == 1) return Found(found[0].Expression, level, syntax);
            if (table is not null && candidate.HasTable(table))
                BindingSession.UnknownName($"column {name} in", table, [], syntax.Span, Suggest(name, candidate.Columns.Where(column => string.Equals(column.Table, table, StringComparison.OrdinalIgnoreCase))));
        }

        if (table is not null)
            BindingSession.UnknownName("table or alias", table, Scopes().SelectMany(each => each.Columns).Select(column => column.Table).OfType<string>().Distinct(), syntax.Span);
        BindingSession.UnknownName("column", name, Scopes().SelectMany(each => each.Columns).Select(column => column.Name).Distinct(), syntax.Span, scope.Columns.Count == 0 ? $" {rules.Clause} has no columns to name." : "");
        return null!;
    }

    private static string Suggest(string name, IEnumerable<ScopeColumn> columns) =>
        NearestName.Find(name, columns.Select(column => column.Name)) is { } nearest ? $" Did you mean {nearest}?" : $" It has {string.Join(", ", columns.Take(20).Select(column => column.Name))}.";

    private IEnumerable<Scope> Scopes()
    {
        for (var next = scope; next is not null; next = next.Outer) yield return next;
    }

    private BoundExpression Found(BoundExpression expression, int level, ColumnSyntax syntax)
    {
        if (level > 0)
        {
            expression = ExpressionTree.Rewrite(expression, part => part switch
            {
                ColumnExpression column => new OuterExpression(level, column.Index, column.Type, column.Name),
                OuterExpression outer => outer with { Level = outer.Level + level },
                _ => null,
            });
        }

        if (expression is ColumnExpression plain) expression = plain with { Name = plain.Name };
        Places[expression] = syntax.Span;
        return expression;
    }

    private BoundExpression Unary(UnarySyntax syntax)
    {
        if (syntax.Operator == UnaryOperator.Not)
        {
            var operand = Condition(syntax.Operand);
            return operand is SubqueryExpression { Kind: SubqueryKind.Exists or SubqueryKind.In } subquery ? subquery with { IsNegated = !subquery.IsNegated } : Call(syntax, "NOT", operand);
        }

        if (syntax is { Operator: UnaryOperator.Minus, Operand: NumberLiteralSyntax number }) return Literals.Number(number, isNegative: true);
        return Call(syntax, syntax.Operator == UnaryOperator.Minus ? "-" : "+", Bind(syntax.Operand));
    }

    private BoundExpression Binary(BinarySyntax syntax)
    {
        if (syntax.Left is RowSyntax left && syntax.Right is RowSyntax right) return Rows(syntax, left, right);
        return Call(syntax, syntax.Operator.Symbol(), Bind(syntax.Left), Bind(syntax.Right));
    }

    private BoundExpression Rows(BinarySyntax syntax, RowSyntax left, RowSyntax right)
    {
        if (left.Items.Count != right.Items.Count) throw new SqlBindingException($"A row of {left.Items.Count} values is compared with one of {right.Items.Count}.", syntax.Span);
        if (syntax.Operator is not (BinaryOperator.Equal or BinaryOperator.NotEqual)) throw new SqlBindingException("Rows are compared by = and <> alone; write the order of the columns out.", syntax.Span);
        var equal = Conjunction([.. left.Items.Select((item, index) => Call(syntax, "=", Bind(item), Bind(right.Items[index])))]);
        return syntax.Operator == BinaryOperator.Equal ? equal : Call(syntax, "NOT", equal);
    }

    private static BoundExpression Conjunction(IReadOnlyList<BoundExpression> conditions) => BindingSession.And(conditions)!;

    private BoundExpression Is(IsSyntax syntax)
    {
        string test = syntax.Test switch
        {
            IsTest.JsonObject => "JSON OBJECT",
            IsTest.JsonArray => "JSON ARRAY",
            IsTest.JsonScalar => "JSON SCALAR",
            _ => syntax.Test.ToString().ToUpperInvariant(),
        };
        bool isCondition = syntax.Test is IsTest.True or IsTest.False or IsTest.Unknown;
        return Call(syntax, (syntax.Negated ? "IS NOT " : "IS ") + test, isCondition ? Condition(syntax.Operand) : Bind(syntax.Operand));
    }

    private BoundExpression Between(BetweenSyntax syntax)
    {
        var operand = Bind(syntax.Operand);
        var low = Bind(syntax.Low);
        var high = Bind(syntax.High);
        BoundExpression Inside(BoundExpression from, BoundExpression to) => Call(syntax, "AND", Call(syntax, ">=", operand, from), Call(syntax, "<=", operand, to));
        bool readsClock = ExpressionTree.ReadsClock(operand) || ExpressionTree.ReadsClock(low) || ExpressionTree.ReadsClock(high);
        if (!syntax.Symmetric && !readsClock && ExpressionTree.Size(operand) > BetweenPartsMax) return Call(syntax, syntax.Negated ? "NOT BETWEEN" : "BETWEEN", operand, low, high);
        var inside = syntax.Symmetric ? Call(syntax, "OR", Inside(low, high), Inside(high, low)) : Inside(low, high);
        return syntax.Negated ? Call(syntax, "NOT", inside) : inside;
    }

    private BoundExpression Like(LikeSyntax syntax)
    {
        string name = (syntax.Negated ? "NOT " : "") + (syntax.Similar ? "SIMILAR TO" : "LIKE");
        return syntax.Escape is null
            ? Call(syntax, name, Bind(syntax.Operand), Bind(syntax.Pattern))
            : Call(syntax, name, Bind(syntax.Operand), Bind(syntax.Pattern), Bind(syntax.Escape));
    }

    private BoundExpression InList(InListSyntax syntax)
    {
        if (syntax.Operand is RowSyntax row)
        {
            var rows = syntax.Items.Select(item => item is RowSyntax other
                ? Rows(new BinarySyntax(BinaryOperator.Equal, row, other) { Span = item.Span }, row, other)
                : throw new SqlBindingException($"A row of {row.Items.Count} values was expected.", item.Span)).ToList();
            var any = rows.Count == 1 ? rows[0] : BindingSession.Junction("OR", rows);
            return syntax.Negated ? Call(syntax, "NOT", any) : any;
        }

        var operand = Bind(syntax.Operand);
        var items = syntax.Items.Select(Bind).ToList();
        var common = TypeCoercion.Common(items.Select(item => item.Type));
        var type = common is null ? null : TypeCoercion.Comparable(operand.Type, common);
        BoundExpression found;
        if (type is not null && operand.Type.Kind != SqlTypeKind.Null && items.All(item => item is ConstantExpression))
        {
            var constants = items.Select((item, index) => BindingSession.Cast(item, type, syntax.Items[index].Span)).ToList();
            if (constants.All(item => item is ConstantExpression))
            {
                bool isNullable = operand.Type.IsNullable || constants.Any(item => item is ConstantExpression { Value: null });
                found = new InListExpression(BindingSession.Cast(operand, type, syntax.Span), new Arguments(constants), SqlType.Boolean.Nullable(isNullable));
                return syntax.Negated ? Call(syntax, "NOT", found) : found;
            }
        }

        var equals = items.Select((item, index) => BindingSession.Call(syntax.Items[index].Span, "=", operand, item)).ToList();
        found = equals.Count == 1 ? equals[0] : BindingSession.Junction("OR", equals);
        return syntax.Negated ? Call(syntax, "NOT", found) : found;
    }

    private BoundExpression Case(CaseSyntax syntax)
    {
        var operand = syntax.Operand is null ? null : Bind(syntax.Operand);
        var conditions = syntax.Branches.Select(branch => operand is null ? Condition(branch.Condition) : Call(branch.Condition, "=", operand, Bind(branch.Condition))).ToList();
        var results = syntax.Branches.Select(branch => Bind(branch.Result)).ToList();
        var otherwise = syntax.Otherwise is null ? new ConstantExpression(null, SqlType.Null) : Bind(syntax.Otherwise);
        return CaseOf(conditions, results, otherwise, syntax.Span);
    }

    internal static BoundExpression CaseOf(IReadOnlyList<BoundExpression> conditions, IReadOnlyList<BoundExpression> results, BoundExpression otherwise, TextSpan span)
    {
        var type = TypeCoercion.Common([.. results.Select(result => result.Type), otherwise.Type])
            ?? throw new SqlBindingException($"The branches of CASE have nothing in common: {string.Join(", ", results.Append(otherwise).Select(result => result.Type.Nullable()).Distinct())}. Write a CAST.", span);
        var branches = new List<BoundExpression>();
        for (int i = 0; i < conditions.Count; i++)
        {
            branches.Add(conditions[i]);
            branches.Add(BindingSession.Cast(results[i], type, span));
        }

        var last = BindingSession.Cast(otherwise, type, span);
        bool isNullable = last.Type.IsNullable || branches.Where((_, index) => index % 2 == 1).Any(result => result.Type.IsNullable);
        return new CaseExpression(new Arguments(branches), last, type.Nullable(isNullable));
    }

    private BoundExpression CastTo(CastSyntax syntax)
    {
        var operand = Bind(syntax.Operand);
        var type = TypeBinder.Bind(syntax.Type);
        if (!syntax.Try) return BindingSession.Cast(operand, type, syntax.Span);
        if (operand.Type.Kind == SqlTypeKind.Null) return BindingSession.Cast(operand, type, syntax.Span);
        if (!TypeCoercion.IsExplicit(operand.Type, type)) throw new SqlBindingException($"A value of type {operand.Type.Nullable()} cannot be cast to {type.Nullable()}.", syntax.Span);
        return new CastExpression(operand, true, type.Nullable());
    }

    private BoundExpression Json(ExpressionSyntax syntax)
    {
        static BoundExpression Behaviour(JsonBehaviour? behaviour, string otherwise) => Literals.Text(behaviour switch
        {
            null => otherwise,
            JsonBehaviour.EmptyArray => "EMPTY ARRAY",
            JsonBehaviour.EmptyObject => "EMPTY OBJECT",
            _ => behaviour.Value.ToString().ToUpperInvariant(),
        });
        switch (syntax)
        {
            case JsonExistsSyntax exists:
                return Call(syntax, "JSON_EXISTS", Bind(exists.Json), Bind(exists.Path), Behaviour(exists.OnError, "FALSE"));
            case JsonValueSyntax value:
                return JsonValue(value, Behaviour);
            case JsonQuerySyntax query:
                if (query.Returning is ArrayTypeSyntax) throw new SqlBindingException("JSON_QUERY gives a STRING with JSON; RETURNING an array is not supported.", query.Returning.Span);
                string wrapper = query.Wrapper switch { JsonWrapper.Without => "WITHOUT", JsonWrapper.Conditional => "CONDITIONAL", _ => "UNCONDITIONAL" };
                return Call(syntax, "JSON_QUERY", Bind(query.Json), Bind(query.Path), Literals.Text(wrapper), Behaviour(query.OnEmpty, "NULL"), Behaviour(query.OnError, "NULL"));
            case JsonObjectSyntax json:
                return Call(syntax, "JSON_OBJECT", [Literals.Text(json.AbsentOnNull ? "ABSENT" : "NULL"), .. json.Members.SelectMany(member => (IEnumerable<BoundExpression>)[Bind(member.Key), Bind(member.Value)])]);
            default:
                var array = (JsonArraySyntax)syntax;
                return Call(syntax, "JSON_ARRAY", [Literals.Text(array.AbsentOnNull ? "ABSENT" : "NULL"), .. array.Items.Select(Bind)]);
        }
    }

    private BoundExpression JsonValue(JsonValueSyntax syntax, Func<JsonBehaviour?, string, BoundExpression> behaviour)
    {
        BoundExpression Default(JsonDefaultSyntax? given) => given?.Value is null ? new ConstantExpression(null, SqlType.String) : BindingSession.Cast(Bind(given.Value), SqlType.String, given.Span);
        var value = Call(syntax, "JSON_VALUE", Bind(syntax.Json), Bind(syntax.Path),
            behaviour(syntax.OnEmpty?.Behaviour, "NULL"), Default(syntax.OnEmpty), behaviour(syntax.OnError?.Behaviour, "NULL"), Default(syntax.OnError));
        if (syntax.Returning is null) return value;
        var type = TypeBinder.Bind(syntax.Returning);
        bool isError = syntax.OnError?.Behaviour == JsonBehaviour.Error;
        return isError ? BindingSession.Cast(value, type, syntax.Span) : new CastExpression(value, true, type.Nullable());
    }
}
