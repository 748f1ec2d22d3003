using System.Text;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.WebApi.Metrics;

/// <summary>Reads a Prometheus selector: <c>name</c>, <c>name{label="x",other=~"a|b"}</c> or <c>{__name__="x"}</c>.</summary>
internal static class Selector
{
    public const int LengthMax = 4_096;
    public const int MatchersMax = 32;

    /// <exception cref="InvalidInputException">The text is no selector; the message shows where.</exception>
    public static IReadOnlyList<LabelMatcher> Parse(string text)
    {
        if (text.Length > LengthMax)
            throw new InvalidInputException("match", $"The selector has {text.Length} characters; at most {LengthMax}.");
        var matchers = new List<LabelMatcher>();
        var at = new Cursor(text);
        at.SkipSpaces();
        if (at.ReadName(colons: true) is { Length: > 0 } name)
            matchers.Add(new("__name__", MatchKind.Equal, name));
        at.SkipSpaces();
        if (at.Take('{'))
            ReadMatchers(ref at, matchers);
        at.SkipSpaces();
        if (!at.AtEnd)
            throw at.Fail("the end");
        return matchers.Count > 0 ? matchers : throw at.Fail("a metric's name or a matcher");
    }

    static void ReadMatchers(ref Cursor at, List<LabelMatcher> matchers)
    {
        for (at.SkipSpaces(); !at.Take('}'); at.SkipSpaces())
        {
            if (matchers.Count == MatchersMax)
                throw new InvalidInputException("match", $"The selector has more than {MatchersMax} matchers.");
            string label = at.ReadName(colons: false) is { Length: > 0 } name ? name : throw at.Fail("a label's name");
            at.SkipSpaces();
            MatchKind kind = at.ReadKind();
            at.SkipSpaces();
            matchers.Add(new(label, kind, at.ReadText()));
            at.SkipSpaces();
            if (at.Take(','))
                continue;
            if (!at.Take('}'))
                throw at.Fail("',' or '}'");
            return;
        }
    }

    struct Cursor(string text)
    {
        int position;

        public readonly bool AtEnd => position == text.Length;

        public void SkipSpaces()
        {
            while (!AtEnd && char.IsWhiteSpace(text[position]))
                position++;
        }

        public bool Take(char c)
        {
            if (AtEnd || text[position] != c)
                return false;
            position++;
            return true;
        }

        public string ReadName(bool colons)
        {
            int start = position;
            while (!AtEnd && (char.IsAsciiLetter(text[position]) || text[position] == '_' || (colons && text[position] == ':') || (position > start && char.IsAsciiDigit(text[position]))))
                position++;
            return text[start..position];
        }

        public MatchKind ReadKind()
        {
            if (Take('='))
                return Take('~') ? MatchKind.Matches : MatchKind.Equal;
            if (Take('!'))
                return Take('=') ? MatchKind.NotEqual : Take('~') ? MatchKind.NotMatches : throw Fail("'!=' or '!~'");
            throw Fail("'=', '!=', '=~' or '!~'");
        }

        public string ReadText()
        {
            if (AtEnd || text[position] is not ('"' or '\'' or '`'))
                throw Fail("a text in quotes");
            char quote = text[position++];
            var value = new StringBuilder();
            while (!Take(quote))
            {
                if (AtEnd)
                    throw Fail($"the closing {quote}");
                char c = text[position++];
                value.Append(c == '\\' && quote != '`' ? ReadEscape() : c);
            }
            return value.ToString();
        }

        char ReadEscape()
        {
            if (AtEnd)
                throw Fail("a character after '\\'");
            return text[position++] switch
            {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                var c and ('\\' or '"' or '\'') => c,
                _ => throw Fail("one of n, t, r, \\ and quotes after '\\'"),
            };
        }

        public readonly InvalidInputException Fail(string expected) =>
            new("match", $"The selector cannot be read at character {position + 1}{(AtEnd ? " (its end)" : $" ('{text[position]}')")}: expected {expected}. Write it as name{{label=\"value\",other=~\"a|b\"}}.");
    }
}
