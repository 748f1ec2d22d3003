using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>Queries.</summary>
sealed partial class RandomSyntax
{
    public QuerySyntax Query(int nodes = 60)
    {
        budget = nodes;
        return AnyQuery();
    }

    QuerySyntax AnyQuery()
    {
        QuerySyntax query = random.Next(--budget < 0 ? 2 : 8) switch
        {
            0 => new TableQuerySyntax(Name()),
            1 => new ValuesSyntax(Many(1, 2, () => new RowSyntax(Many(1, 2, AnyExpression)))),
            2 or 3 => SetOperation(),
            _ => Select(),
        };
        if (!Chance(30))
            return query;
        query = Around(query);
        return query.HasTail && Chance(10) && Around(new NestedQuerySyntax(query)) is { HasTail: true } wider ? wider : query;
    }

    QuerySyntax Around(QuerySyntax query) => query with
    {
        With = Chance(30) ? Many(1, 2, () => new CommonTableSyntax(Identifier(), Many(0, 2, Identifier), AnyQuery())) : [],
        OrderBy = Chance(50) ? Many(1, 2, OrderItem) : [], Limit = Chance(40) ? random.Next(100) : null, Offset = Chance(20) ? random.NextInt64() : null,
    };

    SetOperationSyntax SetOperation() => new((SetOperator)random.Next(3), Chance(50), AnyQuery(), AnyQuery());

    SelectSyntax Select() => new(Many(1, 3, SelectItem))
    {
        Distinct = Chance(20), Hints = Chance(10) ? Many(1, 2, Hint) : [], From = Many(0, 2, () => Table()), Where = Maybe(AnyExpression),
        GroupBy = Chance(30) ? new GroupBySyntax(Many(1, 3, () => Grouping())) : null, Having = Maybe(AnyExpression),
        Windows = Chance(20) ? Many(1, 2, () => new NamedWindowSyntax(Identifier(), Window())) : [], Qualify = Chance(10) ? AnyExpression() : null,
    };

    SelectItemSyntax SelectItem() => random.Next(8) switch
    {
        0 => new SelectItemSyntax(new StarSyntax()),
        1 => new SelectItemSyntax(new StarSyntax(Name())),
        _ => new SelectItemSyntax(AnyExpression(), Maybe(Identifier)),
    };

    HintSyntax Hint() => new(Identifier(), Many(0, 2, () => new HintArgumentSyntax(Maybe(HintText), HintText())));

    /// <summary>A text that does not end the comment which the hint is.</summary>
    string HintText() => Pick("a", "1d", "it's", "select", "a.b", "");

    OrderItemSyntax OrderItem() => new(AnyExpression(), Chance(50), Chance(30) ? Pick(NullsOrder.First, NullsOrder.Last) : null);

    WindowSyntax Window() => new(Maybe(Identifier), Chance(50) ? Many(1, 2, AnyExpression) : [], Chance(50) ? Many(1, 2, OrderItem) : [], Maybe(Frame));

    FrameSyntax Frame() => new(Pick(FrameUnit.Rows, FrameUnit.Range), FrameBound(), Maybe(FrameBound));

    FrameBoundSyntax FrameBound()
    {
        var bound = (FrameBound)random.Next(5);
        return new FrameBoundSyntax(bound, bound is Orrery.Sql.Syntax.FrameBound.Preceding or Orrery.Sql.Syntax.FrameBound.Following ? AnyExpression() : null);
    }

    GroupingSyntax Grouping() => random.Next(--budget < 0 ? 4 : 8) switch
    {
        <= 2 => new ExpressionGroupingSyntax(AnyExpression()),
        3 or 4 => GroupingSet(),
        5 => new RollupGroupingSyntax(Many(1, 2, GroupingSet)),
        6 => new CubeGroupingSyntax(Many(1, 2, GroupingSet)),
        _ => new GroupingSetsSyntax(Many(1, 2, Grouping)),
    };

    GroupingSyntax GroupingSet() => random.Next(3) switch
    {
        0 => new SetGroupingSyntax([]),
        1 => new SetGroupingSyntax(Many(2, 3, AnyExpression)),
        _ => new ExpressionGroupingSyntax(AnyExpression()),
    };

    TableAliasSyntax Alias() => new(Identifier(), Many(0, 2, Identifier));

    TableReferenceSyntax Table() => random.Next(--budget < 0 ? 2 : 9) switch
    {
        <= 2 => new NamedTableSyntax(Name(), Maybe(Alias)) { SystemTime = Maybe(AnyExpression), Hints = Chance(10) ? Many(1, 2, Hint) : [] },
        3 => new DerivedTableSyntax(AnyQuery(), Maybe(Alias), Chance(30)),
        4 => new FunctionTableSyntax(new CallSyntax(new NameSyntax([new IdentifierSyntax(Pick(Functions))]), Many(0, 3, Argument)), Maybe(Alias), Chance(50)),
        5 => new UnnestSyntax(Many(1, 2, AnyExpression), Chance(50), Maybe(Alias)),
        _ => Join(),
    };

    JoinSyntax Join()
    {
        var kind = (JoinKind)random.Next(5);
        var join = new JoinSyntax(kind, Table(), Table());
        if (kind == JoinKind.Cross)
            return join;
        return random.Next(4) switch
        {
            0 => join with { Natural = true },
            1 => join with { Using = Many(1, 2, Identifier) },
            _ => join with { On = AnyExpression() },
        };
    }
}
