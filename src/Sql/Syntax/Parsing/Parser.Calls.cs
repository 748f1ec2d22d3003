namespace Orrery.Sql.Syntax;

/// <summary>Calls, plain and in the forms that have words between their arguments.</summary>
sealed partial class Parser
{
    /// <summary>Reads a call from its parenthesis on, with what may follow an aggregate.</summary>
    CallSyntax ReadCall(NameSyntax function, int start)
    {
        Expect("(");
        bool distinct = Take("DISTINCT");
        if (!distinct)
            Take("ALL");
        SyntaxList<ExpressionSyntax> arguments = [];
        SyntaxList<OrderItemSyntax> order = [];
        if (Current.Mark == "*" && Take("*"))
            arguments = [new StarSyntax { Span = tokens[index - 1].Span }];
        else if (distinct || !At(")"))
            arguments = List(ReadArgument);
        if (arguments.Count > 0 && Take("ORDER", "BY"))
            order = List(ReadOrderItem);
        Expect(")");
        if (Take("WITHIN"))
        {
            Expect("GROUP");
            Expect("(");
            Expect("ORDER", "BY");
            order = List(ReadOrderItem);
            Expect(")");
        }

        return ReadCallTail(new CallSyntax(function, arguments) { Distinct = distinct, WithinGroup = order }, start);
    }

    CallSyntax ReadCallTail(CallSyntax call, int start)
    {
        ExpressionSyntax? filter = ReadFilter();
        NullTreatment? nulls = Take("IGNORE", "NULLS") ? NullTreatment.Ignore : Take("RESPECT", "NULLS") ? NullTreatment.Respect : null;
        WindowSyntax? over = Take("OVER") ? ReadOver() : null;
        return call with { Filter = filter, Nulls = nulls, Over = over, Span = From(start) };
    }

    ExpressionSyntax? ReadFilter()
    {
        if (!At("FILTER", "("))
            return null;
        index += 2;
        Expect("WHERE");
        ExpressionSyntax filter = ReadExpression();
        Expect(")");
        return filter;
    }

    ExpressionSyntax ReadArgument()
    {
        int start = index;
        if (Current.Kind is TokenKind.Word or TokenKind.QuotedWord && Ahead(1).Mark == "=>")
        {
            var name = new IdentifierSyntax(Current.Text) { Span = Current.Span };
            index += 2;
            return new NamedArgumentSyntax(name, ReadArgumentValue()) { Span = From(start) };
        }

        return ReadArgumentValue();
    }

    ExpressionSyntax ReadArgumentValue()
    {
        int start = index;
        if (Take("TABLE"))
            return ReadTableArgument(start);
        if (Current.Mark == "DESCRIPTOR" && At("DESCRIPTOR", "("))
        {
            index++;
            return new DescriptorSyntax(Parenthesized(() => ReadName("a column name", Expectations.Column))) { Span = From(start) };
        }

        // A query as an argument stands for its value, with parentheses of its own or without, as in ARRAY_AGG((SELECT ...)).
        return AtQuery() ? new SubquerySyntax(ReadQuery()) { Span = From(start) } : ReadExpression();
    }

    /// <summary>Reads a table argument behind TABLE. A comma ends it, so several columns of PARTITION BY or ORDER BY stand in parentheses.</summary>
    TableArgumentSyntax ReadTableArgument(int start)
    {
        QuerySyntax? query = At("(") ? ReadParenthesizedQuery() : null;
        NameSyntax? table = query is null ? ReadTableName() : null;
        SyntaxList<ExpressionSyntax> partition = [];
        SyntaxList<OrderItemSyntax> order = [];
        if (Take("PARTITION"))
        {
            Expect("BY");
            partition = At("(") ? Parenthesized(() => ReadExpression()) : [ReadExpression()];
        }

        if (Take("ORDER"))
        {
            Expect("BY");
            order = At("(") ? Parenthesized(ReadOrderItem) : [ReadOrderItem()];
        }

        return new TableArgumentSyntax(table, query, partition, order) { Span = From(start) };
    }

