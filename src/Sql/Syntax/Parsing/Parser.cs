using System.Runtime.CompilerServices;

namespace Orrery.Sql.Syntax;

/// <summary>
/// The parser's way through the tokens. What was looked for at the furthest token is remembered: messages find the keyword that a misspelt one was
/// meant to be there, and completion is that list at the caret.
/// </summary>
sealed partial class Parser
{
    readonly string text;
    readonly List<Token> tokens;
    readonly List<string> sought = [];
    int index, soughtIndex, aliasIndex = -1;
    int depth, height;

    public Parser(string text)
    {
        this.text = text;
        tokens = Lexer.Read(text);
    }

    public Parser(string text, List<Token> tokens)
    {
        this.text = text;
        this.tokens = tokens;
    }

    /// <summary>Marks and <see cref="Expectations"/> that were looked for at the furthest token that was reached, some more than once.</summary>
    public IReadOnlyCollection<string> Sought => sought;

    /// <summary>The furthest token at which something was looked for.</summary>
    public int SoughtIndex => soughtIndex;

    Token Current => tokens[index];

    public T ReadWhole<T>(Func<T> read)
        where T : SyntaxNode
    {
        T node = read();
        while (Take(";"))
        {
        }

        return Current.Kind == TokenKind.End ? node : throw Unexpected("the end of the text");
    }

    Token Ahead(int distance) => tokens[Math.Min(index + distance, tokens.Count - 1)];

    /// <summary>Whether the current token is this keyword or symbol.</summary>
    bool At(string mark)
    {
        Seek(mark);
        return Current.Mark == mark;
    }

    bool At(string mark, string next) => At(mark) && Ahead(1).Mark == next;

    bool At(string mark, string next, string third) => At(mark, next) && Ahead(2).Mark == third;

    bool Take(string mark)
    {
        if (!At(mark))
            return false;
        index++;
        return true;
    }

    bool Take(string mark, string next)
    {
        if (!At(mark) || !AheadIs(next))
            return false;
        index += 2;
        return true;
    }

    /// <summary>Whether the token behind the current one is this; it is sought there if the text ends before it.</summary>
    bool AheadIs(string mark)
    {
        if (Ahead(1).Kind == TokenKind.End && index + 1 < tokens.Count)
            SeekAt(index + 1, mark);
        return Ahead(1).Mark == mark;
    }

    void Expect(string mark)
    {
        if (!Take(mark))
            throw Unexpected(char.IsLetter(mark[0]) ? mark : $"'{mark}'");
    }

    void Expect(string mark, string next)
    {
        Expect(mark);
        Expect(next);
    }

    void Seek(string mark) => SeekAt(index, mark);

    void SeekAt(int at, string mark)
    {
        if (at < soughtIndex)
            return;
        if (at > soughtIndex)
        {
            sought.Clear();
            soughtIndex = at;
        }

        sought.Add(mark);
    }

    /// <summary>From the token at <paramref name="start"/> to the one before the current.</summary>
    TextSpan From(int start) => index > start ? tokens[start].Span.To(tokens[index - 1].Span) : tokens[start].Span with { Length = 0 };

    /// <summary>Goes a level deeper. <see cref="Leave"/> ends it; an exception ends everything.</summary>
    void Enter()
    {
        if (++depth > SqlLimits.NestingLevels || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw TooDeep();
    }

    void Leave() => depth--;

    /// <summary>A tree grows by a chain too, without the parser going deeper; what reads trees does. This bounds both.</summary>
    void CheckHeight(int levels)
    {
        if (levels > SqlLimits.NestingLevels)
            throw TooDeep();
    }

    SqlSyntaxException TooDeep() => Error($"this is nested deeper than {SqlLimits.NestingLevels} levels. Name parts of it in WITH or in views, or write a long chain as a list.", Current.Span);

    /// <summary>Reads items with commas between them.</summary>
    SyntaxList<T> List<T>(Func<T> read)
    {
        var items = new List<T>();
        do
        {
            items.Add(read());
            CheckCount(items.Count);
        }
        while (Take(","));
        return [.. items];
    }

    /// <summary>Reads items in parentheses; at least one.</summary>
    SyntaxList<T> Parenthesized<T>(Func<T> read)
    {
        Expect("(");
        SyntaxList<T> items = List(read);
        Expect(")");
        return items;
    }

    void CheckCount(int items)
    {
        if (items > SqlLimits.ListItems)
            throw Error($"a list has more than {SqlLimits.ListItems:N0} items. Split it.", Current.Span);
    }
}
