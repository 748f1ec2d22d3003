namespace Orrery.Sql.Syntax;

/// <summary>Where lines break. What is short stays on one line.</summary>
sealed partial class Printer
{
    /// <summary>Characters of a part that stays on one line.</summary>
    const int ShortLength = 80;

    /// <summary>Further levels are not indented.</summary>
    const int IndentLevels = 20;

    int indent;

    string Separator => lines ? ",\n" + Margin : ", ";

    string Margin => new(' ', 2 * Math.Min(indent, IndentLevels));

    /// <summary>Begins a clause: on a new line, or behind a space.</summary>
    void Clause(string words)
    {
        if (lines)
            text.Append('\n').Append(Margin);
        else
            text.Append(' ');
        text.Append(words);
    }

    void WriteClause(string words, SyntaxNode? node)
    {
        if (node is null)
            return;
        Clause(words);
        Write(node);
    }

    /// <summary>Writes items of which each has a line of its own unless all are short.</summary>
    void WriteIndented<T>(SyntaxList<T> items)
        where T : SyntaxNode
    {
        if (!lines || items.Sum(item => OnOneLine(item).Length + 2) <= ShortLength)
        {
            WriteList(items);
            return;
        }

        indent++;
        text.Length--;
        text.Append('\n').Append(Margin);
        WriteList(items, Separator);
        indent--;
    }

    /// <summary>Writes items in parentheses, each on a line of its own.</summary>
    void WriteBlock<T>(SyntaxList<T> items)
        where T : SyntaxNode
    {
        if (!lines)
        {
            WriteParenthesized(items);
            return;
        }

        indent++;
        text.Append("(\n").Append(Margin);
        WriteList(items, Separator);
        indent--;
        text.Append('\n').Append(Margin).Append(')');
    }

    /// <summary>Writes a query in parentheses, on lines of its own unless it is short.</summary>
    void WriteNested(QuerySyntax query)
    {
        text.Append('(');
        if (!lines || IsShort(query))
        {
            WriteOnOneLine(query);
        }
        else
        {
            indent++;
            Clause("");
            WriteQuery(query);
            indent--;
            Clause("");
        }

        text.Append(')');
    }

    void WriteOnOneLine(QuerySyntax query)
    {
        if (lines)
            text.Append(OnOneLine(query));
        else
            WriteQuery(query);
    }

    static bool IsShort(SyntaxNode node) => OnOneLine(node).Length <= ShortLength;

    static string OnOneLine(SyntaxNode node)
    {
        var printer = new Printer(lines: false);
        printer.Write(node);
        return printer.ToString();
    }
}
