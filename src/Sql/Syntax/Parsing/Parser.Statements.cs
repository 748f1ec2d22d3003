namespace Orrery.Sql.Syntax;

/// <summary>Statements.</summary>
sealed partial class Parser
{
    public IReadOnlyList<StatementSyntax> ReadScript()
    {
        var statements = new List<StatementSyntax>();
        while (true)
        {
            bool begins = index == 0;
            while (Take(";"))
                begins = true;
            if (begins)
                SeekStatements();
            if (Current.Kind == TokenKind.End)
                return statements;
            if (!begins)
                throw Unexpected("';' or the end of the statement");
            statements.Add(ReadStatement());
            CheckCount(statements.Count);
        }
    }

    void SeekStatements()
    {
        foreach (string mark in (string[])["SELECT", "WITH", "VALUES", "CREATE", "INSERT", "DROP", "EXPLAIN", "SHOW", "DESCRIBE", "DESC", "SUBSCRIBE", "WHY", "BEGIN", "EXECUTE", "SET", "RESET"])
            Seek(mark);
    }

    public StatementSyntax ReadStatement()
    {
        int start = index;
        SeekStatements();
        switch (Current.Mark)
        {
            case "SELECT" or "WITH" or "VALUES" or "TABLE" or "(":
                return new QueryStatementSyntax(ReadQuery()) { Span = From(start) };
            case "CREATE":
                return ReadCreate(start);
            case "INSERT":
                return ReadInsert(start);
            case "DROP":
                return ReadDrop(start);
            case "EXPLAIN":
                return ReadExplain(start);
            case "SHOW":
                return ReadShow(start);
            case "DESCRIBE" or "DESC":
                index++;
                return new DescribeSyntax(ReadTableName()) { Span = From(start) };
            case "SUBSCRIBE":
                return ReadSubscribe(start);
            case "WHY":
                return ReadWhy(start);
            case "BEGIN" or "EXECUTE":
                return ReadStatementSet(start);
            case "SET":
                return ReadSet(start);
            case "RESET":
                index++;
                return new ResetSyntax(AtStatementEnd() ? null : ReadSettingKey()) { Span = From(start) };
            default:
                throw Refused() ?? Unexpected("a statement, as SELECT, CREATE, INSERT, DROP, EXPLAIN, SHOW, DESCRIBE, SUBSCRIBE, WHY or SET");
        }
    }

    /// <summary>Statements of other dialects, and what to do instead.</summary>
    SqlSyntaxException? Refused()
    {
        string? instead = Current.Mark switch
        {
            "UPDATE" or "DELETE" or "MERGE" or "TRUNCATE" => "tables follow their sources. Change the rows at the source, or leave them out in a view.",
            "ALTER" => "replace a view with CREATE OR REPLACE VIEW; drop a table and create it anew.",
            "USE" => "there is one catalog; write a table's whole name.",
            _ => null,
        };
        return instead is null ? null : Error($"{Current.Mark} is not part of the dialect: {instead}", Current.Span);
    }

    bool AtStatementEnd() => Current.Kind == TokenKind.End || At(";");

    InsertSyntax ReadInsert(int start)
    {
        index++;
        if (Current.Mark == "OVERWRITE")
            throw Error("INSERT OVERWRITE is not part of the dialect: rows are added or follow their view; drop the table to begin anew.", Current.Span);
        Expect("INTO");
        NameSyntax table = ReadTableName();
        SyntaxList<IdentifierSyntax> columns = At("(") && Ahead(1).Mark is not ("SELECT" or "WITH" or "VALUES" or "TABLE" or "(") ? Parenthesized(ReadColumnName) : [];
        return new InsertSyntax(table, columns, ReadQuery()) { Span = From(start) };
    }

    DropSyntax ReadDrop(int start)
    {
        index++;
        bool temporary = Take("TEMPORARY");
        DropKind kind = Take("TABLE") ? DropKind.Table : Take("VIEW") ? DropKind.View : Take("FUNCTION") ? DropKind.Function
            : Take("MATERIALIZED") ? ReadMaterializedView() : throw Unexpected("TABLE, VIEW, MATERIALIZED VIEW or FUNCTION");
        bool exists = Take("IF", "EXISTS");
        NameSyntax name = kind switch
        {
            DropKind.Table => ReadTableName(),
            DropKind.Function => ReadName("a function's name", Expectations.Function),
            _ => ReadName("a view's name", Expectations.View),
        };
        return new DropSyntax(kind, name, exists, temporary) { Span = From(start) };
    }

