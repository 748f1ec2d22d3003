namespace Orrery.Sql.Syntax;

/// <summary>One name as it is meant: without its quotes, in the case that was written. Names of tables and columns are compared by ordinal, those of functions without case.</summary>
public sealed record IdentifierSyntax(string Name) : SyntaxNode;

/// <summary>A name with its qualifiers, outermost first: <c>catalog.db.orders</c>, <c>o.price</c>. At least one part.</summary>
public sealed record NameSyntax(SyntaxList<IdentifierSyntax> Parts) : SyntaxNode
{
    /// <summary>The innermost part.</summary>
    public IdentifierSyntax Last => Parts[^1];

    /// <summary>The parts with dots between them, without quotes; for messages and dictionaries of simple names.</summary>
    public string Plain => Parts.Count == 1 ? Parts[0].Name : string.Join('.', Parts.Select(part => part.Name));
}

/// <summary>A hint of <c>/*+ ... */</c>: <c>OPTIONS('k'='v')</c>, <c>BROADCAST(t)</c>, <c>STATE_TTL('o' = '1d')</c>. Unknown hints are kept and mean nothing.</summary>
public sealed record HintSyntax(IdentifierSyntax Name, SyntaxList<HintArgumentSyntax> Arguments) : SyntaxNode;

/// <summary>An argument of a hint: a key with a value, or a value alone.</summary>
/// <param name="Key">Null when the value stands alone.</param>
public sealed record HintArgumentSyntax(string? Key, string Value) : SyntaxNode;

/// <summary>An option of <c>WITH ('key' = 'value')</c>.</summary>
public sealed record OptionSyntax(string Key, string Value) : SyntaxNode;
