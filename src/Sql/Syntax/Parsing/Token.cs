namespace Orrery.Sql.Syntax;

/// <summary>A piece of a text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Mark">Of a symbol, itself; of a word without quotes, the keyword in upper case if it is one; otherwise empty. What the parser compares.</param>
/// <param name="Text">What it says: a word as it was written, a text with its escapes resolved, a number, hexadecimal digits.</param>
/// <param name="Span">Where it stands.</param>
/// <param name="Hint">What stands in the hint <c>/*+ ... */</c> before it; of no length without one.</param>
readonly record struct Token(TokenKind Kind, string Mark, string Text, TextSpan Span, TextSpan Hint)
{
    /// <summary>The token for messages.</summary>
    public string Shown => Kind switch
    {
        TokenKind.End => "the end of the text",
        TokenKind.String => $"the text '{Cut(Text)}'",
        TokenKind.Binary => $"the bytes X'{Cut(Text)}'",
        TokenKind.Number => $"the number {Cut(Text)}",
        TokenKind.QuotedWord => $"`{Cut(Text)}`",
        TokenKind.Word => Cut(Text),
        _ => $"'{Mark}'",
    };

    static string Cut(string text) => text.Length <= 40 ? text : text[..40] + "...";
}

enum TokenKind { End, Word, QuotedWord, String, Binary, Number, Symbol }
