namespace Orrery.Connectors.LogFormats;

/// <summary>Walks over a text once. Every method moves forward or not at all, so a parser built of them ends.</summary>
ref struct TextScanner(ReadOnlySpan<char> text)
{
    readonly ReadOnlySpan<char> text = text;
    int at;

    public readonly bool AtEnd => at >= text.Length;

    public readonly ReadOnlySpan<char> Rest => text[at..];

    public readonly int Position => at;

    public readonly char Peek => at < text.Length ? text[at] : '\0';

    public void Skip(int count) => at = Math.Min(text.Length, at + count);

    public bool Take(char letter)
    {
        if (Peek != letter || AtEnd)
            return false;
        at++;
        return true;
    }

    public bool Take(string word)
    {
        if (!Rest.StartsWith(word, StringComparison.Ordinal))
            return false;
        at += word.Length;
        return true;
    }

    public void SkipSpaces()
    {
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
    }

    /// <summary>What stands before the next such letter, which is passed over; false: there is none.</summary>
    public bool Until(char letter, out ReadOnlySpan<char> before)
    {
        int length = Rest.IndexOf(letter);
        before = length < 0 ? default : Rest[..length];
        at += length < 0 ? 0 : length + 1;
        return length >= 0;
    }

    /// <summary>What stands before the next such word, which is passed over; false: there is none.</summary>
    public bool Until(string word, out ReadOnlySpan<char> before)
    {
        int length = Rest.IndexOf(word, StringComparison.Ordinal);
        before = length < 0 ? default : Rest[..length];
        at += length < 0 ? 0 : length + word.Length;
        return length >= 0;
    }

    /// <summary>Up to the next space or the end; the space stays.</summary>
    public ReadOnlySpan<char> Word()
    {
        int length = Rest.IndexOfAny(' ', '\t');
        ReadOnlySpan<char> word = length < 0 ? Rest : Rest[..length];
        at += word.Length;
        return word;
    }

    /// <summary>A text in double quotes, in which a backslash takes the next letter with it; the content as it stands.</summary>
    public bool Quoted(out ReadOnlySpan<char> content)
    {
        content = default;
        if (Peek != '"')
            return false;
        for (int end = at + 1; end < text.Length; end++)
        {
            if (text[end] == '\\')
            {
                end++;
            }
            else if (text[end] == '"')
            {
                content = text[(at + 1)..end];
                at = end + 1;
                return true;
            }
        }

        return false;
    }

    /// <summary>Letters in given brackets.</summary>
    public bool Bracketed(char open, char close, out ReadOnlySpan<char> content)
    {
        int before = at;
        if (Take(open) && Until(close, out content))
            return true;
        at = before;
        content = default;
        return false;
    }

    /// <summary>A whole number of a few digits.</summary>
    public bool Number(int digitsMin, int digitsMax, out int value)
    {
        value = 0;
        int count = 0;
        while (count < digitsMax && at + count < text.Length && char.IsAsciiDigit(text[at + count]))
            value = (value * 10) + (text[at + count++] - '0');
        if (count < digitsMin)
            return false;
        at += count;
        return true;
    }
}
