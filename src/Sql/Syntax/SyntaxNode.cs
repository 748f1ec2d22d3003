namespace Orrery.Sql.Syntax;

/// <summary>
/// A node of the tree that <see cref="SqlParser"/> makes of a text. Nodes are values: two are equal when they say the same, wherever they stand, so
/// that the expression of a GROUP BY finds itself in the select list. <see cref="SqlPrinter"/> writes them as text, and so does ToString.
/// </summary>
public abstract record SyntaxNode
{
    /// <summary>Where it stands in its text; not part of equality. The default for a node that no text holds.</summary>
    public TextSpan Span { get; init; }

    public virtual bool Equals(SyntaxNode? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    public sealed override string ToString() => SqlPrinter.Print(this);
}
