namespace Orrery.Sql.Syntax;

/// <summary>A type as it is written.</summary>
public abstract record TypeSyntax : SyntaxNode
{
    /// <summary>Whether NOT NULL stands behind it inside another type, in a cast or after a column of a table.</summary>
    public bool NotNull { get; init; }
}

/// <summary>A type of one word, its synonyms resolved: NUMERIC and DEC are Decimal, INTEGER is Int, DOUBLE PRECISION is Double.</summary>
/// <param name="Precision">The length of texts and bytes, the digits of decimals, those of a second's fraction of times; null for the default.</param>
/// <param name="Scale">Digits after a decimal's point; null for the default.</param>
public sealed record ScalarTypeSyntax(ScalarTypeName Name, int? Precision = null, int? Scale = null) : TypeSyntax;

public enum ScalarTypeName
{
    Boolean, TinyInt, SmallInt, Int, BigInt, Decimal, Float, Double, Char, VarChar, String, Binary, VarBinary, Bytes, Date, Time, Timestamp,
    TimestampWithLocalTimeZone, Null,
}

/// <summary><c>INTERVAL DAY TO SECOND(3)</c>.</summary>
public sealed record IntervalTypeSyntax(IntervalQualifierSyntax Qualifier) : TypeSyntax;

/// <summary><c>ARRAY&lt;t&gt;</c>, <c>t ARRAY</c>.</summary>
public sealed record ArrayTypeSyntax(TypeSyntax Element) : TypeSyntax;

/// <summary><c>MULTISET&lt;t&gt;</c>, <c>t MULTISET</c>.</summary>
public sealed record MultisetTypeSyntax(TypeSyntax Element) : TypeSyntax;

/// <summary><c>MAP&lt;k, v&gt;</c>.</summary>
public sealed record MapTypeSyntax(TypeSyntax Key, TypeSyntax Value) : TypeSyntax;

/// <summary><c>ROW&lt;a INT, b STRING&gt;</c>, <c>ROW(a INT, b STRING)</c>.</summary>
public sealed record RowTypeSyntax(SyntaxList<RowFieldSyntax> Fields) : TypeSyntax;

/// <summary>A field of a row type.</summary>
public sealed record RowFieldSyntax(IdentifierSyntax Name, TypeSyntax Type, string? Comment = null) : SyntaxNode;