    /// <summary>Reads the calls whose arguments are not a plain list; null for a keyword that has no such form.</summary>
    ExpressionSyntax? ReadSpecialCall(string mark, int start)
    {
        switch (mark)
        {
            case "CAST" or "TRY_CAST":
                return ReadCast(start, mark == "TRY_CAST");
            case "ROW":
                index++;
                return new RowSyntax(Parenthesized(() => ReadExpression())) { Span = From(start) };
            case "EXTRACT":
                return ReadExtract(start);
            case "CEIL" or "CEILING" or "FLOOR":
                return ReadRounding(start, up: mark != "FLOOR");
            case "TIMESTAMPADD":
                return ReadTimestampAdd(start);
            case "TIMESTAMPDIFF":
                return ReadTimestampDifference(start);
            case "TRIM":
                return ReadTrim(start);
            case "SUBSTRING":
                return ReadWithWords(start, "FROM", "FOR", null);
            case "OVERLAY":
                return ReadWithWords(start, "PLACING", "FROM", "FOR");
            case "POSITION":
                return ReadPosition(start);
            default:
                return mark.StartsWith("JSON_", StringComparison.Ordinal) ? ReadJsonCall(mark, start) : null;
        }
    }

    CastSyntax ReadCast(int start, bool isTry)
    {
        index++;
        Expect("(");
        ExpressionSyntax operand = ReadExpression();
        Expect("AS");
        TypeSyntax type = ReadType();
        Expect(")");
        return new CastSyntax(operand, type, isTry) { Span = From(start) };
    }

    /// <summary>Reads a call whose arguments have commas or these words between them: a plain call either way.</summary>
    CallSyntax ReadWithWords(int start, string first, string second, string? third)
    {
        NameSyntax function = ReadFunctionWord();
        Expect("(");
        var arguments = new List<ExpressionSyntax> { ReadExpression() };
        if (At(first))
        {
            foreach (string? word in (string?[])[first, second, third])
            {
                if (word is null || !Take(word))
                    break;
                arguments.Add(ReadExpression());
            }
        }
        else
        {
            while (Take(","))
            {
                arguments.Add(ReadExpression());
                CheckCount(arguments.Count);
            }
        }

        Expect(")");
        return new CallSyntax(function, [.. arguments]) { Span = From(start) };
    }

    CallSyntax ReadPosition(int start)
    {
        NameSyntax function = ReadFunctionWord();
        Expect("(");
        ExpressionSyntax part = ReadExpression(Power.Range + 1);
        if (!Take("IN"))
            Expect(",");
        ExpressionSyntax whole = ReadExpression();
        SyntaxList<ExpressionSyntax> arguments = Take("FROM") || Take(",") ? [part, whole, ReadExpression()] : [part, whole];
        Expect(")");
        return new CallSyntax(function, arguments) { Span = From(start) };
    }

    TrimSyntax ReadTrim(int start)
    {
        index++;
        Expect("(");
        TrimSide? side = Take("BOTH") ? TrimSide.Both : Take("LEADING") ? TrimSide.Leading : Take("TRAILING") ? TrimSide.Trailing : null;
        ExpressionSyntax? first = side is not null && At("FROM") ? null : ReadExpression();
        if (!Take("FROM"))
        {
            Expect(")");
            return new TrimSyntax(side ?? TrimSide.Both, null, first!) { Span = From(start) };
        }

        ExpressionSyntax operand = ReadExpression();
        Expect(")");
        return new TrimSyntax(side ?? TrimSide.Both, first, operand) { Span = From(start) };
    }

    /// <summary>Reads the name of a function that is a keyword, as it was written.</summary>
    NameSyntax ReadFunctionWord()
    {
        var name = new IdentifierSyntax(Current.Text) { Span = Current.Span };
        index++;
        return new NameSyntax([name]) { Span = name.Span };
    }
}
