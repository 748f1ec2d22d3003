namespace Orrery.Cli.Sql;

/// <summary>A statement within a text, without spaces around it and without its semicolon.</summary>
/// <param name="Offset">Characters before it.</param>
readonly record struct StatementText(string Text, int Offset)
{
    /// <summary>The statements of a text: semicolons in strings, quoted names and comments divide nothing; a statement set up to its END is one.</summary>
    /// <param name="rest">What stands behind the last semicolon; empty: nothing.</param>
    public static IReadOnlyList<StatementText> Read(string text, out string rest)
    {
        var found = new List<StatementText>();
        int begin = -1, end = 0;
        string first = "", second = "", last = "";
        for (int at = 0; at < text.Length;)
        {
            int next = After(text, at, out bool isBlank);
            if (isBlank)
            {
                at = next;
                continue;
            }

            bool isEnd = text[at] == ';';
            if (isEnd && Is(first, "BEGIN") && Is(second, "STATEMENT") && !Is(last, "END"))
                isEnd = false;
            if (isEnd)
            {
                if (begin >= 0)
                    found.Add(new(text[begin..end], begin));
                (begin, first, second, last) = (-1, "", "", "");
            }
            else
            {
                if (begin < 0)
                    begin = at;
                end = next;
                last = text[at..next];
                if (first.Length == 0)
                    first = last;
                else if (second.Length == 0)
                    second = last;
            }

            at = next;
        }

        rest = begin < 0 ? "" : text[begin..end];
        if (begin >= 0)
            found.Add(new(rest, begin));
        return found;
    }

    /// <summary>What a SUBSCRIBE follows; null: it is another statement.</summary>
    public string? Followed
    {
        get
        {
            string[] words = Text.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !Is(words[0], "SUBSCRIBE"))
                return null;
            string[] more = words[1].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
            return more.Length == 2 && Is(more[0], "TO") ? more[1] : words[1];
        }
    }

    static bool Is(string word, string wanted) => word.Equals(wanted, StringComparison.OrdinalIgnoreCase);

    /// <summary>Where what begins at a place ends: a word, a string, a comment, spaces, or one sign.</summary>
    static int After(string text, int at, out bool isBlank)
    {
        char sign = text[at];
        char following = at + 1 < text.Length ? text[at + 1] : '\0';
        isBlank = true;
        if (char.IsWhiteSpace(sign))
            return at + 1;
        if (sign == '-' && following == '-')
            return Until(text, "\n", at + 2);
        if (sign == '/' && following == '*')
            return Until(text, "*/", at + 2);
        isBlank = false;
        if (sign is '\'' or '"' or '`')
            return Quoted(text, at);
        int end = at;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        return Math.Max(end, at + 1);
    }

    static int Until(string text, string mark, int from)
    {
        int at = text.IndexOf(mark, from, StringComparison.Ordinal);
        return at < 0 ? text.Length : at + mark.Length;
    }

    static int Quoted(string text, int at)
    {
        char quote = text[at];
        for (int next = at + 1; next < text.Length; next++)
            if (text[next] == quote)
            {
                // Two of them are one that belongs to the text.
                if (next + 1 >= text.Length || text[next + 1] != quote)
                    return next + 1;
                next++;
            }

        return text.Length;
    }
}
