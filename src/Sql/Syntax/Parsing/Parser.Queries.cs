namespace Orrery.Sql.Syntax;

/// <summary>Queries as a whole, and SELECT.</summary>
sealed partial class Parser
{
    /// <summary>Whether a query begins here; one in parentheses does not count.</summary>
    bool AtQuery() => At("SELECT") || At("WITH") || At("VALUES") || At("TABLE") && Ahead(1).Mark != "(";

    /// <summary>Whether what follows makes a query in parentheses a part of a larger one.</summary>
    bool AtQueryTail() => At("UNION") || At("INTERSECT") || At("EXCEPT") || At("ORDER") || At("LIMIT") || At("OFFSET") || At("FETCH");

    QuerySyntax ReadParenthesizedQuery()
    {
        Expect("(");
        QuerySyntax query = ReadQuery();
        Expect(")");
        return query;
    }

    public QuerySyntax ReadQuery()
    {
        Enter();
        int outer = height, start = index;
        height = 0;
        SyntaxList<CommonTableSyntax> with = ReadWith();
        QuerySyntax body = ReadSetOperations(Union);
        QuerySyntax query = ReadTail(body, with, start);
        height = Math.Max(outer, height + 1);
        Leave();
        return query;
    }

    /// <summary>Reads on behind a query in parentheses that began at <paramref name="start"/>; <see cref="height"/> is that of the query.</summary>
    QuerySyntax ReadQueryFrom(QuerySyntax first, int start) => ReadTail(ReadSetOperationsFrom(first, Union, start), [], start);

    QuerySyntax ReadTail(QuerySyntax body, SyntaxList<CommonTableSyntax> with, int start)
    {
        SyntaxList<OrderItemSyntax> order = [];
        if (Take("ORDER"))
        {
            Expect("BY");
            order = List(ReadOrderItem);
        }

        (long? limit, long? offset) = ReadLimits();
        if (with.Count == 0 && order.Count == 0 && limit is null && offset is null)
            return body;
        TextSpan span = From(start);
        QuerySyntax whole = body.HasTail ? new NestedQuerySyntax(body) : body;
        return whole with { With = with, OrderBy = order, Limit = limit, Offset = offset, Span = span };
    }

    (long? Limit, long? Offset) ReadLimits()
    {
        long? limit = null, offset = null;
        bool all = false;
        while (true)
        {
            if (limit is null && !all && Take("LIMIT"))
            {
                all = Take("ALL");
                limit = all ? null : ReadCount("a number of rows, or ALL");
            }
            else if (offset is null && Take("OFFSET"))
            {
                offset = ReadCount("a number of rows");
                if (!Take("ROWS"))
                    Take("ROW");
            }
            else if (limit is null && !all && Take("FETCH"))
            {
                limit = ReadFetch();
            }
            else
            {
                return (limit, offset);
            }
        }
    }

    long ReadFetch()
    {
        if (!Take("FIRST") && !Take("NEXT"))
            throw Unexpected("FIRST or NEXT");
        long limit = At("ROW") || At("ROWS") ? 1 : ReadCount("a number of rows");
        if (!Take("ROWS") && !Take("ROW"))
            throw Unexpected("ROWS");
        Expect("ONLY");
        return limit;
    }

    long ReadCount(string what)
    {
        if (Current.Kind != TokenKind.Number)
            throw Unexpected(what);
        if (!long.TryParse(Current.Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long count))
            throw Error($"a number of rows is whole and at most {long.MaxValue}; found {Current.Text}.", Current.Span);
        index++;
        return count;
    }

    SyntaxList<CommonTableSyntax> ReadWith()
    {
        if (!Take("WITH"))
            return [];
        if (Current.Mark == "RECURSIVE" && IsName(Ahead(1)))
            throw Error("WITH RECURSIVE is not part of the dialect: a view cannot be made of itself.", Current.Span);
        return List(ReadCommonTable);
    }

    CommonTableSyntax ReadCommonTable()
    {
        int start = index;
        IdentifierSyntax name = ReadIdentifier("the name of a common table");
        SyntaxList<IdentifierSyntax> columns = At("(") ? Parenthesized(ReadColumnName) : [];
        Expect("AS");
        return new CommonTableSyntax(name, columns, ReadParenthesizedQuery()) { Span = From(start) };
    }

    const int Union = 1, Intersect = 2;

    QuerySyntax ReadSetOperations(int power)
    {
        int start = index;
        return ReadSetOperationsFrom(ReadQueryPrimary(), power, start);
    }

    QuerySyntax ReadSetOperationsFrom(QuerySyntax left, int power, int start)
    {
        int levels = height;
        while (true)
        {
            SetOperator? found = At("UNION") ? SetOperator.Union : At("EXCEPT") ? SetOperator.Except : At("INTERSECT") ? SetOperator.Intersect : null;
            if (found is not { } symbol || (symbol == SetOperator.Intersect ? Intersect : Union) < power)
                break;
            index++;
            bool all = Take("ALL");
            if (!all)
                Take("DISTINCT");
            height = 0;
            Enter();
            QuerySyntax right = symbol == SetOperator.Intersect ? ReadQueryPrimary() : ReadSetOperations(Intersect);
            Leave();
            left = new SetOperationSyntax(symbol, all, left, right) { Span = From(start) };
            levels = Math.Max(levels, height) + 1;
            CheckHeight(levels);
        }

        height = levels;
        return left;
    }

