namespace Orrery.Cli.Sql;

/// <summary>The line that is being written at the prompt: what keys do to it, apart from how it is shown.</summary>
sealed class LineBuffer(IReadOnlyList<string> history)
{
    string draft = "";
    int place = history.Count;

    public string Text { get; private set; } = "";

    /// <summary>Characters before the cursor.</summary>
    public int Cursor { get; private set; }

    /// <returns>Whether the key meant something.</returns>
    public bool Press(ConsoleKeyInfo key)
    {
        bool isControl = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow: Cursor = isControl ? WordBefore() : Before(Cursor); return true;
            case ConsoleKey.RightArrow: Cursor = isControl ? WordAfter() : After(Cursor); return true;
            case ConsoleKey.Home or ConsoleKey.A when key.Key == ConsoleKey.Home || isControl: Cursor = 0; return true;
            case ConsoleKey.End or ConsoleKey.E when key.Key == ConsoleKey.End || isControl: Cursor = Text.Length; return true;
            case ConsoleKey.UpArrow: Recall(place - 1); return true;
            case ConsoleKey.DownArrow: Recall(place + 1); return true;
            case ConsoleKey.Backspace: Remove(Before(Cursor), Cursor); return true;
            case ConsoleKey.Delete: Remove(Cursor, After(Cursor)); return true;
            case ConsoleKey.U when isControl: Remove(0, Cursor); return true;
            case ConsoleKey.K when isControl: Remove(Cursor, Text.Length); return true;
            case ConsoleKey.W when isControl: Remove(WordBefore(), Cursor); return true;
            default:
                if (char.IsControl(key.KeyChar))
                    return false;
                Insert(key.KeyChar.ToString());
                return true;
        }
    }

    public void Insert(string part)
    {
        Text = Text.Insert(Cursor, part);
        Cursor += part.Length;
    }

    void Remove(int from, int to)
    {
        Text = Text.Remove(from, to - from);
        Cursor = from;
    }

    void Recall(int wanted)
    {
        if (wanted < 0 || wanted > history.Count)
            return;
        if (place == history.Count)
            draft = Text;
        place = wanted;
        Text = wanted == history.Count ? draft : history[wanted].ReplaceLineEndings(" ");
        Cursor = Text.Length;
    }

    /// <summary>Signs of two characters are passed as one.</summary>
    int Before(int at) => at <= 0 ? 0 : at > 1 && char.IsSurrogatePair(Text[at - 2], Text[at - 1]) ? at - 2 : at - 1;

    int After(int at) => at >= Text.Length ? Text.Length : at + 1 < Text.Length && char.IsSurrogatePair(Text[at], Text[at + 1]) ? at + 2 : at + 1;

    int WordBefore()
    {
        int at = Cursor;
        while (at > 0 && char.IsWhiteSpace(Text[at - 1]))
            at--;
        while (at > 0 && !char.IsWhiteSpace(Text[at - 1]))
            at--;
        return at;
    }

    int WordAfter()
    {
        int at = Cursor;
        while (at < Text.Length && char.IsWhiteSpace(Text[at]))
            at++;
        while (at < Text.Length && !char.IsWhiteSpace(Text[at]))
            at++;
        return at;
    }
}
