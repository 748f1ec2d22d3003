namespace Orrery.Sql.Syntax;

/// <summary>What the parser says about a text that is wrong.</summary>
sealed partial class Parser
{
    SqlSyntaxException Unexpected(string expected) =>
        Error($"expected {expected}, found {Current.Shown}.{Suggestion()}", Current.Span);

    static SqlSyntaxException Error(string reason, TextSpan span) => new(reason, span);

    /// <summary>
    /// The keyword that was probably meant: nearest to the word here, or to the word before, when it was taken for an alias as in SELECT a FORM t.
    /// </summary>
    string Suggestion()
    {
        if (soughtIndex != index)
            return "";
        if (Current.Kind == TokenKind.Word && IsName(Current) && Nearest(Current.Text) is { } here)
            return $" Did you mean {here}?";
        if (aliasIndex >= 0 && aliasIndex == index - 1 && tokens[aliasIndex] is { Kind: TokenKind.Word } alias && Nearest(alias.Text) is { } before)
            return $" Did you mean {before} instead of {alias.Text}?";
        return "";
    }

    string? Nearest(string word) => EditDistance.Nearest(word.ToUpperInvariant(), sought.Where(mark => char.IsAsciiLetter(mark[0])));
}
