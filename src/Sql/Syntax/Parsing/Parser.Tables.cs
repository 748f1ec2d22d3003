namespace Orrery.Sql.Syntax;

/// <summary>What FROM reads: tables, joins, table functions.</summary>
sealed partial class Parser
{
    /// <summary>Reads a reference and the joins behind it.</summary>
    TableReferenceSyntax ReadTableReference()
    {
        Enter();
        int outer = height, start = index;
        height = 0;
        TableReferenceSyntax left = ReadTablePrimary();
        int levels = height + 1;
        while (true)
        {
            height = 0;
            if (ReadJoin(left, start) is not { } join)
                break;
            left = join;
            levels = Math.Max(levels, height) + 1;
            CheckHeight(levels);
        }

        height = Math.Max(outer, levels);
        Leave();
        return left;
    }

    /// <summary>Reads a join to <paramref name="left"/>, if one is here.</summary>
    JoinSyntax? ReadJoin(TableReferenceSyntax left, int start)
    {
        if (Take("CROSS"))
        {
            Expect("JOIN");
            return new JoinSyntax(JoinKind.Cross, left, ReadTablePrimary()) { Span = From(start) };
        }

        int place = index;
        bool natural = Take("NATURAL");
        JoinKind? kind = Take("INNER") ? JoinKind.Inner : Take("LEFT") ? JoinKind.Left : Take("RIGHT") ? JoinKind.Right : Take("FULL") ? JoinKind.Full : null;
        if (kind is not null and not JoinKind.Inner)
            Take("OUTER");
        if (!Take("JOIN"))
            return index == place ? null : throw Unexpected("JOIN");
        TableReferenceSyntax right = ReadTablePrimary();
        var join = new JoinSyntax(kind ?? JoinKind.Inner, left, right) { Natural = natural };
        if (natural)
            return join with { Span = From(start) };
        if (Take("ON"))
            return join with { On = ReadExpression(), Span = From(start) };
        if (Take("USING"))
            return join with { Using = Parenthesized(ReadColumnName), Span = From(start) };
        throw Unexpected("ON and a condition, or USING and columns (CROSS JOIN has neither)");
    }

    TableReferenceSyntax ReadTablePrimary()
    {
        int start = index;
        if (Take("LATERAL"))
            return ReadLateral(start);
        if (At("UNNEST"))
            return ReadUnnest(start);
        if (At("TABLE", "("))
            return ReadTableFunction(start, lateral: false);
        if (At("("))
            return ReadParenthesizedTable(start);
        NameSyntax name = ReadTableName();
        return At("(") ? ReadBareTableFunction(name, start) : ReadNamedTable(name, start);
    }

    NamedTableSyntax ReadNamedTable(NameSyntax name, int start)
    {
        SyntaxList<HintSyntax> hints = ReadHints();
        ExpressionSyntax? time = null;
        if (Take("FOR"))
        {
            Expect("SYSTEM_TIME", "AS");
            Expect("OF");
            time = ReadExpression(Power.Range + 1);
        }

        TableAliasSyntax? alias = ReadTableAlias();
        if (hints.Count == 0)
            hints = ReadHints();
        return new NamedTableSyntax(name, alias) { SystemTime = time, Hints = hints, Span = From(start) };
    }

    TableReferenceSyntax ReadLateral(int start)
    {
        if (At("TABLE"))
            return ReadTableFunction(start, lateral: true);
        if (At("UNNEST"))
            return ReadUnnest(start);
        if (!At("("))
        {
            NameSyntax name = ReadName("TABLE, UNNEST, '(' or a table function", Expectations.Function);
            FunctionTableSyntax function = ReadBareTableFunction(name, start);
            return function with { Lateral = true };
        }

        QuerySyntax query = ReadParenthesizedQuery();
        TableAliasSyntax? alias = ReadTableAlias();
        return new DerivedTableSyntax(query, alias, Lateral: true) { Span = From(start) };
    }

    /// <summary>Reads <c>TABLE(f(...))</c>.</summary>
    FunctionTableSyntax ReadTableFunction(int start, bool lateral)
    {
        Expect("TABLE", "(");
        int call = index;
        NameSyntax name = ReadName("a table function", Expectations.Function);
        CallSyntax function = ReadCall(name, call);
        Expect(")");
        return new FunctionTableSyntax(function, ReadTableAlias(), lateral) { Span = From(start) };
    }

    /// <summary>Reads <c>f(...)</c> without TABLE around it.</summary>
    FunctionTableSyntax ReadBareTableFunction(NameSyntax name, int start)
    {
        CallSyntax function = ReadCall(name, start);
        return new FunctionTableSyntax(function, ReadTableAlias(), Lateral: false) { Span = From(start) };
    }

    UnnestSyntax ReadUnnest(int start)
    {
        Expect("UNNEST");
        SyntaxList<ExpressionSyntax> arrays = Parenthesized(() => ReadExpression());
        bool ordinality = Take("WITH");
        if (ordinality)
            Expect("ORDINALITY");
        return new UnnestSyntax(arrays, ordinality, ReadTableAlias()) { Span = From(start) };
    }

    /// <summary>Behind a parenthesis stands a query or a join; both may begin with further parentheses.</summary>
    TableReferenceSyntax ReadParenthesizedTable(int start)
    {
        Expect("(");
        if (AtQuery())
            return ReadDerivedTable(ReadQuery(), start);
        int inner = index;
        TableReferenceSyntax table = ReadTableReference();
        if (table is not DerivedTableSyntax { Alias: null, Lateral: false } nested)
        {
            Expect(")");
            return table;
        }

        return ReadDerivedTable(AtQueryTail() ? ReadQueryFrom(nested.Query, inner) : nested.Query, start);
    }

    DerivedTableSyntax ReadDerivedTable(QuerySyntax query, int start)
    {
        Expect(")");
        return new DerivedTableSyntax(query, ReadTableAlias(), Lateral: false) { Span = From(start) };
    }

    TableAliasSyntax? ReadTableAlias()
    {
        int start = index;
        if (ReadAlias() is not { } name)
            return null;
        SyntaxList<IdentifierSyntax> columns = At("(") ? Parenthesized(ReadColumnName) : [];
        return new TableAliasSyntax(name, columns) { Span = From(start) };
    }
}
