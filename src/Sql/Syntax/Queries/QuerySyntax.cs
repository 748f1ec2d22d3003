namespace Orrery.Sql.Syntax;

/// <summary>What gives rows. WITH, ORDER BY, LIMIT and OFFSET can stand around every kind.</summary>
public abstract record QuerySyntax : SyntaxNode
{
    /// <summary>The common tables that the query, and all inside it, can name.</summary>
    public SyntaxList<CommonTableSyntax> With { get; init; } = [];

    public SyntaxList<OrderItemSyntax> OrderBy { get; init; } = [];

    /// <summary>LIMIT n or FETCH FIRST n ROWS ONLY; null for all rows.</summary>
    public long? Limit { get; init; }

    /// <summary>Rows to leave out first; null for none.</summary>
    public long? Offset { get; init; }

    /// <summary>Whether anything stands around it.</summary>
    internal bool HasTail => With.Count > 0 || OrderBy.Count > 0 || Limit is not null || Offset is not null;
}

/// <summary>A table of WITH: <c>name (columns) AS (query)</c>.</summary>
/// <param name="Columns">Empty when the query names them.</param>
public sealed record CommonTableSyntax(IdentifierSyntax Name, SyntaxList<IdentifierSyntax> Columns, QuerySyntax Query) : SyntaxNode;

/// <summary>SELECT.</summary>
public sealed record SelectSyntax(SyntaxList<SelectItemSyntax> Items) : QuerySyntax
{
    public bool Distinct { get; init; }

    public SyntaxList<HintSyntax> Hints { get; init; } = [];

    /// <summary>The references between commas, each a tree of joins; empty without FROM. Between them is a cross join.</summary>
    public SyntaxList<TableReferenceSyntax> From { get; init; } = [];

    public ExpressionSyntax? Where { get; init; }

    /// <summary>Null without GROUP BY.</summary>
    public GroupBySyntax? GroupBy { get; init; }

    public ExpressionSyntax? Having { get; init; }

    /// <summary>The windows of the WINDOW clause.</summary>
    public SyntaxList<NamedWindowSyntax> Windows { get; init; } = [];

    public ExpressionSyntax? Qualify { get; init; }
}

/// <summary>An expression of the select list with its alias; a star is a <see cref="StarSyntax"/> without alias.</summary>
public sealed record SelectItemSyntax(ExpressionSyntax Expression, IdentifierSyntax? Alias = null) : SyntaxNode;

/// <summary>UNION, INTERSECT or EXCEPT of two queries. INTERSECT binds tighter; otherwise from left to right.</summary>
/// <param name="All">Whether repeated rows stay.</param>
public sealed record SetOperationSyntax(SetOperator Operator, bool All, QuerySyntax Left, QuerySyntax Right) : QuerySyntax;

public enum SetOperator { Union, Intersect, Except }

/// <summary><c>VALUES (1, 'a'), (2, 'b')</c>. Each row is a <see cref="RowSyntax"/>; <c>VALUES 1, 2</c> has rows of one item.</summary>
public sealed record ValuesSyntax(SyntaxList<RowSyntax> Rows) : QuerySyntax;

/// <summary><c>TABLE orders</c>: all of it.</summary>
public sealed record TableQuerySyntax(NameSyntax Name) : QuerySyntax;

/// <summary>A query in parentheses that has an order or a limit of its own, around which others stand: <c>(SELECT ... LIMIT 9) LIMIT 3</c>.</summary>
public sealed record NestedQuerySyntax(QuerySyntax Query) : QuerySyntax;

/// <summary>An expression to order by.</summary>
/// <param name="Nulls">Null for the default: nulls are the smallest values.</param>
public sealed record OrderItemSyntax(ExpressionSyntax Expression, bool Descending = false, NullsOrder? Nulls = null) : SyntaxNode;

public enum NullsOrder { First, Last }
