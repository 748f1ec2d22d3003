namespace Orrery.Sql.Syntax;

/// <summary>
/// A call of a function or of an aggregate. Also the forms that are calls in another dress: <c>SUBSTRING(x FROM a FOR b)</c> is SUBSTRING(x, a, b),
/// <c>POSITION(x IN y)</c> is POSITION(x, y), <c>OVERLAY(x PLACING y FROM a FOR b)</c> is OVERLAY(x, y, a, b), and CURRENT_TIMESTAMP and its kin are
/// calls without arguments.
/// </summary>
public sealed record CallSyntax(NameSyntax Function, SyntaxList<ExpressionSyntax> Arguments) : ExpressionSyntax
{
    /// <summary>DISTINCT before the arguments of an aggregate.</summary>
    public bool Distinct { get; init; }

    /// <summary>The order of <c>WITHIN GROUP (ORDER BY ...)</c>, or of <c>ARRAY_AGG(x ORDER BY y)</c>.</summary>
    public SyntaxList<OrderItemSyntax> WithinGroup { get; init; } = [];

    /// <summary>The condition of <c>FILTER (WHERE ...)</c>.</summary>
    public ExpressionSyntax? Filter { get; init; }

    /// <summary>IGNORE NULLS or RESPECT NULLS.</summary>
    public NullTreatment? Nulls { get; init; }

    /// <summary>The window of OVER.</summary>
    public WindowSyntax? Over { get; init; }
}

public enum NullTreatment { Ignore, Respect }

/// <summary>An argument by name: <c>size => INTERVAL '1' MINUTE</c>.</summary>
public sealed record NamedArgumentSyntax(IdentifierSyntax Name, ExpressionSyntax Value) : ExpressionSyntax;

/// <summary>A table as an argument: <c>TABLE bids PARTITION BY bidder ORDER BY price</c>, or <c>(SELECT ...)</c> behind TABLE. One of name and query is null.</summary>
public sealed record TableArgumentSyntax(NameSyntax? Table, QuerySyntax? Query, SyntaxList<ExpressionSyntax> PartitionBy, SyntaxList<OrderItemSyntax> OrderBy) : ExpressionSyntax;

/// <summary><c>DESCRIPTOR(ts)</c>: columns of the table argument.</summary>
public sealed record DescriptorSyntax(SyntaxList<NameSyntax> Columns) : ExpressionSyntax;

/// <summary><c>EXTRACT(unit FROM x)</c>.</summary>
public sealed record ExtractSyntax(TimeUnit Unit, ExpressionSyntax Operand) : ExpressionSyntax;

/// <summary><c>CEIL(x TO unit)</c>, <c>FLOOR(x TO unit)</c>.</summary>
public sealed record TimeRoundingSyntax(ExpressionSyntax Operand, TimeUnit Unit, bool Up) : ExpressionSyntax;

/// <summary><c>TIMESTAMPADD(unit, count, x)</c>.</summary>
public sealed record TimestampAddSyntax(TimeUnit Unit, ExpressionSyntax Count, ExpressionSyntax Operand) : ExpressionSyntax;

/// <summary><c>TIMESTAMPDIFF(unit, from, to)</c>.</summary>
public sealed record TimestampDifferenceSyntax(TimeUnit Unit, ExpressionSyntax Start, ExpressionSyntax End) : ExpressionSyntax;

/// <summary><c>TRIM([BOTH | LEADING | TRAILING] [characters] FROM x)</c>, <c>TRIM(x)</c>.</summary>
/// <param name="Characters">Null for a space.</param>
public sealed record TrimSyntax(TrimSide Side, ExpressionSyntax? Characters, ExpressionSyntax Operand) : ExpressionSyntax;

public enum TrimSide { Both, Leading, Trailing }
