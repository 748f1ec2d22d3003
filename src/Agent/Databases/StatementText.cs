using System.Text;

namespace Orrery.Agent.Databases;

/// <summary>Takes the literals out of a statement: they are customers' data.</summary>
internal static class StatementText
{
    /// <summary>Strings and numbers become <c>?</c>, runs of blanks one blank, comments go; cut to <paramref name="lengthMax"/>.</summary>
    public static string Normalize(string statement, int lengthMax)
    {
        var text = new StringBuilder(Math.Min(statement.Length, lengthMax));
        for (int i = 0; i < statement.Length && text.Length < lengthMax;)
        {
            char c = statement[i];
            if (c == '\'')
                i = Put(text, '?', AfterQuoted(statement, i));
            else if (c is '"' or '`' or '[')
                i = Name(text, statement, i);
            else if (StartsComment(statement, i, out int end))
                i = Blank(text, end);
            else if (char.IsWhiteSpace(c))
                i = Blank(text, i + 1);
            else if (char.IsAsciiDigit(c) && !InName(text))
                i = Put(text, '?', AfterNumber(statement, i));
            else
                i = Put(text, c, i + 1);
        }
        string result = text.ToString().Trim();
        return text.Length < lengthMax ? result : result + "...";
    }

    static int Put(StringBuilder text, char c, int next)
    {
        text.Append(c);
        return next;
    }

    static int Blank(StringBuilder text, int next)
    {
        if (text.Length > 0 && text[^1] != ' ')
            text.Append(' ');
        return next;
    }

    /// <summary>A quote doubled, or after a backslash, does not end the string.</summary>
    static int AfterQuoted(string s, int i)
    {
        for (i++; i < s.Length; i++)
        {
            if (s[i] == '\\')
                i++;
            else if (s[i] == '\'' && (i + 1 == s.Length || s[i + 1] != '\''))
                return i + 1;
            else if (s[i] == '\'')
                i++;
        }
        return s.Length;
    }

    static int Name(StringBuilder text, string s, int i)
    {
        char close = s[i] == '[' ? ']' : s[i];
        int end = s.IndexOf(close, i + 1);
        end = end < 0 ? s.Length : end + 1;
        text.Append(s, i, end - i);
        return end;
    }

    static bool StartsComment(string s, int i, out int end)
    {
        end = s.Length;
        if (string.CompareOrdinal(s, i, "/*", 0, 2) == 0)
        {
            int close = s.IndexOf("*/", i + 2, StringComparison.Ordinal);
            end = close < 0 ? s.Length : close + 2;
            return true;
        }
        if (string.CompareOrdinal(s, i, "--", 0, 2) != 0)
            return false;
        int line = s.IndexOf('\n', i);
        end = line < 0 ? s.Length : line + 1;
        return true;
    }

    static bool InName(StringBuilder text) => text.Length > 0 && (char.IsLetterOrDigit(text[^1]) || text[^1] is '_' or '$' or '@' or '#');

    static int AfterNumber(string s, int i)
    {
        while (i < s.Length && (char.IsAsciiLetterOrDigit(s[i]) || s[i] == '.'))
            i++;
        return i;
    }
}
