using Orrery.Sql.Syntax;

namespace Orrery.Sql.Tests.Syntax;

/// <summary>Random trees as the parser would make them, of every kind of node. Expressions here, queries and statements beside.</summary>
sealed partial class RandomSyntax(Random random)
{
    static readonly string[] Words =
    [
        "a", "b", "price", "o", "Übergröße", "价格", "key", "value", "date", "row", "filter", "partitioned", "first", "x1$", "_", "select", "from", "table", "order", "a b", "a`b",
        "1x", "'", "array", "map", "both", "leading", "unbounded", "interval", "rows", "x", "u", "at", "comment", "json", "metadata", "primary", "watermark", "over", "end", "to", "-- no", "/*",
    ];

    static readonly string[] Functions = ["f", "COUNT", "sum", "UPPER", "LEFT", "right", "ceil", "substring", "OVERLAY", "position", "extract", "trim", "cast", "row", "json_value", "db", "current_date", "array", "map"];

    static readonly string[] Texts = ["", "a", "it's", "''", "多语言 😀", "%_\\", "--", "/* x */", "\n", "2026-01-31", "$.a"];

    int budget;

    public ExpressionSyntax Expression(int nodes = 30)
    {
        budget = nodes;
        return AnyExpression();
    }

    T Pick<T>(params ReadOnlySpan<T> items) => items[random.Next(items.Length)];

    bool Chance(int percent) => random.Next(100) < percent;

    SyntaxList<T> Many<T>(int least, int most, Func<T> make)
    {
        var items = new T[random.Next(least, most + 1)];
        for (int item = 0; item < items.Length; item++)
            items[item] = make();
        return SyntaxList.Create<T>(items);
    }

    T? Maybe<T>(Func<T> make)
        where T : class => Chance(40) ? make() : null;

    string Text() => Pick(Texts);

    IdentifierSyntax Identifier() => new(Pick(Words));

    NameSyntax Name(int most = 3) => new(Many(1, Chance(70) ? 1 : most, Identifier));

    ExpressionSyntax AnyExpression()
    {
        if (--budget < 0 || Chance(15))
            return Leaf();
        return random.Next(34) switch
        {
            0 => new UnarySyntax(Pick(UnaryOperator.Plus, UnaryOperator.Minus, UnaryOperator.Not), AnyExpression()),
            1 or 2 or 3 => new BinarySyntax((BinaryOperator)random.Next(12), AnyExpression(), AnyExpression()),
            4 or 5 => Logical(),
            6 => new IsSyntax(AnyExpression(), (IsTest)random.Next(8), Chance(50)),
            7 => new DistinctFromSyntax(AnyExpression(), AnyExpression(), Chance(50)),
            8 => new BetweenSyntax(AnyExpression(), AnyExpression(), AnyExpression(), Chance(50), Chance(50)),
            9 => new LikeSyntax(AnyExpression(), AnyExpression(), Maybe(AnyExpression), Chance(50), Chance(50)),
            10 => InList(),
            11 => new InQuerySyntax(AnyExpression(), AnyQuery(), Chance(50)),
            12 => new ExistsSyntax(AnyQuery()),
            13 => new QuantifiedSyntax(AnyExpression(), (BinaryOperator)random.Next((int)BinaryOperator.Equal, 12), Pick(Quantifier.All, Quantifier.Any), AnyQuery()),
            14 => new SubquerySyntax(AnyQuery()),
            15 => new RowSyntax(Many(1, 3, AnyExpression)),
            16 => new CaseSyntax(Maybe(AnyExpression), Many(1, 2, () => new CaseBranchSyntax(AnyExpression(), AnyExpression())), Maybe(AnyExpression)),
            17 => new CastSyntax(AnyExpression(), Type(), Chance(50)),
            18 => new AtTimeZoneSyntax(AnyExpression(), AnyExpression()),
            19 => new ArraySyntax(Many(0, 3, AnyExpression)),
            20 => new ArrayQuerySyntax(AnyQuery()),
            21 => new MapSyntax(Many(0, 2, () => new MapEntrySyntax(AnyExpression(), AnyExpression()))),
            22 => new ElementSyntax(AnyExpression(), AnyExpression()),
            23 => new FieldSyntax(AnyExpression(), Identifier()),
            24 or 25 or 26 => Call(),
            27 => new ExtractSyntax(Unit(), AnyExpression()),
            28 => new TimeRoundingSyntax(AnyExpression(), Unit(), Chance(50)),
            29 => Chance(50) ? new TimestampAddSyntax(Unit(), AnyExpression(), AnyExpression()) : new TimestampDifferenceSyntax(Unit(), AnyExpression(), AnyExpression()),
            30 => new TrimSyntax((TrimSide)random.Next(3), Maybe(AnyExpression), AnyExpression()),
            _ => Json(),
        };
    }

