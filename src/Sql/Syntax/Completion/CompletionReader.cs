namespace Orrery.Sql.Syntax;

/// <summary>
/// Runs the parser over the statement up to the place: what it looks for at the end is what may stand there. The tables in scope are scanned from the
/// tokens of the whole statement, since a select list is written before or after its FROM.
/// </summary>
sealed class CompletionReader(string text, int place)
{
    static readonly SqlCompletion Nothing = new(0, [], SqlExpectations.None, null, [], []);

    public SqlCompletion Read()
    {
        if (Lex(text[..place]) is not { } before || InLineComment(before))
            return Nothing with { Start = place };
        List<Token> statement = before[(before.FindLastIndex(token => token.Mark == ";") + 1)..];
        IReadOnlyCollection<string> sought = Seek(statement);
        var scanner = new ScopeScanner(WholeStatement(statement), place);
        scanner.Scan();
        return new SqlCompletion(place, Keywords(sought), Expected(sought), Qualifier(statement), scanner.Tables, scanner.CommonTables);
    }

    static List<Token>? Lex(string part)
    {
        try
        {
            return Lexer.Read(part);
        }
        catch (SqlSyntaxException)
        {
            // An open literal or comment: what is written there is no SQL.
            return null;
        }
    }

    bool InLineComment(List<Token> tokens)
    {
        int from = tokens.Count > 1 ? tokens[^2].Span.End : 0;
        string gap = text[from..place];
        string last = gap[(gap.LastIndexOf('\n') + 1)..];
        return last.LastIndexOf("--", StringComparison.Ordinal) > last.LastIndexOf("*/", StringComparison.Ordinal);
    }

    /// <summary>The statement with what stands behind the place, as far as that can be read.</summary>
    List<Token> WholeStatement(List<Token> before)
    {
        if (Lex(text) is not { } all)
            return before;
        int from = all.FindLastIndex(token => token.Mark == ";" && token.Span.Offset < place) + 1;
        int to = all.FindIndex(from, token => token.Kind == TokenKind.End || token.Mark == ";" && token.Span.Offset >= place);
        return all[from..to];
    }

    IReadOnlyCollection<string> Seek(List<Token> statement)
    {
        var parser = new Parser(text, statement);
        try
        {
            parser.ReadScript();
        }
        catch (SqlSyntaxException)
        {
            // Unfinished, as texts are while they are written; an error before the place leaves nothing sought at it.
        }

        return parser.SoughtIndex == statement.Count - 1 ? parser.Sought : [];
    }

    static string[] Keywords(IReadOnlyCollection<string> sought) => [.. sought.Where(mark => char.IsAsciiLetter(mark[0])).Distinct().Order(StringComparer.Ordinal)];

    static SqlExpectations Expected(IReadOnlyCollection<string> sought)
    {
        var expected = SqlExpectations.None;
        foreach (string mark in sought)
        {
            expected |= mark switch
            {
                Expectations.Table => SqlExpectations.Table,
                Expectations.View => SqlExpectations.View,
                Expectations.Column => SqlExpectations.Column,
                Expectations.Function => SqlExpectations.Function,
                Expectations.Type => SqlExpectations.Type,
                Expectations.NewName => SqlExpectations.NewName,
                Expectations.Option => SqlExpectations.Option,
                _ => SqlExpectations.None,
            };
        }

        return expected;
    }

    static string? Qualifier(List<Token> statement)
    {
        int dot = statement.Count - 2;
        var parts = new List<string>();
        while (dot > 0 && statement[dot].Mark == "." && Parser.IsName(statement[dot - 1]))
        {
            parts.Insert(0, statement[dot - 1].Text);
            dot -= 2;
        }

        return parts.Count > 0 ? string.Join('.', parts) : null;
    }
}