    DropKind ReadMaterializedView()
    {
        Expect("VIEW");
        return DropKind.MaterializedView;
    }

    StatementSyntax ReadExplain(int start)
    {
        Enter();
        index++;
        StatementSyntax explain;
        if (At("LINEAGE") && (IsName(Ahead(1)) || Ahead(1).Kind == TokenKind.End))
        {
            index++;
            explain = new ExplainLineageSyntax(ReadName("a view or a view's column", Expectations.View)) { Span = From(start) };
        }
        else
        {
            if (Take("PLAN"))
                Expect("FOR");
            StatementSyntax statement = ReadStatement();
            explain = new ExplainSyntax(statement) { Span = From(start) };
        }

        Leave();
        return explain;
    }

    ShowSyntax ReadShow(int start)
    {
        index++;
        if (Take("CREATE"))
        {
            ShowKind created = Take("TABLE") ? ShowKind.CreateTable : Take("VIEW") || Take("MATERIALIZED", "VIEW") ? ShowKind.CreateView
                : Take("FUNCTION") ? ShowKind.CreateFunction : throw Unexpected("TABLE, VIEW or FUNCTION");
            return new ShowSyntax(created, ReadTableName()) { Span = From(start) };
        }

        ShowKind kind = Take("TABLES") ? ShowKind.Tables : Take("VIEWS") ? ShowKind.Views : Take("FUNCTIONS") ? ShowKind.Functions
            : Take("MATERIALIZED", "VIEWS") ? ShowKind.MaterializedViews : Take("COLUMNS") ? ShowKind.Columns
            : throw Unexpected("TABLES, VIEWS, MATERIALIZED VIEWS, FUNCTIONS, COLUMNS, CREATE TABLE, CREATE VIEW or CREATE FUNCTION");
        NameSyntax? name = null;
        if (kind == ShowKind.Columns)
        {
            if (!Take("FROM"))
                Expect("IN");
            name = ReadTableName();
        }

        string? like = Take("LIKE") ? ReadText("a pattern") : null;
        return new ShowSyntax(kind, name, like) { Span = From(start) };
    }

    SubscribeSyntax ReadSubscribe(int start)
    {
        index++;
        Take("TO");
        if (AtQuery() || At("("))
            return new SubscribeSyntax(ReadQuery()) { Span = From(start) };
        NameSyntax name = ReadName("a view's name or a query", Expectations.View);
        return new SubscribeSyntax(new TableQuerySyntax(name) { Span = name.Span }) { Span = From(start) };
    }

    WhySyntax ReadWhy(int start)
    {
        index++;
        NameSyntax view = ReadName("a view's name", Expectations.View);
        Expect("WHERE");
        return new WhySyntax(view, ReadExpression()) { Span = From(start) };
    }

    /// <summary>Reads <c>BEGIN STATEMENT SET; ...; END</c> or <c>EXECUTE STATEMENT SET BEGIN ...; END</c>.</summary>
    StatementSetSyntax ReadStatementSet(int start)
    {
        bool execute = Take("EXECUTE");
        if (!execute)
            Expect("BEGIN");
        Expect("STATEMENT", "SET");
        if (execute)
            Expect("BEGIN");
        else
            Expect(";");
        var statements = new List<StatementSyntax>();
        while (!Take("END"))
        {
            int place = index;
            if (!At("INSERT"))
                throw Unexpected("INSERT or END: a statement set holds INSERT statements");
            statements.Add(ReadInsert(place));
            CheckCount(statements.Count);
            Expect(";");
        }

        return statements.Count > 0
            ? new StatementSetSyntax([.. statements]) { Span = From(start) }
            : throw Error("a statement set without a statement: put INSERT statements before END.", tokens[index - 1].Span);
    }

    SetSyntax ReadSet(int start)
    {
        index++;
        if (AtStatementEnd())
            return new SetSyntax(null, null) { Span = From(start) };
        string key = ReadSettingKey();
        Expect("=");
        if (Current.Kind is not (TokenKind.String or TokenKind.Number or TokenKind.Word))
            throw Unexpected("the setting's value in single quotes");
        string value = tokens[index++].Text;
        return new SetSyntax(key, value) { Span = From(start) };
    }

    string ReadSettingKey() => Current.Kind == TokenKind.String ? ReadText("a setting's key") : ReadName("a setting's key in single quotes", Expectations.Option).Plain;
}