    QuerySyntax ReadQueryPrimary()
    {
        int start = index;
        if (At("SELECT"))
            return ReadSelect();
        if (Take("VALUES"))
            return new ValuesSyntax(List(ReadValuesRow)) { Span = From(start) };
        if (Take("TABLE"))
            return new TableQuerySyntax(ReadTableName()) { Span = From(start) };
        if (At("("))
            return ReadParenthesizedQuery();
        Seek("WITH");
        throw Unexpected("a query, which begins with SELECT, WITH or VALUES");
    }

    RowSyntax ReadValuesRow()
    {
        int start = index;
        if (!Take("("))
        {
            ExpressionSyntax item = ReadExpression();
            return item as RowSyntax ?? new RowSyntax([item]) { Span = From(start) };
        }

        (QuerySyntax? query, SyntaxList<ExpressionSyntax> items) = ReadQueryOrItems();
        if (query is not null)
            items = [new SubquerySyntax(query) { Span = query.Span }];
        Expect(")");
        return new RowSyntax(items) { Span = From(start) };
    }

    SelectSyntax ReadSelect()
    {
        int start = index;
        Expect("SELECT");
        SyntaxList<HintSyntax> hints = ReadHints();
        bool distinct = Take("DISTINCT");
        if (!distinct)
            Take("ALL");
        SyntaxList<SelectItemSyntax> items = List(ReadSelectItem);
        SyntaxList<TableReferenceSyntax> from = Take("FROM") ? List(ReadTableReference) : [];
        ExpressionSyntax? where = Take("WHERE") ? ReadExpression() : null;
        GroupBySyntax? groups = At("GROUP") ? ReadGroupBy() : null;
        ExpressionSyntax? having = Take("HAVING") ? ReadExpression() : null;
        SyntaxList<NamedWindowSyntax> windows = Take("WINDOW") ? List(ReadNamedWindow) : [];
        ExpressionSyntax? qualify = Take("QUALIFY") ? ReadExpression() : null;
        return new SelectSyntax(items)
        {
            Distinct = distinct, Hints = hints, From = from, Where = where, GroupBy = groups, Having = having, Windows = windows, Qualify = qualify, Span = From(start),
        };
    }

    SelectItemSyntax ReadSelectItem()
    {
        int start = index;
        if (Current.Mark == "*" && Take("*"))
            return Item(new StarSyntax { Span = From(start) }, null);
        if (ReadQualifiedStar() is { } star)
            return Item(star, null);
        if (Current.Mark == "FROM" || Current.Kind == TokenKind.End)
        {
            ReadNothing();
            throw Unexpected("a column name or *");
        }

        ExpressionSyntax expression = ReadExpression();
        return Item(expression, ReadAlias());

        SelectItemSyntax Item(ExpressionSyntax read, IdentifierSyntax? alias) => new(read, alias) { Span = From(start) };
    }

    /// <summary>For completion: what may stand where nothing does.</summary>
    void ReadNothing()
    {
        Seek(Expectations.Column);
        Seek(Expectations.Function);
        Seek("*");
        SeekPrimaries();
    }

    /// <summary>Reads <c>o.*</c> if it is here.</summary>
    StarSyntax? ReadQualifiedStar()
    {
        int length = 0;
        while (IsName(Ahead(length)) && Ahead(length + 1).Mark == ".")
        {
            length += 2;
            if (Ahead(length).Mark == "*")
                break;
        }

        if (length == 0 || Ahead(length).Mark != "*")
            return null;
        int start = index;
        var parts = new List<IdentifierSyntax>();
        for (int part = 0; part < length; part += 2)
        {
            parts.Add(new IdentifierSyntax(Ahead(part).Text) { Span = Ahead(part).Span });
            CheckHeight(parts.Count);
        }

        TextSpan span = tokens[start].Span.To(tokens[start + length - 2].Span);
        index += length + 1;
        return new StarSyntax(new NameSyntax([.. parts]) { Span = span }) { Span = From(start) };
    }

    /// <summary>Reads an alias, with AS or without, if one is here.</summary>
    IdentifierSyntax? ReadAlias()
    {
        if (Take("AS"))
            return ReadIdentifier("an alias");
        if (!IsName(Current))
            return null;
        aliasIndex = index;
        return ReadIdentifier("an alias");
    }

    OrderItemSyntax ReadOrderItem()
    {
        int start = index;
        ExpressionSyntax expression = ReadExpression();
        bool descending = Take("DESC");
        if (!descending)
            Take("ASC");
        NullsOrder? nulls = null;
        if (Take("NULLS"))
            nulls = Take("FIRST") ? NullsOrder.First : Take("LAST") ? NullsOrder.Last : throw Unexpected("FIRST or LAST");
        return new OrderItemSyntax(expression, descending, nulls) { Span = From(start) };
    }
}
