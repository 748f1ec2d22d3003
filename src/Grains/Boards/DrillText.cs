using System.Text;

namespace Orrery.Grains.Boards;

/// <summary>A query with <c>:name</c> where a value of the chosen row is to stand. What stands in texts, quoted names and comments is none.</summary>
static class DrillText
{
    /// <summary>The query with something in the place of each parameter.</summary>
    /// <param name="replace">The text for a name; null: there is no such column, and the name is told by <paramref name="unknown"/>.</param>
    /// <param name="unknown">The first name that nothing stands for; null: there is none.</param>
    public static string Fill(string text, Func<string, string?> replace, out string? unknown)
    {
        unknown = null;
        var filled = new StringBuilder(text.Length);
        int at = 0;
        while (at < text.Length)
        {
            int end = EndOfQuoted(text, at);
            if (end > at)
            {
                filled.Append(text, at, end - at);
                at = end;
                continue;
            }

            // Two colons are a cast in other dialects, never a parameter.
            if (text[at] == ':' && (at == 0 || text[at - 1] != ':') && at + 1 < text.Length && (char.IsLetter(text[at + 1]) || text[at + 1] == '_'))
            {
                int from = ++at;
                while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
                    at++;
                string name = text[from..at];
                string? value = replace(name);
                if (value is null)
                    unknown ??= name;
                filled.Append(value);
                continue;
            }

            filled.Append(text[at++]);
        }

        return filled.ToString();
    }

    /// <summary>The end of a text, a quoted name or a comment that begins here; the place itself where none does.</summary>
    static int EndOfQuoted(string text, int at)
    {
        if (text[at] is '\'' or '"' or '`')
        {
            int close = text.IndexOf(text[at], at + 1);
            return close < 0 ? text.Length : close + 1;
        }

        (string begin, string end)? comment = text.AsSpan(at).StartsWith("--") ? ("--", "\n") : text.AsSpan(at).StartsWith("/*") ? ("/*", "*/") : null;
        if (comment is not { } found)
            return at;
        int closes = text.IndexOf(found.end, at + found.begin.Length, StringComparison.Ordinal);
        return closes < 0 ? text.Length : closes + found.end.Length;
    }
}
