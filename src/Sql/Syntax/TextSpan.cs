namespace Orrery.Sql.Syntax;

/// <summary>A place in a text: where a piece of it begins and how long it is.</summary>
/// <param name="Offset">Characters (UTF-16 units) before it, from 0.</param>
/// <param name="Length">Its characters.</param>
/// <param name="Line">Its line, from 1. Lines end at a line feed.</param>
/// <param name="Column">Its column, from 1, in characters; a tab counts as one.</param>
public readonly record struct TextSpan(int Offset, int Length, int Line, int Column)
{
    /// <summary>The offset just behind it.</summary>
    public int End => Offset + Length;

    /// <summary>From the start of this piece to the end of the other, which must not end before this one begins.</summary>
    public TextSpan To(TextSpan last) => this with { Length = Math.Max(0, last.End - Offset) };

    public override string ToString() => $"line {Line}, column {Column}";
}
