namespace Orrery.Sql.Syntax;

/// <summary>Operators. What stands between them is read in Parser.Primaries.cs.</summary>
sealed partial class Parser
{
    static readonly string[] Infixes = ["AND", "OR", "NOT", "IS", "IN", "LIKE", "SIMILAR", "BETWEEN", "AT", "+", "-", "*", "/", "%", "||", "=", "<>", "<", "<=", ">", ">=", "::", "["];

    /// <summary>Reads an expression of operators that bind at least as tightly as <paramref name="power"/>.</summary>
    public ExpressionSyntax ReadExpression(int power = 0)
    {
        Enter();
        int outer = height, start = index;
        height = 0;
        ExpressionSyntax left = ReadPrefix();
        int levels = height + 1;
        while (true)
        {
            height = 0;
            if (ReadInfix(left, power, start) is not { } wider)
                break;
            left = wider;
            levels = Math.Max(levels, height) + 1;
            CheckHeight(levels);
        }

        height = Math.Max(outer, levels);
        Leave();
        return left;
    }

    ExpressionSyntax ReadPrefix()
    {
        int start = index;
        if (Take("NOT"))
            return new UnarySyntax(UnaryOperator.Not, ReadExpression(Power.Not)) { Span = From(start) };
        if (Take("-"))
            return new UnarySyntax(UnaryOperator.Minus, ReadExpression(Power.Sign)) { Span = From(start) };
        if (Take("+"))
            return new UnarySyntax(UnaryOperator.Plus, ReadExpression(Power.Sign)) { Span = From(start) };
        return ReadPrimary();
    }

    /// <summary>Reads an operator behind <paramref name="left"/> and its right side. Null when none is here that binds tightly enough.</summary>
    ExpressionSyntax? ReadInfix(ExpressionSyntax left, int power, int start)
    {
        if (power <= Power.Postfix && ReadPostfix(left, start) is { } postfix)
            return postfix;
        foreach (string infix in Infixes)
            Seek(infix);
        if (Power.Operator(Current.Mark) is { } symbol)
            return Power.Of(symbol) < power ? null : ReadBinary(left, symbol, start);
        return Current.Mark switch
        {
            "AND" when power <= Power.And => ReadChain(left, LogicalOperator.And, "AND", Power.And, start),
            "OR" when power <= Power.Or => ReadChain(left, LogicalOperator.Or, "OR", Power.Or, start),
            "IS" when power <= Power.Is => ReadIs(left, start),
            "AT" when power <= Power.Zone && At("AT", "TIME", "ZONE") => ReadAtTimeZone(left, start),
            "NOT" or "IN" or "LIKE" or "SIMILAR" or "BETWEEN" when power <= Power.Range => ReadRange(left, start),
            _ => null,
        };
    }

    ExpressionSyntax ReadBinary(ExpressionSyntax left, BinaryOperator symbol, int start)
    {
        index++;
        int power = Power.Of(symbol);
        if (power == Power.Comparison && (At("ANY", "(") || At("SOME", "(") || At("ALL", "(")))
        {
            Quantifier quantifier = Current.Mark == "ALL" ? Quantifier.All : Quantifier.Any;
            index++;
            return new QuantifiedSyntax(left, symbol, quantifier, ReadParenthesizedQuery()) { Span = From(start) };
        }

        return new BinarySyntax(symbol, left, ReadExpression(power + 1)) { Span = From(start) };
    }

    LogicalSyntax ReadChain(ExpressionSyntax left, LogicalOperator logical, string mark, int power, int start)
    {
        var operands = new List<ExpressionSyntax>();
        AddOperand(operands, left, logical);
        while (Take(mark))
        {
            AddOperand(operands, ReadExpression(power + 1), logical);
            CheckCount(operands.Count);
        }

        return new LogicalSyntax(logical, [.. operands]) { Span = From(start) };
    }

