namespace Orrery.Sql.Syntax;

/// <summary>What FROM reads.</summary>
public abstract record TableReferenceSyntax : SyntaxNode;

/// <summary><c>AS o (id, price)</c>.</summary>
/// <param name="Columns">Empty when the columns keep their names.</param>
public sealed record TableAliasSyntax(IdentifierSyntax Name, SyntaxList<IdentifierSyntax> Columns) : SyntaxNode;

/// <summary>A table, view or common table by its name.</summary>
public sealed record NamedTableSyntax(NameSyntax Name, TableAliasSyntax? Alias = null) : TableReferenceSyntax
{
    /// <summary>The time of <c>FOR SYSTEM_TIME AS OF</c>: of a temporal join.</summary>
    public ExpressionSyntax? SystemTime { get; init; }

    /// <summary>For instance <c>/*+ OPTIONS('scan.startup.mode' = 'earliest-offset') */</c>.</summary>
    public SyntaxList<HintSyntax> Hints { get; init; } = [];
}

/// <summary>A query in parentheses; LATERAL when it may name the columns of references before it.</summary>
public sealed record DerivedTableSyntax(QuerySyntax Query, TableAliasSyntax? Alias, bool Lateral) : TableReferenceSyntax;

/// <summary><c>[LATERAL] TABLE(f(...))</c>: a table function, or a window over a table, <c>TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))</c>.</summary>
public sealed record FunctionTableSyntax(CallSyntax Call, TableAliasSyntax? Alias, bool Lateral) : TableReferenceSyntax;

/// <summary><c>UNNEST(array, ...) [WITH ORDINALITY]</c>; may name the columns of references before it.</summary>
public sealed record UnnestSyntax(SyntaxList<ExpressionSyntax> Arrays, bool WithOrdinality, TableAliasSyntax? Alias) : TableReferenceSyntax;

/// <summary>A join. Exactly one of On, Using (not empty) and Natural is given, except for Cross, which has none.</summary>
public sealed record JoinSyntax(JoinKind Kind, TableReferenceSyntax Left, TableReferenceSyntax Right) : TableReferenceSyntax
{
    public ExpressionSyntax? On { get; init; }

    public SyntaxList<IdentifierSyntax> Using { get; init; } = [];

    public bool Natural { get; init; }
}

public enum JoinKind { Inner, Left, Right, Full, Cross }
