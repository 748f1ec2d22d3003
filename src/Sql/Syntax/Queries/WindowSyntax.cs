namespace Orrery.Sql.Syntax;

/// <summary>A window of rows: <c>OVER w</c> (a name alone), <c>OVER (PARTITION BY a ORDER BY b ROWS ...)</c>, <c>OVER (w ORDER BY b)</c>.</summary>
/// <param name="Base">A window of the WINDOW clause that it takes over or completes; null for none.</param>
public sealed record WindowSyntax(IdentifierSyntax? Base, SyntaxList<ExpressionSyntax> PartitionBy, SyntaxList<OrderItemSyntax> OrderBy, FrameSyntax? Frame) : SyntaxNode;

/// <summary>A window of the WINDOW clause: <c>w AS (PARTITION BY a)</c>.</summary>
public sealed record NamedWindowSyntax(IdentifierSyntax Name, WindowSyntax Window) : SyntaxNode;

/// <summary><c>ROWS BETWEEN start AND end</c>, <c>RANGE start</c>.</summary>
/// <param name="End">Null without BETWEEN: the current row.</param>
public sealed record FrameSyntax(FrameUnit Unit, FrameBoundSyntax Start, FrameBoundSyntax? End) : SyntaxNode;

public enum FrameUnit { Rows, Range }

/// <summary>An end of a frame.</summary>
/// <param name="Offset">Of Preceding and Following; null otherwise.</param>
public sealed record FrameBoundSyntax(FrameBound Bound, ExpressionSyntax? Offset = null) : SyntaxNode;

public enum FrameBound { UnboundedPreceding, Preceding, CurrentRow, Following, UnboundedFollowing }