    ExpressionSyntax Leaf() => random.Next(11) switch
    {
        0 => new NullLiteralSyntax(),
        1 => new BooleanLiteralSyntax(Chance(50)),
        2 => new NumberLiteralSyntax(Pick("0", "1", "42", "99999999999999999999999999999999999999"), NumberKind.Integer),
        3 => new NumberLiteralSyntax(Pick("0.5", "1.", "12.50", "0.00000000000000000000000000000000000001"), NumberKind.Decimal),
        4 => new NumberLiteralSyntax(Pick("1E10", "1.5E-3", "2.E+7"), NumberKind.Approximate),
        5 => new StringLiteralSyntax(Text()),
        6 => new BinaryLiteralSyntax(Pick("", "00", "0AFF")),
        7 => new TimeLiteralSyntax((TimeLiteralKind)random.Next(4), Text()),
        8 => new IntervalLiteralSyntax(Chance(50), Text(), Qualifier()),
        _ => new ColumnSyntax(Name()),
    };

    TimeUnit Unit() => (TimeUnit)random.Next((int)TimeUnit.Epoch + 1);

    IntervalQualifierSyntax Qualifier()
    {
        int? precision = Chance(30) ? random.Next(10) : null, fraction = Chance(30) ? random.Next(10) : null;
        return random.Next(4) switch
        {
            0 => new IntervalQualifierSyntax(TimeUnit.Year, precision, TimeUnit.Month),
            1 => new IntervalQualifierSyntax(Pick(TimeUnit.Day, TimeUnit.Hour, TimeUnit.Minute), precision, TimeUnit.Second, fraction),
            2 => new IntervalQualifierSyntax(TimeUnit.Second, precision, null, precision is null ? null : fraction),
            _ => new IntervalQualifierSyntax(Pick(TimeUnit.Week, TimeUnit.Quarter, TimeUnit.Day, TimeUnit.Month, TimeUnit.Minute), precision),
        };
    }

    LogicalSyntax Logical()
    {
        LogicalOperator logical = Pick(LogicalOperator.And, LogicalOperator.Or);
        return new LogicalSyntax(logical, Many(2, 4, () => AnyExpression() is var operand && operand is LogicalSyntax inner && inner.Operator == logical ? Leaf() : operand));
    }

    InListSyntax InList()
    {
        SyntaxList<ExpressionSyntax> items = Many(1, 3, AnyExpression);
        return new InListSyntax(AnyExpression(), items is [SubquerySyntax] ? [Leaf()] : items, Chance(50));
    }

    CallSyntax Call()
    {
        var name = new NameSyntax(Chance(85) ? [new IdentifierSyntax(Pick(Functions))] : [Identifier(), Identifier()]);
        var call = new CallSyntax(name, Chance(10) ? [new StarSyntax()] : Many(0, 3, Argument));
        if (name.Plain == "current_date" && call.Arguments.Count == 0)
            return call with { Function = new NameSyntax([new IdentifierSyntax("CURRENT_DATE")]) };
        if (Chance(60))
            return call;
        return call with
        {
            Distinct = call.Arguments is not ([] or [StarSyntax]) && Chance(50), WithinGroup = Chance(30) ? Many(1, 2, OrderItem) : [], Filter = Maybe(AnyExpression),
            Nulls = Chance(20) ? Pick(NullTreatment.Ignore, NullTreatment.Respect) : null, Over = Maybe(Window),
        };
    }

