using System.Text;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>What a piece of a statement is.</summary>
internal enum WordKind
{
    End,
    Name,
    QuotedName,
    Text,
    Number,
    Symbol,
}

/// <summary>
/// A statement's words, one ahead: names, quoted names, texts, numbers, symbols. Comments are passed over; what stands in <c>/*! */</c> and <c>/*M! */</c> counts, as
/// the server that logged it has run it.
/// </summary>
internal sealed class SqlWords
{
    readonly string sql;
    int position;
    bool inVersioned;

    readonly bool quotesNames, keepsBackslashes;

    /// <param name="sql">The statement.</param>
    /// <param name="quotesNames">Double quotes enclose names (ANSI_QUOTES).</param>
    /// <param name="keepsBackslashes">A backslash is one (NO_BACKSLASH_ESCAPES).</param>
    public SqlWords(string sql, bool quotesNames = false, bool keepsBackslashes = false)
    {
        this.sql = sql;
        this.quotesNames = quotesNames;
        this.keepsBackslashes = keepsBackslashes;
        Next();
    }

    public WordKind Kind { get; private set; }

    /// <summary>The word, unquoted.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the word begins.</summary>
    public int Start { get; private set; }

    public bool AtEnd => Kind == WordKind.End;

    /// <summary>Whether the word is a keyword, whatever its case.</summary>
    public bool Is(string keyword) => Kind == WordKind.Name && Text.Equals(keyword, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(char symbol) => Kind == WordKind.Symbol && Text[0] == symbol;

    public bool Take(string keyword)
    {
        if (!Is(keyword)) return false;
        Next();
        return true;
    }

    public bool Take(string first, string second)
    {
        if (!Is(first)) return false;
        var mark = Mark();
        Next();
        if (Take(second)) return true;
        Reset(mark);
        return false;
    }

    public bool Take(char symbol)
    {
        if (!IsSymbol(symbol)) return false;
        Next();
        return true;
    }

    /// <exception cref="FormatException">Another word is here.</exception>
    public void Expect(char symbol)
    {
        if (!Take(symbol)) throw Unexpected($"'{symbol}'");
    }

    /// <exception cref="FormatException">No name is here.</exception>
    public string Name()
    {
        if (Kind is not (WordKind.Name or WordKind.QuotedName)) throw Unexpected("a name");
        string name = Text;
        Next();
        return name;
    }

    public int Number()
    {
        if (Kind != WordKind.Number || !int.TryParse(Text, out int number)) throw Unexpected("a number");
        Next();
        return number;
    }

    /// <summary>Passes over a parenthesis and all within it; it is here.</summary>
    public void SkipParentheses()
    {
        Expect('(');
        for (int depth = 1; depth > 0;)
        {
            if (AtEnd) throw Unexpected("a closing parenthesis");
            if (IsSymbol('(')) depth++;
            else if (IsSymbol(')')) depth--;
            Next();
        }
    }

    public (int Position, bool InVersioned, WordKind Kind, string Text, int Start) Mark() => (position, inVersioned, Kind, Text, Start);

    public void Reset((int Position, bool InVersioned, WordKind Kind, string Text, int Start) mark) => (position, inVersioned, Kind, Text, Start) = mark;

    public FormatException Unexpected(string wanted) => new($"{wanted} is wanted at character {Start} and '{Text}' is there.");

    public void Next()
    {
        SkipSpace();
        Start = position;
        if (position >= sql.Length)
        {
            Kind = WordKind.End;
            Text = "";
            return;
        }

        char first = sql[position];
        if (first == '`' || first is '\'' or '"')
        {
            Text = Quoted(first);
            Kind = first == '`' || (first == '"' && quotesNames) ? WordKind.QuotedName : WordKind.Text;
            return;
        }

        int end = position + 1;
        if (char.IsAsciiDigit(first) || (first == '.' && end < sql.Length && char.IsAsciiDigit(sql[end])))
        {
            while (end < sql.Length && (IsNamePart(sql[end]) || sql[end] == '.')) end++;
            Kind = WordKind.Number;
            // 1abc is a name of an odd kind.
            if (sql.AsSpan(position, end - position).ContainsAnyExcept("0123456789.eExX") && !sql.AsSpan(position, end - position).Contains('.')) Kind = WordKind.Name;
        }
        else if (IsNamePart(first))
        {
            while (end < sql.Length && IsNamePart(sql[end])) end++;
            Kind = WordKind.Name;
        }
        else
        {
            Kind = WordKind.Symbol;
        }

        Text = sql[position..end];
        position = end;
    }

    static bool IsNamePart(char part) => char.IsAsciiLetterOrDigit(part) || part is '_' or '$' or '@' || part > 127;

    void SkipSpace()
    {
        while (position < sql.Length)
        {
            char here = sql[position];
            char next = position + 1 < sql.Length ? sql[position + 1] : '\0';
            if (char.IsWhiteSpace(here)) position++;
            else if (here == '#' || (here == '-' && next == '-' && (position + 2 >= sql.Length || char.IsWhiteSpace(sql[position + 2])))) SkipLine();
            else if (here == '/' && next == '*') SkipComment();
            else if (inVersioned && here == '*' && next == '/') (position, inVersioned) = (position + 2, false);
            else return;
        }
    }

    void SkipLine()
    {
        while (position < sql.Length && sql[position] != '\n') position++;
    }

    void SkipComment()
    {
        int mark = position + 2;
        if (mark < sql.Length && sql[mark] == 'M') mark++;
        if (mark < sql.Length && sql[mark] == '!')
        {
            position = mark + 1;
            while (position < sql.Length && char.IsAsciiDigit(sql[position])) position++;
            inVersioned = true;
            return;
        }

        int end = sql.IndexOf("*/", position + 2, StringComparison.Ordinal);
        position = end < 0 ? sql.Length : end + 2;
    }

    string Quoted(char quote)
    {
        var text = new StringBuilder();
        for (position++; position < sql.Length; position++)
        {
            char here = sql[position];
            if (here == quote)
            {
                if (position + 1 < sql.Length && sql[position + 1] == quote)
                {
                    position++;
                }
                else
                {
                    position++;
                    return text.ToString();
                }
            }
            else if (here == '\\' && quote != '`' && !keepsBackslashes && position + 1 < sql.Length)
            {
                here = sql[++position] switch
                {
                    'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', 'b' => '\b', 'Z' => '\x1A', var other => other,
                };
            }

            text.Append(here);
        }

        throw new FormatException($"A text that begins at character {Start} does not end.");
    }
}