    /// <summary>A chain inside a chain of the same operator is part of it; its parentheses say nothing.</summary>
    static void AddOperand(List<ExpressionSyntax> operands, ExpressionSyntax operand, LogicalOperator logical)
    {
        if (operand is LogicalSyntax inner && inner.Operator == logical)
            operands.AddRange(inner.Operands);
        else
            operands.Add(operand);
    }

    ExpressionSyntax ReadIs(ExpressionSyntax left, int start)
    {
        index++;
        bool negated = Take("NOT");
        if (Take("DISTINCT"))
        {
            Expect("FROM");
            return new DistinctFromSyntax(left, ReadExpression(Power.Is + 1), negated) { Span = From(start) };
        }

        IsTest? test = Take("NULL") ? IsTest.Null : Take("TRUE") ? IsTest.True : Take("FALSE") ? IsTest.False : Take("UNKNOWN") ? IsTest.Unknown : ReadJsonTest();
        return test is { } found
            ? new IsSyntax(left, found, negated) { Span = From(start) }
            : throw Unexpected((negated ? "" : "NOT, ") + "NULL, TRUE, FALSE, UNKNOWN, DISTINCT FROM or JSON");
    }

    IsTest? ReadJsonTest()
    {
        if (!Take("JSON"))
            return null;
        return Take("OBJECT") ? IsTest.JsonObject : Take("ARRAY") ? IsTest.JsonArray : Take("SCALAR") ? IsTest.JsonScalar : Take("VALUE") ? IsTest.Json : IsTest.Json;
    }

    AtTimeZoneSyntax ReadAtTimeZone(ExpressionSyntax left, int start)
    {
        index += 3;
        return new AtTimeZoneSyntax(left, ReadExpression(Power.Zone + 1)) { Span = From(start) };
    }

    /// <summary>Reads <c>[NOT] IN, LIKE, SIMILAR TO, BETWEEN</c>.</summary>
    ExpressionSyntax ReadRange(ExpressionSyntax left, int start)
    {
        bool negated = Take("NOT");
        if (Take("IN"))
            return ReadIn(left, negated, start);
        if (Take("BETWEEN"))
            return ReadBetween(left, negated, start);
        bool similar = Take("SIMILAR");
        if (similar)
            Expect("TO");
        else if (!Take("LIKE"))
            throw Unexpected("IN, LIKE, SIMILAR TO or BETWEEN behind NOT");
        ExpressionSyntax pattern = ReadExpression(Power.Range + 1);
        ExpressionSyntax? escape = Take("ESCAPE") ? ReadExpression(Power.Range + 1) : null;
        return new LikeSyntax(left, pattern, escape, negated, similar) { Span = From(start) };
    }

    BetweenSyntax ReadBetween(ExpressionSyntax left, bool negated, int start)
    {
        bool symmetric = Take("SYMMETRIC");
        if (!symmetric)
            Take("ASYMMETRIC");
        ExpressionSyntax low = ReadExpression(Power.Range + 1);
        Expect("AND");
        return new BetweenSyntax(left, low, ReadExpression(Power.Range + 1), negated, symmetric) { Span = From(start) };
    }

    ExpressionSyntax ReadIn(ExpressionSyntax left, bool negated, int start)
    {
        Expect("(");
        (QuerySyntax? query, SyntaxList<ExpressionSyntax> items) = ReadQueryOrItems();
        Expect(")");
        if (query is null && items is [SubquerySyntax only])
            query = only.Query;
        return query is null
            ? new InListSyntax(left, items, negated) { Span = From(start) }
            : new InQuerySyntax(left, query, negated) { Span = From(start) };
    }

    ExpressionSyntax? ReadPostfix(ExpressionSyntax left, int start)
    {
        if (Take("["))
        {
            ExpressionSyntax item = ReadExpression();
            Expect("]");
            return new ElementSyntax(left, item) { Span = From(start) };
        }

        if (Take("::"))
            return new CastSyntax(left, ReadType(postfixes: false), Try: false) { Span = From(start) };
        if (Current.Mark == "." && Take("."))
            return new FieldSyntax(left, ReadIdentifier("a field's name", Expectations.Column)) { Span = From(start) };
        return null;
    }
}
