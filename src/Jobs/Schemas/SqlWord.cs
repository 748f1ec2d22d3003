namespace Orrery.Jobs.Schemas;

/// <summary>What a word of SQL is.</summary>
enum SqlWordKind
{
    /// <summary>A word without quotes: keyword, function, name, type.</summary>
    Bare,

    /// <summary>A name in the engine's quotes; the text is without them.</summary>
    Name,

    /// <summary>A text in single quotes; the text is without them.</summary>
    Text,
    Number,

    /// <summary>Punctuation and operators.</summary>
    Sign,
}

/// <summary>A word of SQL.</summary>
readonly record struct SqlWord(SqlWordKind Kind, string Text)
{
    static readonly string[] LongSigns = ["<=>", "->>", "::", "<>", "<=", ">=", "!=", "||", "->", "<<", ">>"];

    public bool Is(string text) => Kind is SqlWordKind.Bare or SqlWordKind.Sign && Text.Equals(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The words of a text; comments are left out.</summary>
    /// <param name="text">SQL.</param>
    /// <param name="escapes">Whether a backslash escapes in texts (MySQL).</param>
    /// <param name="brackets">Whether names stand in brackets (SQL Server, SQLite).</param>
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static List<SqlWord> Split(string text, bool escapes, bool brackets)
    {
        var words = new List<SqlWord>();
        for (int at = 0; at < text.Length;)
        {
            char here = text[at];
            if (char.IsWhiteSpace(here)) at++;
            else if (here == '-' && at + 1 < text.Length && text[at + 1] == '-') at = End(text, "\n", at);
            else if (here == '/' && at + 1 < text.Length && text[at + 1] == '*') at = End(text, "*/", at);
            else if (here is '\'' or '"' or '`' || (here == '[' && brackets)) words.Add(new SqlWord(here == '\'' ? SqlWordKind.Text : SqlWordKind.Name, Quoted(text, ref at, here == '[' ? ']' : here, escapes && here == '\'')));
            else if (char.IsAsciiDigit(here) || (here == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))) words.Add(new SqlWord(SqlWordKind.Number, While(text, ref at, static each => char.IsAsciiLetterOrDigit(each) || each == '.')));
            else if (char.IsLetter(here) || here == '_') words.Add(new SqlWord(SqlWordKind.Bare, While(text, ref at, static each => char.IsLetterOrDigit(each) || each is '_' or '$')));
            else
            {
                int from = at;
                string sign = Array.Find(LongSigns, each => string.CompareOrdinal(text, from, each, 0, each.Length) == 0) ?? here.ToString();
                words.Add(new SqlWord(SqlWordKind.Sign, sign));
                at += sign.Length;
            }
        }

        return words;
    }

    static int End(string text, string mark, int from)
    {
        int end = text.IndexOf(mark, from + 2, StringComparison.Ordinal);
        return end < 0 ? text.Length : end + mark.Length;
    }

    static string While(string text, ref int at, Func<char, bool> belongs)
    {
        int from = at;
        while (at < text.Length && belongs(text[at])) at++;
        return text[from..at];
    }

    static string Quoted(string text, ref int at, char quote, bool escapes)
    {
        var inner = new System.Text.StringBuilder();
        for (at++; at < text.Length; at++)
        {
            char here = text[at];
            if (escapes && here == '\\' && at + 1 < text.Length)
            {
                inner.Append(text[++at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', '0' => '\0', var other => other });
            }
            else if (here != quote)
            {
                inner.Append(here);
            }
            else if (at + 1 < text.Length && text[at + 1] == quote)
            {
                inner.Append(quote);
                at++;
            }
            else
            {
                at++;
                return inner.ToString();
            }
        }

        throw new FormatException("A quote is not closed.");
    }
}
