namespace Orrery.Sql.Syntax;

/// <summary>CREATE.</summary>
sealed partial class Parser
{
    StatementSyntax ReadCreate(int start)
    {
        index++;
        bool replace = Take("OR");
        if (replace)
            Expect("REPLACE");
        bool temporary = Take("TEMPORARY");
        if (Take("MATERIALIZED"))
        {
            Expect("VIEW");
            return ReadCreateView(start, replace, temporary, materialized: true);
        }

        if (Take("VIEW"))
            return ReadCreateView(start, replace, temporary, materialized: false);
        if (Take("FUNCTION"))
            return ReadCreateFunction(start, replace, temporary);
        if (!At("TABLE"))
            throw Unexpected(replace ? "VIEW, MATERIALIZED VIEW or FUNCTION" : "TABLE, VIEW, MATERIALIZED VIEW or FUNCTION");
        if (replace)
            throw Error("a table cannot be replaced: drop it and create it anew.", Current.Span);
        index++;
        return ReadCreateTable(start, temporary);
    }

    bool ReadIfNotExists()
    {
        if (!Take("IF", "NOT"))
            return false;
        Expect("EXISTS");
        return true;
    }

    CreateTableSyntax ReadCreateTable(int start, bool temporary)
    {
        bool exists = ReadIfNotExists();
        NameSyntax name = ReadName("a table's name", Expectations.NewName);
        var parts = new TableParts();
        if (At("("))
            ReadTableElements(parts);
        else if (!At("COMMENT") && !At("PARTITIONED") && !At("WITH"))
            throw Unexpected("'(' and the table's columns, or WITH and its options");
        string? comment = ReadComment();
        if (Current.Mark == "DISTRIBUTED")
            throw Error("DISTRIBUTED BY is not part of the dialect: rows are distributed by their key.", Current.Span);
        SyntaxList<IdentifierSyntax> partitions = Take("PARTITIONED") ? ReadPartitionedBy() : [];
        SyntaxList<OptionSyntax> options = ReadOptions();
        if (Current.Mark is "LIKE" or "AS")
            throw Error($"CREATE TABLE ... {Current.Mark} is not part of the dialect: write the columns{(Current.Mark == "AS" ? ", or create a view" : "")}.", Current.Span);
        return new CreateTableSyntax(name, [.. parts.Columns])
        {
            Temporary = temporary, IfNotExists = exists, PrimaryKey = parts.PrimaryKey, Watermark = parts.Watermark, Comment = comment,
            PartitionedBy = partitions, Options = options, Span = From(start),
        };
    }

    void ReadTableElements(TableParts parts)
    {
        Expect("(");
        do
        {
            ReadTableElement(parts);
            CheckCount(parts.Columns.Count);
        }
        while (Take(","));
        Expect(")");
    }

    SyntaxList<IdentifierSyntax> ReadPartitionedBy()
    {
        Expect("BY");
        return Parenthesized(ReadColumnName);
    }

    /// <summary>Reads a column, a key or a watermark.</summary>
    void ReadTableElement(TableParts parts)
    {
        int start = index;
        if (At("WATERMARK", "FOR"))
        {
            index += 2;
            NameSyntax column = ReadName("a column name", Expectations.Column);
            Expect("AS");
            parts.Add(new WatermarkSyntax(column, ReadExpression()) { Span = From(start) });
        }
        else if (At("PRIMARY", "KEY") || At("CONSTRAINT") && IsName(Ahead(1)) && Ahead(2).Mark is "PRIMARY" or "UNIQUE")
        {
            parts.Add(ReadPrimaryKey());
        }
        else if (At("UNIQUE", "("))
        {
            throw Error("UNIQUE is not part of the dialect: only PRIMARY KEY (...) NOT ENFORCED is.", Current.Span);
        }
        else
        {
            parts.Columns.Add(ReadColumnDefinition(parts));
        }
    }

    PrimaryKeySyntax ReadPrimaryKey()
    {
        int start = index;
        IdentifierSyntax? constraint = Take("CONSTRAINT") ? ReadIdentifier("the constraint's name") : null;
        Expect("PRIMARY", "KEY");
        SyntaxList<IdentifierSyntax> columns = Parenthesized(ReadColumnName);
        ReadNotEnforced();
        return new PrimaryKeySyntax(constraint, columns) { Span = From(start) };
    }