    ExpressionSyntax Argument() => random.Next(12) switch
    {
        0 => new NamedArgumentSyntax(Identifier(), AnyExpression()),
        1 => TableArgument(),
        2 => new DescriptorSyntax(Many(1, 2, () => Name())),
        _ => AnyExpression(),
    };

    TableArgumentSyntax TableArgument()
    {
        bool named = Chance(70);
        return new TableArgumentSyntax(named ? Name() : null, named ? null : AnyQuery(), Chance(50) ? Many(1, 2, AnyExpression) : [], Chance(30) ? Many(1, 2, OrderItem) : []);
    }

    ExpressionSyntax Json() => random.Next(7) switch
    {
        0 => new JsonExistsSyntax(AnyExpression(), AnyExpression(), Chance(50) ? Pick(JsonBehaviour.True, JsonBehaviour.False, JsonBehaviour.Unknown, JsonBehaviour.Error) : null),
        1 => new JsonValueSyntax(AnyExpression(), AnyExpression(), Maybe(Type), Maybe(JsonDefault), Maybe(JsonDefault)),
        2 => new JsonQuerySyntax(AnyExpression(), AnyExpression(), Maybe(Type), (JsonWrapper)random.Next(3), JsonBehaviourOfQuery(), JsonBehaviourOfQuery()),
        3 => new JsonObjectSyntax(Many(0, 2, JsonMember), Chance(50)),
        4 => new JsonArraySyntax(Many(0, 2, AnyExpression), Chance(50)),
        5 => new JsonObjectAggregateSyntax(JsonMember(), Chance(50), Maybe(AnyExpression)),
        _ => new JsonArrayAggregateSyntax(AnyExpression(), Chance(50), Maybe(AnyExpression)),
    };

    JsonMemberSyntax JsonMember() => new(AnyExpression(), AnyExpression());

    JsonDefaultSyntax JsonDefault() => random.Next(3) switch
    {
        0 => new JsonDefaultSyntax(JsonBehaviour.Null, null),
        1 => new JsonDefaultSyntax(JsonBehaviour.Error, null),
        _ => new JsonDefaultSyntax(JsonBehaviour.Default, AnyExpression()),
    };

    JsonBehaviour? JsonBehaviourOfQuery() => Chance(50) ? Pick(JsonBehaviour.Null, JsonBehaviour.Error, JsonBehaviour.EmptyArray, JsonBehaviour.EmptyObject) : null;

    public TypeSyntax Type()
    {
        TypeSyntax type = random.Next(--budget < 0 ? 3 : 8) switch
        {
            0 => new ScalarTypeSyntax(ScalarTypeName.Decimal, 38, Chance(50) ? 18 : null),
            1 => new ScalarTypeSyntax(Pick(ScalarTypeName.Char, ScalarTypeName.VarChar, ScalarTypeName.Timestamp, ScalarTypeName.TimestampWithLocalTimeZone, ScalarTypeName.Time), Chance(50) ? 3 : null),
            2 => new ScalarTypeSyntax(Pick(ScalarTypeName.Boolean, ScalarTypeName.Int, ScalarTypeName.BigInt, ScalarTypeName.Double, ScalarTypeName.String, ScalarTypeName.Bytes, ScalarTypeName.Date)),
            3 => new ArrayTypeSyntax(Type()),
            4 => new MultisetTypeSyntax(Type()),
            5 => new MapTypeSyntax(Type(), Type()),
            6 => new RowTypeSyntax(Many(1, 3, () => new RowFieldSyntax(Identifier(), Type(), Maybe(Text)))),
            _ => new IntervalTypeSyntax(Qualifier()),
        };
        return Chance(20) ? type with { NotNull = true } : type;
    }
}
