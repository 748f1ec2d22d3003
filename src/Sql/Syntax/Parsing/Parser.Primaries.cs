namespace Orrery.Sql.Syntax;

/// <summary>What stands between operators: literals, names, calls, parentheses.</summary>
sealed partial class Parser
{
    ExpressionSyntax ReadPrimary()
    {
        Seek(Expectations.Column);
        Seek(Expectations.Function);
        int start = index;
        Token token = Current;
        switch (token.Kind)
        {
            case TokenKind.Number:
                index++;
                return new NumberLiteralSyntax(token.Text, KindOf(token.Text)) { Span = From(start) };
            case TokenKind.String:
                index++;
                return new StringLiteralSyntax(token.Text) { Span = From(start) };
            case TokenKind.Binary:
                index++;
                return new BinaryLiteralSyntax(token.Text) { Span = From(start) };
            case TokenKind.Symbol when Take("("):
                return ReadParentheses(start);
            case TokenKind.End:
                SeekPrimaries();
                break;
            case TokenKind.Word when token.Mark.Length > 0 && ReadKeyword(token.Mark, start) is { } special:
                return special;
        }

        if (IsName(token) || token.Mark is "LEFT" or "RIGHT" && Ahead(1).Mark == "(")
            return ReadNameOrCall(start);
        throw token.Mark == "*" ? Error("expected an expression, found '*'. It stands alone in a select list, or in COUNT(*).", token.Span) : Unexpected("an expression");
    }

    static NumberKind KindOf(string number) =>
        number.Contains('E') ? NumberKind.Approximate : number.Contains('.') ? NumberKind.Decimal : NumberKind.Integer;

    /// <summary>For completion: keywords that begin an expression.</summary>
    void SeekPrimaries()
    {
        foreach (string mark in (string[])["CASE", "CAST", "TRY_CAST", "EXISTS", "NOT", "NULL", "TRUE", "FALSE", "INTERVAL", "DATE", "TIME", "TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME",
            "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "ARRAY", "MAP", "ROW", "EXTRACT", "TRIM", "JSON_VALUE", "JSON_QUERY", "JSON_EXISTS", "JSON_OBJECT", "JSON_ARRAY", "("])
            Seek(mark);
    }

    /// <summary>Reads what begins with a keyword; null when the keyword is a plain name here.</summary>
    ExpressionSyntax? ReadKeyword(string mark, int start)
    {
        switch (mark)
        {
            case "NULL":
                index++;
                return new NullLiteralSyntax { Span = From(start) };
            case "TRUE" or "FALSE":
                index++;
                return new BooleanLiteralSyntax(mark == "TRUE") { Span = From(start) };
            case "CURRENT_DATE" or "CURRENT_TIME" or "CURRENT_TIMESTAMP" or "LOCALTIME" or "LOCALTIMESTAMP":
                return ReadClock(start);
            case "CASE":
                return ReadCase(start);
            case "EXISTS":
                index++;
                return new ExistsSyntax(ReadParenthesizedQuery()) { Span = From(start) };
            case "INTERVAL":
                return ReadInterval(start);
            case "DATE" or "TIME" or "TIMESTAMP" or "TIMESTAMP_LTZ":
                return ReadTime(start);
            case "ARRAY" when Ahead(1).Mark is "[" or "(":
                return ReadArray(start);
            case "MAP" when Ahead(1).Mark == "[":
                return ReadMap(start);
        }

        return Ahead(1).Mark == "(" ? ReadSpecialCall(mark, start) : null;
    }

    CallSyntax ReadClock(int start)
    {
        var name = new IdentifierSyntax(Current.Mark) { Span = Current.Span };
        index++;
        if (Take("("))
            Expect(")");
        return new CallSyntax(new NameSyntax([name]) { Span = name.Span }, []) { Span = From(start) };
    }

    /// <summary>Behind a parenthesis: a query, a row, or an expression.</summary>
    ExpressionSyntax ReadParentheses(int start)
    {
        (QuerySyntax? query, SyntaxList<ExpressionSyntax> items) = ReadQueryOrItems();
        Expect(")");
        return query is not null ? new SubquerySyntax(query) { Span = From(start) }
            : items.Count == 1 ? items[0]
            : new RowSyntax(items) { Span = From(start) };
    }

    /// <summary>
    /// Reads a query or a list of expressions. Both may begin with parentheses: what begins as a query in parentheses is one when a set operation, an
    /// order or a limit follows it, and an expression otherwise.
    /// </summary>
    (QuerySyntax? Query, SyntaxList<ExpressionSyntax> Items) ReadQueryOrItems()
    {
        if (AtQuery())
            return (ReadQuery(), []);
        int start = index;
        ExpressionSyntax first = ReadExpression();
        if (first is SubquerySyntax nested && AtQueryTail())
            return (ReadQueryFrom(nested.Query, start), []);
        var items = new List<ExpressionSyntax> { first };
        while (Take(","))
        {
            items.Add(ReadExpression());
            CheckCount(items.Count);
        }

        return (null, [.. items]);
    }

    CaseSyntax ReadCase(int start)
    {
        Expect("CASE");
        ExpressionSyntax? operand = At("WHEN") ? null : ReadExpression();
        var branches = new List<CaseBranchSyntax>();
        while (At("WHEN"))
        {
            int branch = index++;
            ExpressionSyntax condition = ReadExpression();
            Expect("THEN");
            branches.Add(new CaseBranchSyntax(condition, ReadExpression()) { Span = From(branch) });
            CheckCount(branches.Count);
        }

        if (branches.Count == 0)
            throw Unexpected("WHEN");
        ExpressionSyntax? otherwise = Take("ELSE") ? ReadExpression() : null;
        Expect("END");
        return new CaseSyntax(operand, [.. branches], otherwise) { Span = From(start) };
    }

    ExpressionSyntax ReadArray(int start)
    {
        index++;
        if (At("("))
            return new ArrayQuerySyntax(ReadParenthesizedQuery()) { Span = From(start) };
        Expect("[");
        SyntaxList<ExpressionSyntax> items = At("]") ? [] : List(() => ReadExpression());
        Expect("]");
        return new ArraySyntax(items) { Span = From(start) };
    }

    MapSyntax ReadMap(int start)
    {
        index++;
        Expect("[");
        SyntaxList<MapEntrySyntax> entries = At("]") ? [] : List(ReadMapEntry);
        Expect("]");
        return new MapSyntax(entries) { Span = From(start) };
    }

    MapEntrySyntax ReadMapEntry()
    {
        int start = index;
        ExpressionSyntax key = ReadExpression();
        Expect(",");
        return new MapEntrySyntax(key, ReadExpression()) { Span = From(start) };
    }

    ExpressionSyntax ReadNameOrCall(int start)
    {
        bool reserved = !IsName(Current);
        NameSyntax name;
        if (reserved)
        {
            name = new NameSyntax([new IdentifierSyntax(Current.Text) { Span = Current.Span }]) { Span = Current.Span };
            index++;
        }
        else
        {
            name = ReadName("a column name", Expectations.Column);
        }

        return At("(") ? ReadCall(name, start) : new ColumnSyntax(name) { Span = From(start) };
    }
}
