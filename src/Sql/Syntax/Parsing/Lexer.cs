using System.Globalization;
using System.Text;

namespace Orrery.Sql.Syntax;

/// <summary>
/// Cuts a text, or a part of it, into tokens. Comments (<c>-- ...</c>, <c>/* ... */</c>) vanish; a hint (<c>/*+ ... */</c>) is remembered with the
/// token behind it, of several the last. The last token is always <see cref="TokenKind.End"/>.
/// </summary>
sealed partial class Lexer
{
    static readonly string[] Symbols = ["<>", "!=", "<=", ">=", "||", "::", "=>", "(", ")", "[", "]", ",", ".", ";", "+", "-", "*", "/", "%", "=", "<", ">", ":"];

    readonly string text;
    readonly int end;
    readonly List<Token> tokens = [];
    int position, line, lineStart;
    TextSpan hint;

    Lexer(string text, TextSpan part)
    {
        this.text = text;
        position = part.Offset;
        end = part.End;
        line = part.Line;
        lineStart = part.Offset - part.Column + 1;
    }

    /// <exception cref="SqlSyntaxException">A text or comment is not closed, a number or name is too long, a character means nothing.</exception>
    public static List<Token> Read(string text) => Read(text, new TextSpan(0, text.Length, 1, 1));

    /// <inheritdoc cref="Read(string)"/>
    public static List<Token> Read(string text, TextSpan part)
    {
        if (text.Length > SqlLimits.TextLength)
            throw new SqlSyntaxException($"the text has {text.Length:N0} characters; {SqlLimits.TextLength:N0} are the most. Split it.", new TextSpan(0, 0, 1, 1));
        var lexer = new Lexer(text, part);
        while (lexer.SkipBlanks())
            lexer.ReadToken();
        lexer.Add(TokenKind.End, "", "", lexer.Here(0));
        return lexer.tokens;
    }

    void ReadToken()
    {
        char first = text[position];
        if (first == '\'')
            ReadString(position);
        else if (first == '`')
            ReadQuotedWord();
        else if (char.IsAsciiDigit(first) || first == '.' && position + 1 < end && char.IsAsciiDigit(text[position + 1]))
            ReadNumber();
        else if (first is 'x' or 'X' && Next(1) == '\'')
            ReadBinary();
        else if (first is 'u' or 'U' && Next(1) == '&' && Next(2) == '\'')
            ReadUnicodeString();
        else if (WordCharacter(position, first: true) > 0)
            ReadWord();
        else
            ReadSymbol();
    }

    void ReadWord()
    {
        int start = position, length;
        while (position < end && (length = WordCharacter(position, first: false)) > 0)
            position += length;
        CheckName(position - start, SpanFrom(start));
        ReadOnlySpan<char> word = text.AsSpan(start, position - start);
        Add(TokenKind.Word, Keywords.Find(word), word.ToString(), SpanFrom(start));
    }

    /// <summary>How many characters of a word stand here: 0, 1, or 2 for a letter beyond the basic plane.</summary>
    int WordCharacter(int at, bool first)
    {
        char character = text[at];
        if (character == '_' || char.IsAsciiLetter(character) || !first && (char.IsAsciiDigit(character) || character == '$'))
            return 1;
        if (character < 128)
            return 0;
        return Rune.TryGetRuneAt(text, at, out Rune rune) && at + rune.Utf16SequenceLength <= end
            && (Rune.IsLetter(rune) || !first && (Rune.IsDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark))
            ? rune.Utf16SequenceLength : 0;
    }

    /// <summary>Whether a name reads as one word without backticks.</summary>
    public static bool IsWord(string name)
    {
        var lexer = new Lexer(name, new TextSpan(0, name.Length, 1, 1));
        int at = 0;
        while (at < name.Length && lexer.WordCharacter(at, at == 0) is > 0 and var length)
            at += length;
        return at == name.Length && at > 0;
    }

    void ReadQuotedWord()
    {
        TextSpan span = Here(0);
        string name = ReadQuoted('`', span.Offset, "a name in backticks");
        span = span with { Length = position - span.Offset };
        if (name.Length == 0)
            throw new SqlSyntaxException("a name in backticks is empty.", span);
        CheckName(name.Length, span);
        Add(TokenKind.QuotedWord, "", name, span);
    }

    static void CheckName(int length, TextSpan span)
    {
        if (length > SqlLimits.NameLength)
            throw new SqlSyntaxException($"a name has {length:N0} characters; {SqlLimits.NameLength} are the most.", span);
    }

    void ReadSymbol()
    {
        foreach (string symbol in Symbols)
        {
            if (!text.AsSpan(position, end - position).StartsWith(symbol, StringComparison.Ordinal))
                continue;
            TextSpan span = Here(symbol.Length);
            position += symbol.Length;
            Add(TokenKind.Symbol, symbol == "!=" ? "<>" : symbol, symbol, span);
            return;
        }

        int length = Rune.TryGetRuneAt(text, position, out Rune rune) && rune.Utf16SequenceLength <= end - position ? rune.Utf16SequenceLength : 1;
        string shown = Rune.IsControl(rune) || rune == default ? $"the character U+{(int)text[position]:X4}" : $"'{rune}'";
        throw new SqlSyntaxException(
            text[position] == '"' ? "a double quote means nothing here: names are quoted with backticks, texts with single quotes." : $"{shown} means nothing in SQL.",
            Here(length));
    }

    /// <summary>Skips white space and comments. False at the end.</summary>
    bool SkipBlanks()
    {
        for (; position < end; position++)
        {
            char character = text[position];
            if (character == '\n')
                NewLine(position);
            else if (character == '-' && Next(1) == '-')
                position = Find("\n", position) - 1;
            else if (character == '/' && Next(1) == '*')
                SkipComment();
            else if (!char.IsWhiteSpace(character) && character != '\uFEFF')
                return true;
        }

        return false;
    }

    void SkipComment()
    {
        TextSpan start = Here(2);
        bool isHint = Next(2) == '+';
        int close = Find("*/", position + (isHint ? 3 : 2));
        if (close == end)
            throw new SqlSyntaxException("a comment is opened here and not closed with */.", start);
        if (isHint)
            hint = new TextSpan(start.Offset + 3, close - start.Offset - 3, start.Line, start.Column + 3);
        for (; position < close; position++)
        {
            if (text[position] == '\n')
                NewLine(position);
        }

        position = close + 1;
    }

    int Find(string piece, int from)
    {
        int found = from >= end ? -1 : text.AsSpan(from, end - from).IndexOf(piece, StringComparison.Ordinal);
        return found < 0 ? end : from + found;
    }

    void NewLine(int at)
    {
        line++;
        lineStart = at + 1;
    }

    char Next(int distance) => position + distance < end ? text[position + distance] : '\0';

    TextSpan Here(int length) => new(position, length, line, position - lineStart + 1);

    void Add(TokenKind kind, string mark, string said, TextSpan span)
    {
        tokens.Add(new Token(kind, mark, said, span, hint));
        hint = default;
    }

    /// <summary>From a place on the current line to where reading stands.</summary>
    TextSpan SpanFrom(int start) => new(start, position - start, line, start - lineStart + 1);
}
