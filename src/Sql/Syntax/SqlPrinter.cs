namespace Orrery.Sql.Syntax;

/// <summary>
/// Writes trees as text, on one line and in one form: what is printed reads as a tree equal to the one it was printed from, and prints the same again.
/// Names stand in backticks only where they would not read as names otherwise; parentheses stand where they are needed.
/// </summary>
public static class SqlPrinter
{
    /// <summary>Writes a node; a statement without a semicolon.</summary>
    public static string Print(SyntaxNode node)
    {
        var printer = new Printer(lines: false);
        printer.Write(node);
        return printer.ToString();
    }

    /// <summary>Writes a node for people, with clauses on lines of their own; it reads as the same tree.</summary>
    public static string PrintLines(SyntaxNode node)
    {
        var printer = new Printer(lines: true);
        printer.Write(node);
        return printer.ToString();
    }

    /// <summary>Writes a script: each statement on a line, with a semicolon.</summary>
    public static string Print(IEnumerable<StatementSyntax> script) => string.Concat(script.Select(statement => Print(statement) + ";\n"));

    /// <summary>Writes a name, in backticks if it needs them.</summary>
    public static string Name(string name) => Printer.Quoted(name);

    /// <summary>Writes a text in single quotes.</summary>
    public static string Text(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
