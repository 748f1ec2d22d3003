using Orrery.Sql.Aggregates;
using Orrery.Sql.Expressions;
using Orrery.Sql.Functions;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;
using Orrery.Sql.Types;

namespace Orrery.Sql.Binding;

internal sealed partial class ExpressionBinder
{
    private BoundExpression Call(CallSyntax syntax)
    {
        if (syntax.Function.Parts.Count > 1) throw new SqlBindingException($"Functions have no qualifiers: {syntax.Function.Plain}.", syntax.Span);
        string name = syntax.Function.Last.Name.ToUpperInvariant();
        if (syntax.Over is not null) return Over(syntax, name);
        if (AggregateNames.TryFind(name, out var aggregate)) return Aggregate(syntax, name, aggregate);
        if (AggregateNames.TryFindOver(name, out _)) throw new SqlBindingException($"{name} is a window function; it needs OVER (... ORDER BY ...).", syntax.Span);
        if (syntax.Distinct || syntax.Filter is not null || syntax.WithinGroup.Count > 0)
            throw new SqlBindingException($"{name} is no aggregate, so it takes no {(syntax.Distinct ? "DISTINCT" : syntax.Filter is not null ? "FILTER" : "order")}.", syntax.Span);
        return Clock(name, syntax) ?? GroupProperty(name, syntax) ?? Function(name, syntax);
    }

    private static BoundExpression? Clock(string name, CallSyntax syntax)
    {
        var now = new NowExpression();
        BoundExpression? value = name switch
        {
            "NOW" or "CURRENT_TIMESTAMP" or "PROCTIME" or "CURRENT_ROW_TIMESTAMP" => now,
            "LOCALTIMESTAMP" => BindingSession.Cast(now, SqlType.Timestamp, syntax.Span),
            "CURRENT_DATE" => BindingSession.Cast(now, SqlType.Date, syntax.Span),
            "CURRENT_TIME" or "LOCALTIME" => BindingSession.Cast(now, SqlType.Time, syntax.Span),
            _ => null,
        };
        if (value is not null && syntax.Arguments.Count > 1) throw new SqlBindingException($"{name} takes no arguments.", syntax.Span);
        return value;
    }

    private BoundExpression? GroupProperty(string name, CallSyntax syntax)
    {
        if (name is "GROUPING" or "GROUPING_ID")
        {
            if (!rules.Aggregates) throw new SqlBindingException($"{name} has a meaning where groups are: in the select list, HAVING and ORDER BY of a query with GROUP BY, not in {rules.Clause}.", syntax.Span);
            if (_insideAggregate) throw new SqlBindingException($"{name} is a value of the group, so it cannot stand inside an aggregate of its rows.", syntax.Span);
            if (syntax.Arguments.Count is 0 or > 62) throw new SqlBindingException($"{name} takes 1 to 62 keys of GROUP BY, not {syntax.Arguments.Count}.", syntax.Span);
            return Placed(new GroupingReference(new Arguments(syntax.Arguments.Select(Bind))), syntax.Span);
        }

        int split = name.LastIndexOf('_');
        string property = split < 0 ? "" : name[(split + 1)..];
        if (property is not ("START" or "END" or "ROWTIME" or "PROCTIME") || name[..split] is not ("TUMBLE" or "HOP" or "SESSION")) return null;
        if (!rules.Aggregates) throw new SqlBindingException($"{name} has a meaning where its window is grouped by, not in {rules.Clause}.", syntax.Span);
        if (_insideAggregate) throw new SqlBindingException($"{name} is a value of the group, so it cannot stand inside an aggregate of its rows.", syntax.Span);
        return Placed(new WindowPropertyReference(GroupWindow(name[..split], syntax), property), syntax.Span);
    }

