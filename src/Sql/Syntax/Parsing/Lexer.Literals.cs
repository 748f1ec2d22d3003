using System.Text;

namespace Orrery.Sql.Syntax;

/// <summary>Numbers, texts and bytes.</summary>
sealed partial class Lexer
{
    void ReadNumber()
    {
        int start = position;
        bool point = false, exponent = false;
        SkipDigits();
        if (Next(0) == '.')
        {
            point = true;
            position++;
            SkipDigits();
        }

        int mantissa = position;
        if (Next(0) is 'e' or 'E' && (char.IsAsciiDigit(Next(1)) || Next(1) is '+' or '-' && char.IsAsciiDigit(Next(2))))
        {
            exponent = true;
            position += 2;
            SkipDigits();
        }

        if (position < end && WordCharacter(position, first: true) > 0)
            throw new SqlSyntaxException($"a letter follows the number {text[start..Math.Min(position, start + 40)]}: put a space or an operator between them, or the name in backticks.", Here(1));
        CheckDigits(start, mantissa, exponent);
        string said = text[start..position];
        Add(TokenKind.Number, "", exponent ? said.ToUpperInvariant() : point && said[0] == '.' ? "0" + said : said, SpanFrom(start));
    }

    void CheckDigits(int start, int mantissa, bool exponent)
    {
        int digits = text.AsSpan(start, mantissa - start).TrimStart('0').Length;
        if (text.AsSpan(start, mantissa - start).Contains('.'))
            digits--;
        if (digits > SqlLimits.NumberDigits && !exponent)
            throw new SqlSyntaxException($"a number has {digits:N0} digits; {SqlLimits.NumberDigits} are the most. Write it with an exponent (1.5E40) if it may be approximate.", SpanFrom(start));
    }

    void SkipDigits()
    {
        while (position < end && char.IsAsciiDigit(text[position]))
            position++;
    }

    void ReadString(int start)
    {
        TextSpan first = Here(0);
        string value = ReadQuoted('\'', start, "a text");
        Add(TokenKind.String, "", value, first with { Length = position - first.Offset });
    }

    void ReadBinary()
    {
        TextSpan first = Here(0);
        position++;
        string digits = ReadQuoted('\'', first.Offset, "a text of bytes");
        TextSpan span = first with { Length = position - first.Offset };
        if (digits.Length % 2 != 0 || digits.AsSpan().ContainsAnyExcept("0123456789abcdefABCDEF"))
            throw new SqlSyntaxException("bytes are written as pairs of hexadecimal digits: X'0AFF'.", span);
        Add(TokenKind.Binary, "", digits.ToUpperInvariant(), span);
    }

    /// <summary><c>U&amp;'\4F60' [UESCAPE '!']</c>.</summary>
    void ReadUnicodeString()
    {
        TextSpan first = Here(0);
        position += 2;
        string value = ReadQuoted('\'', first.Offset, "a text");
        TextSpan span = first with { Length = position - first.Offset };
        char escape = '\\';
        (int at, int atLine, int atLineStart) = (position, line, lineStart);
        if (SkipBlanks() && text.AsSpan(position, end - position).StartsWith("UESCAPE", StringComparison.OrdinalIgnoreCase))
        {
            position += "UESCAPE".Length;
            if (!SkipBlanks() || text[position] != '\'')
                throw new SqlSyntaxException("expected a character in single quotes behind UESCAPE.", Here(0));
            string character = ReadQuoted('\'', position, "a text");
            if (character.Length != 1 || char.IsAsciiHexDigit(character[0]) || character[0] is '+' or '\'' or '"' || char.IsWhiteSpace(character[0]) || char.IsSurrogate(character[0]))
                throw new SqlSyntaxException("UESCAPE takes one character that is no hexadecimal digit, plus, quote or white space.", span);
            escape = character[0];
        }
        else
        {
            (position, line, lineStart) = (at, atLine, atLineStart);
        }

        Add(TokenKind.String, "", Unescape(value, escape, span), span);
    }

    static string Unescape(string value, char escape, TextSpan span)
    {
        var result = new StringBuilder(value.Length);
        for (int index = 0; index < value.Length; index++)
        {
            if (value[index] != escape)
            {
                result.Append(value[index]);
                continue;
            }

            if (index + 1 < value.Length && value[index + 1] == escape)
            {
                result.Append(escape);
                index++;
                continue;
            }

            bool isLong = index + 1 < value.Length && value[index + 1] == '+';
            int from = index + (isLong ? 2 : 1), length = isLong ? 6 : 4;
            if (from + length > value.Length || value.AsSpan(from, length).ContainsAnyExcept("0123456789abcdefABCDEF"))
                throw new SqlSyntaxException($"an escape in a unicode text is {escape}XXXX or {escape}+XXXXXX in hexadecimal digits, or {escape}{escape}.", span);
            int code = Convert.ToInt32(value.Substring(from, length), 16);
            if (code > 0x10FFFF)
                throw new SqlSyntaxException($"{escape}+{code:X6} is beyond the last character, 10FFFF.", span);
            result.Append(code < 0x10000 ? ((char)code).ToString() : char.ConvertFromUtf32(code));
            index = from + length - 1;
        }

        string text = result.ToString();
        for (int index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogate(text[index]) && !(index + 1 < text.Length && char.IsSurrogatePair(text[index], text[++index])))
                throw new SqlSyntaxException("a unicode text holds half of a surrogate pair.", span);
        }

        return text;
    }

    /// <summary>Reads from the quote here to the closing one; a doubled quote stands for itself.</summary>
    /// <param name="quote">The quote.</param>
    /// <param name="start">Where the whole began, for the message.</param>
    /// <param name="what">What it is, for the message.</param>
    string ReadQuoted(char quote, int start, string what)
    {
        var open = new TextSpan(start, 1, line, start - lineStart + 1);
        int from = ++position;
        StringBuilder? parts = null;
        while (true)
        {
            if (position >= end)
                throw new SqlSyntaxException($"{what} is opened here and not closed with {quote}.", open);
            char character = text[position];
            if (character == quote)
            {
                if (Next(1) != quote)
                    break;
                (parts ??= new StringBuilder()).Append(text, from, position + 1 - from);
                position += 2;
                from = position;
                continue;
            }

            if (character == '\n')
                NewLine(position);
            position++;
        }

        string last = text[from..position++];
        return parts is null ? last : parts.Append(last).ToString();
    }
}
