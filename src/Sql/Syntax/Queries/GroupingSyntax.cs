namespace Orrery.Sql.Syntax;

/// <summary>GROUP BY and its items; several items multiply their sets.</summary>
public sealed record GroupBySyntax(SyntaxList<GroupingSyntax> Items) : SyntaxNode;

/// <summary>An item of GROUP BY.</summary>
public abstract record GroupingSyntax : SyntaxNode;

/// <summary>One expression, also the legacy windows <c>TUMBLE(ts, INTERVAL '1' MINUTE)</c>, which are calls.</summary>
public sealed record ExpressionGroupingSyntax(ExpressionSyntax Expression) : GroupingSyntax;

/// <summary><c>(a, b)</c> as one unit, or <c>()</c>, the whole. Never of one expression alone.</summary>
public sealed record SetGroupingSyntax(SyntaxList<ExpressionSyntax> Expressions) : GroupingSyntax;

/// <summary><c>ROLLUP (a, (b, c))</c>: each item is one expression or a set.</summary>
public sealed record RollupGroupingSyntax(SyntaxList<GroupingSyntax> Items) : GroupingSyntax;

/// <summary><c>CUBE (a, (b, c))</c>: each item is one expression or a set.</summary>
public sealed record CubeGroupingSyntax(SyntaxList<GroupingSyntax> Items) : GroupingSyntax;

/// <summary><c>GROUPING SETS ((a, b), a, (), ROLLUP (c))</c>.</summary>
public sealed record GroupingSetsSyntax(SyntaxList<GroupingSyntax> Items) : GroupingSyntax;