    /// <summary>TUMBLE(ts, size), HOP(ts, step, size), SESSION(ts, gap) of GROUP BY.</summary>
    public GroupWindowExpression GroupWindow(string name, CallSyntax syntax)
    {
        int count = name == "HOP" ? 3 : 2;
        if (syntax.Arguments.Count != count && syntax.Arguments.Count != count + 1)
            throw new SqlBindingException($"{name} of GROUP BY is written {(name == "HOP" ? "HOP(time, step, size)" : name == "SESSION" ? "SESSION(time, gap)" : "TUMBLE(time, size)")}, not with {syntax.Arguments.Count} arguments.", syntax.Span);
        var time = Bind(syntax.Arguments[0]);
        if (!time.Type.IsTimestamp) throw new SqlBindingException($"Windows are over a TIMESTAMP or TIMESTAMP_LTZ, and this is {time.Type.Nullable()}.", syntax.Arguments[0].Span);
        long first = Microseconds(syntax.Arguments[1]);
        long offset = syntax.Arguments.Count > count ? Interval(syntax.Arguments[count]) : 0;
        return name switch
        {
            "TUMBLE" => new GroupWindowExpression(WindowKind.Tumble, time, first, 0, offset),
            "SESSION" => new GroupWindowExpression(WindowKind.Session, time, first, 0, 0),
            _ => new GroupWindowExpression(WindowKind.Hop, time, Microseconds(syntax.Arguments[2]), first, offset),
        };
    }

    /// <summary>A constant length of time above zero.</summary>
    public long Microseconds(ExpressionSyntax syntax)
    {
        long length = Interval(syntax);
        return length > 0 ? length : throw new SqlBindingException("A window's length must be above zero.", syntax.Span);
    }

    private long Interval(ExpressionSyntax syntax) => Bind(syntax) is ConstantExpression { Value: long value, Type.Kind: SqlTypeKind.IntervalMicroseconds }
        ? value
        : throw new SqlBindingException("A constant interval of days or less was expected, for example INTERVAL '10' MINUTE.", syntax.Span);

    private BoundExpression Function(string name, CallSyntax syntax)
    {
        if (FunctionCatalog.Find(name) is { } function && name.All(character => char.IsAsciiLetterOrDigit(character) || character == '_'))
        {
            if (!function.IsDeterministic && session.IsLive)
                throw new SqlBindingException($"{name} gives another value each time, so a live view with it would never be the same twice; use it in a query, or write the value when the row is made.", syntax.Span);
            return BindingSession.Call(syntax.Span, name, [.. syntax.Arguments.Select(Bind)]);
        }

        if (session.Catalog.FindFunction(name) is { } own) return session.Inline(own, [.. syntax.Arguments.Select(Bind)], syntax.Span);
        if (name is "RAND" or "RAND_INTEGER" or "RANDOM" or "UUID")
            throw new SqlBindingException($"{name} is not part of the dialect: it gives another value each time, and what a view holds must be the same when it is computed again. Let the source write the value with the row; for a stable one take a hash of the row's key: MD5(CAST(id AS STRING)); for a sample of a hundredth write MOD(id, 100) = 0 into WHERE.", syntax.Span);
        if (name == "CURRENT_WATERMARK")
            throw new SqlBindingException("CURRENT_WATERMARK is not part of the dialect: late rows are dropped, and counted, where the table declares a WATERMARK; for what is older than now, compare with NOW() in WHERE.", syntax.Span);
        if (name is "TUMBLE" or "HOP" or "SESSION" or "CUMULATE")
            throw new SqlBindingException($"{name} cuts time in GROUP BY, or in FROM TABLE({name}(TABLE t, DESCRIPTOR(ts), ...)); it is no value in {rules.Clause}.", syntax.Span);
        BindingSession.UnknownName("function", syntax.Function.Plain, [.. FunctionCatalog.All.Select(each => each.Name).Where(each => each is not ("AND" or "OR" or "NOT")), .. FunctionCatalog.Aliases.Keys, .. AggregateNames.Aggregates, .. AggregateNames.WindowFunctions, .. session.Catalog.FunctionNames], syntax.Span);
        return null!;
    }

    private BoundExpression Placed(BoundExpression expression, TextSpan span)
    {
        Places[expression] = span;
        return expression;
    }

    private BoundExpression Aggregate(CallSyntax syntax, string name, AggregateFunction function)
    {
        if (_insideAggregate) throw new SqlBindingException($"{name} stands inside another aggregate; compute the inner one in a subquery.", syntax.Span);
        if (!rules.Aggregates) throw new SqlBindingException($"The aggregate {name} cannot stand in {rules.Clause}{(rules.Clause == "WHERE" ? "; use HAVING" : "")}.", syntax.Span);
        _insideAggregate = true;
        try
        {
            return Placed(new AggregateReference(AggregateCall(syntax, name, function)), syntax.Span);
        }
        finally
        {
            _insideAggregate = false;
        }
    }

