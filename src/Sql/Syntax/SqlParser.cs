namespace Orrery.Sql.Syntax;

/// <summary>
/// Reads SQL: a text becomes a tree, or an error that says where it is wrong and what was expected. Written by hand, from the top down; operators by
/// their power to bind. No text, however wrong, makes it do anything else: its bounds are <see cref="SqlLimits"/>.
/// </summary>
public static class SqlParser
{
    /// <summary>Reads statements with semicolons between them; none for a text of blanks and comments.</summary>
    /// <exception cref="SqlSyntaxException">The text is not SQL, or beyond a bound.</exception>
    public static IReadOnlyList<StatementSyntax> ParseScript(string text) => new Parser(text).ReadScript();

    /// <summary>Reads one statement; a semicolon may follow it.</summary>
    /// <exception cref="SqlSyntaxException">The text is not one statement, or beyond a bound.</exception>
    public static StatementSyntax ParseStatement(string text)
    {
        var parser = new Parser(text);
        return parser.ReadWhole(parser.ReadStatement);
    }

    /// <summary>Reads one query; a semicolon may follow it.</summary>
    /// <exception cref="SqlSyntaxException">The text is not one query, or beyond a bound.</exception>
    public static QuerySyntax ParseQuery(string text)
    {
        var parser = new Parser(text);
        return parser.ReadWhole(parser.ReadQuery);
    }

    /// <summary>Reads one expression, without a semicolon.</summary>
    /// <exception cref="SqlSyntaxException">The text is not one expression, or beyond a bound.</exception>
    public static ExpressionSyntax ParseExpression(string text)
    {
        var parser = new Parser(text);
        return parser.ReadWhole(() => parser.ReadExpression());
    }

    /// <summary>Reads one type, for instance <c>ROW&lt;a INT, b DECIMAL(10, 2)&gt;</c>.</summary>
    /// <exception cref="SqlSyntaxException">The text is not one type, or beyond a bound.</exception>
    public static TypeSyntax ParseType(string text)
    {
        var parser = new Parser(text);
        return parser.ReadWhole(() => parser.ReadType());
    }
}