    void ReadNotEnforced()
    {
        if (!At("NOT", "ENFORCED"))
            throw Unexpected("NOT ENFORCED: the source is trusted to keep its keys");
        index += 2;
    }

    ColumnDefinitionSyntax ReadColumnDefinition(TableParts parts)
    {
        int start = index;
        IdentifierSyntax name = ReadIdentifier("a column's name");
        if (Take("AS"))
        {
            ExpressionSyntax expression = ReadExpression();
            string? said = ReadComment();
            return new ComputedColumnSyntax(name, expression) { Comment = said, Span = From(start) };
        }

        TypeSyntax type = ReadType();
        if (Take("METADATA"))
        {
            string? key = Take("FROM") ? ReadText("the key of the metadata") : null;
            bool isVirtual = Take("VIRTUAL");
            string? said = ReadComment();
            return new MetadataColumnSyntax(name, type, key, isVirtual) { Comment = said, Span = From(start) };
        }

        int place = index;
        bool isKey = At("PRIMARY");
        if (isKey)
        {
            Expect("PRIMARY", "KEY");
            ReadNotEnforced();
            parts.Add(new PrimaryKeySyntax(null, [name]) { Span = From(place) });
            if (!type.NotNull && At("NOT", "NULL"))
                type = TakeNotNull(type, start);
        }

        string? comment = ReadComment();
        return new PhysicalColumnSyntax(name, type) { Comment = comment, Span = From(start) };
    }

    CreateViewSyntax ReadCreateView(int start, bool replace, bool temporary, bool materialized)
    {
        bool exists = ReadIfNotExists();
        NameSyntax name = ReadName("a view's name", Expectations.NewName);
        SyntaxList<ViewColumnSyntax> columns = At("(") ? Parenthesized(ReadViewColumn) : [];
        string? comment = ReadComment();
        SyntaxList<OptionSyntax> options = ReadOptions();
        Expect("AS");
        QuerySyntax query = ReadQuery();
        return new CreateViewSyntax(name, columns, query)
        {
            OrReplace = replace, Temporary = temporary, Materialized = materialized, IfNotExists = exists, Comment = comment, Options = options, Span = From(start),
        };
    }

    ViewColumnSyntax ReadViewColumn()
    {
        int start = index;
        IdentifierSyntax name = ReadIdentifier("a column's name");
        string? comment = ReadComment();
        return new ViewColumnSyntax(name, comment) { Span = From(start) };
    }

    CreateFunctionSyntax ReadCreateFunction(int start, bool replace, bool temporary)
    {
        bool exists = ReadIfNotExists();
        NameSyntax name = ReadName("a function's name", Expectations.NewName);
        Expect("(");
        SyntaxList<FunctionParameterSyntax> parameters = At(")") ? [] : List(ReadFunctionParameter);
        Expect(")");
        Expect("RETURNS");
        TypeSyntax returns = ReadType();
        if (!Take("RETURN"))
            Expect("AS");
        if (Current.Kind == TokenKind.String && AtStatementEnd(1))
            throw Error("a function's body is an expression of SQL, and not the name of a class. A body that is a text alone stands in parentheses.", Current.Span);
        ExpressionSyntax body = ReadExpression();
        return new CreateFunctionSyntax(name, parameters, returns, body) { OrReplace = replace, Temporary = temporary, IfNotExists = exists, Span = From(start) };
    }

    bool AtStatementEnd(int distance) => Ahead(distance).Kind == TokenKind.End || Ahead(distance).Mark == ";";

    FunctionParameterSyntax ReadFunctionParameter()
    {
        int start = index;
        IdentifierSyntax name = ReadIdentifier("a parameter's name");
        return new FunctionParameterSyntax(name, ReadType()) { Span = From(start) };
    }

    /// <summary>What stands in the parentheses of CREATE TABLE.</summary>
    sealed class TableParts
    {
        public List<ColumnDefinitionSyntax> Columns { get; } = [];

        public PrimaryKeySyntax? PrimaryKey { get; private set; }

        public WatermarkSyntax? Watermark { get; private set; }

        public void Add(PrimaryKeySyntax key) => PrimaryKey = PrimaryKey is null ? key : throw Error("a table has one primary key; this is the second.", key.Span);

        public void Add(WatermarkSyntax watermark) => Watermark = Watermark is null ? watermark : throw Error("a table has one watermark; this is the second.", watermark.Span);
    }
}