    private AggregateCall AggregateCall(CallSyntax syntax, string name, AggregateFunction function)
    {
        if (syntax.Nulls == NullTreatment.Respect) throw new SqlBindingException($"{name} leaves nulls out; RESPECT NULLS is not supported here.", syntax.Span);
        var filter = syntax.Filter is null ? null : Condition(syntax.Filter);
        if (filter is not null && ExpressionTree.ReadsClock(filter)) throw new SqlBindingException("NOW() cannot stand in FILTER: put the condition into WHERE of a query of its own and join it.", syntax.Filter!.Span);
        bool isDistinct = syntax.Distinct || name == "APPROX_COUNT_DISTINCT";
        var order = Order(syntax.WithinGroup);
        bool isStar = syntax.Arguments is [StarSyntax { Qualifier: null }];
        if (function == AggregateFunction.Count && (isStar || syntax.Arguments.Count == 0))
        {
            if (isDistinct) throw new SqlBindingException("COUNT(DISTINCT *) is not supported; name the columns, or count the rows of a SELECT DISTINCT.", syntax.Span);
            return new AggregateCall(function, Arguments.None, false, filter, SortKeys.None, SqlType.BigInt.Nullable(false), name);
        }

        bool takesTwo = function == AggregateFunction.StringAggregate;
        if (syntax.Arguments.Count == 0 || (syntax.Arguments.Count > (takesTwo ? 2 : 1) && function != AggregateFunction.Count))
            throw new SqlBindingException($"{name} takes {(takesTwo ? "a value and a constant separator" : "one value")}, not {syntax.Arguments.Count}.", syntax.Span);
        var values = syntax.Arguments.Select(Bind).ToList();
        for (int i = 0; i < values.Count; i++)
        {
            if (ExpressionTree.Any(values[i], part => part is SubqueryExpression)) throw new SqlBindingException($"A subquery cannot stand inside {name}; join it in FROM.", syntax.Arguments[i].Span);
        }

        var types = AggregateNames.Types(function, values[0].Type)
            ?? throw new SqlBindingException($"{name} does not take {values[0].Type.Nullable()}.", syntax.Arguments[0].Span);
        values[0] = BindingSession.Cast(values[0], types.Argument, syntax.Span);
        if (takesTwo)
        {
            if (values.Count == 1) values.Add(Literals.Text(","));
            if (values[1] is not ConstantExpression { Value: string }) throw new SqlBindingException($"The separator of {name} must be a constant string.", syntax.Arguments[1].Span);
        }

        bool isOrdered = function is AggregateFunction.StringAggregate or AggregateFunction.ArrayAggregate or AggregateFunction.First or AggregateFunction.Last;
        if (!isOrdered && order.Count > 0) throw new SqlBindingException($"{name} is the same in every order; leave ORDER BY away.", syntax.Span);
        bool isIdempotent = function is AggregateFunction.Minimum or AggregateFunction.Maximum or AggregateFunction.BooleanAnd or AggregateFunction.BooleanOr or AggregateFunction.First or AggregateFunction.Last;
        if (isDistinct && isOrdered && order.Any(key => !key.Expression.Equals(values[0])))
            throw new SqlBindingException($"{name}(DISTINCT ...) can be ordered by its own value alone.", syntax.Span);
        return new AggregateCall(function, new Arguments(values), isDistinct && !isIdempotent, filter, order, types.Result, name);
    }

    /// <summary>The keys of an ORDER BY over expressions of this scope.</summary>
    private SortKeys Order(SyntaxList<OrderItemSyntax> items)
    {
        if (items.Count == 0) return SortKeys.None;
        return new SortKeys(items.Select(item => Key(Bind(item.Expression), item)));
    }

    internal static SortKey Key(BoundExpression expression, OrderItemSyntax item) =>
        new(expression, item.Descending, item.Nulls is null ? !item.Descending : item.Nulls == NullsOrder.First);
}
