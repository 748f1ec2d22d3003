namespace Orrery.Sql.Syntax;

/// <summary>Names, options, hints.</summary>
sealed partial class Parser
{
    internal static bool IsName(Token token) =>
        token.Kind == TokenKind.QuotedWord || token.Kind == TokenKind.Word && (token.Mark.Length == 0 || !Keywords.Reserved.Contains(token.Mark));

    bool AtName(string expectation)
    {
        Seek(expectation);
        return IsName(Current);
    }

    /// <summary>Reads one name.</summary>
    /// <param name="what">What it names, for the message: "a column name".</param>
    /// <param name="expectation">One of <see cref="Expectations"/>.</param>
    IdentifierSyntax ReadIdentifier(string what, string expectation = Expectations.NewName)
    {
        if (!AtName(expectation))
        {
            throw Current.Kind == TokenKind.Word
                ? Error($"expected {what}, found {Current.Shown}, which is a reserved word.{ReservedSuggestion()}", Current.Span)
                : Unexpected(what);
        }

        var name = new IdentifierSyntax(Current.Text) { Span = Current.Span };
        index++;
        return name;
    }

    string ReservedSuggestion() => $"{Suggestion()} As a name, write `{Current.Text}`.";

    /// <summary>Reads a name with its qualifiers.</summary>
    NameSyntax ReadName(string what, string expectation)
    {
        int start = index;
        var parts = new List<IdentifierSyntax> { ReadIdentifier(what, expectation) };
        while (Take("."))
        {
            parts.Add(ReadIdentifier(what, expectation));
            CheckHeight(parts.Count);
        }

        return new NameSyntax([.. parts]) { Span = From(start) };
    }

    NameSyntax ReadTableName() => ReadName("a table name", Expectations.Table);

    IdentifierSyntax ReadColumnName() => ReadIdentifier("a column name", Expectations.Column);

    string ReadText(string what)
    {
        if (Current.Kind != TokenKind.String)
            throw Unexpected($"{what} in single quotes");
        return tokens[index++].Text;
    }

    /// <summary>Reads <c>WITH ('k' = 'v', ...)</c> if it is here.</summary>
    SyntaxList<OptionSyntax> ReadOptions()
    {
        if (!Take("WITH"))
            return [];
        Expect("(");
        if (Take(")"))
            return [];
        SyntaxList<OptionSyntax> options = List(ReadOption);
        Expect(")");
        return options;
    }

    OptionSyntax ReadOption()
    {
        int start = index;
        Seek(Expectations.Option);
        string key = ReadText("an option's key");
        Expect("=");
        return new OptionSyntax(key, ReadText("the option's value")) { Span = From(start) };
    }

    string? ReadComment() => Take("COMMENT") ? ReadText("a comment") : null;

    /// <summary>Reads the hints that stand before the current token, if any. In other places a hint is a comment.</summary>
    SyntaxList<HintSyntax> ReadHints()
    {
        TextSpan hint = Current.Hint;
        if (hint.Length == 0)
            return [];
        var parser = new Parser(text, Lexer.Read(text, hint));
        var hints = new List<HintSyntax>();
        while (parser.Current.Kind != TokenKind.End)
        {
            hints.Add(parser.ReadHint());
            CheckCount(hints.Count);
            parser.Take(",");
        }

        return [.. hints];
    }

    HintSyntax ReadHint()
    {
        int start = index;
        IdentifierSyntax name = ReadIdentifier("the name of a hint");
        SyntaxList<HintArgumentSyntax> arguments = [];
        if (Take("(") && !Take(")"))
        {
            arguments = List(ReadHintArgument);
            Expect(")");
        }

        return new HintSyntax(name, arguments) { Span = From(start) };
    }

    HintArgumentSyntax ReadHintArgument()
    {
        int start = index;
        string value = ReadHintValue();
        return Take("=")
            ? new HintArgumentSyntax(value, ReadHintValue()) { Span = From(start) }
            : new HintArgumentSyntax(null, value) { Span = From(start) };
    }

    string ReadHintValue()
    {
        if (Current.Kind is not (TokenKind.String or TokenKind.Number) && !IsName(Current))
            throw Unexpected("a name, a number or a text in single quotes");
        if (Current.Kind != TokenKind.Word && Current.Kind != TokenKind.QuotedWord)
            return tokens[index++].Text;
        return ReadName("a name", Expectations.NewName).Plain;
    }
}
