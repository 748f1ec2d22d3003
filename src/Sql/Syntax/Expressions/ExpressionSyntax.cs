namespace Orrery.Sql.Syntax;

/// <summary>What has a value: literals, columns, operators, calls.</summary>
public abstract record ExpressionSyntax : SyntaxNode;

/// <summary>A column or a parameter of a function: <c>price</c>, <c>o.price</c>, <c>o.address.city</c> (which of the parts is a table's alias, the binder knows).</summary>
public sealed record ColumnSyntax(NameSyntax Name) : ExpressionSyntax;

/// <summary><c>*</c> or <c>o.*</c>, in a select list, or as the argument of COUNT.</summary>
/// <param name="Qualifier">Null for all tables.</param>
public sealed record StarSyntax(NameSyntax? Qualifier = null) : ExpressionSyntax;

/// <summary>A sign or NOT before its operand.</summary>
public sealed record UnarySyntax(UnaryOperator Operator, ExpressionSyntax Operand) : ExpressionSyntax;

/// <summary>Arithmetic, concatenation or comparison.</summary>
public sealed record BinarySyntax(BinaryOperator Operator, ExpressionSyntax Left, ExpressionSyntax Right) : ExpressionSyntax;

/// <summary>A chain of AND or of OR, at least two operands, none of which is a chain of the same operator.</summary>
public sealed record LogicalSyntax(LogicalOperator Operator, SyntaxList<ExpressionSyntax> Operands) : ExpressionSyntax;

/// <summary><c>x IS [NOT] NULL</c>, TRUE, FALSE, UNKNOWN, or JSON of some kind. Never unknown itself.</summary>
public sealed record IsSyntax(ExpressionSyntax Operand, IsTest Test, bool Negated) : ExpressionSyntax;

/// <summary><c>a IS [NOT] DISTINCT FROM b</c>. Negated: IS NOT DISTINCT FROM, equality in which null equals null.</summary>
public sealed record DistinctFromSyntax(ExpressionSyntax Left, ExpressionSyntax Right, bool Negated) : ExpressionSyntax;

/// <summary><c>x [NOT] BETWEEN [SYMMETRIC] low AND high</c>.</summary>
public sealed record BetweenSyntax(ExpressionSyntax Operand, ExpressionSyntax Low, ExpressionSyntax High, bool Negated, bool Symmetric) : ExpressionSyntax;

/// <summary><c>x [NOT] LIKE pattern [ESCAPE e]</c>, or SIMILAR TO.</summary>
public sealed record LikeSyntax(ExpressionSyntax Operand, ExpressionSyntax Pattern, ExpressionSyntax? Escape, bool Negated, bool Similar) : ExpressionSyntax;

/// <summary><c>x [NOT] IN (a, b)</c>; at least one item.</summary>
public sealed record InListSyntax(ExpressionSyntax Operand, SyntaxList<ExpressionSyntax> Items, bool Negated) : ExpressionSyntax;

/// <summary><c>x [NOT] IN (SELECT ...)</c>; the operand is a <see cref="RowSyntax"/> when several columns are compared.</summary>
public sealed record InQuerySyntax(ExpressionSyntax Operand, QuerySyntax Query, bool Negated) : ExpressionSyntax;

/// <summary><c>EXISTS (SELECT ...)</c>; NOT EXISTS is a <see cref="UnarySyntax"/> around it.</summary>
public sealed record ExistsSyntax(QuerySyntax Query) : ExpressionSyntax;

/// <summary><c>x = ANY (SELECT ...)</c> or ALL; the operator is one of comparison. SOME is ANY.</summary>
public sealed record QuantifiedSyntax(ExpressionSyntax Operand, BinaryOperator Operator, Quantifier Quantifier, QuerySyntax Query) : ExpressionSyntax;

/// <summary>A query in parentheses where a value is expected.</summary>
public sealed record SubquerySyntax(QuerySyntax Query) : ExpressionSyntax;

/// <summary>A row of values: <c>(a, b)</c> or <c>ROW(a, b)</c>; at least one.</summary>
public sealed record RowSyntax(SyntaxList<ExpressionSyntax> Items) : ExpressionSyntax;

/// <summary>CASE in both forms.</summary>
/// <param name="Operand">Of the simple form, compared with each WHEN; null in the searched form.</param>
/// <param name="Otherwise">Null when there is no ELSE.</param>
public sealed record CaseSyntax(ExpressionSyntax? Operand, SyntaxList<CaseBranchSyntax> Branches, ExpressionSyntax? Otherwise) : ExpressionSyntax;

/// <summary><c>WHEN condition THEN result</c>.</summary>
public sealed record CaseBranchSyntax(ExpressionSyntax Condition, ExpressionSyntax Result) : SyntaxNode;

/// <summary><c>CAST(x AS t)</c>, <c>x::t</c>, and <c>TRY_CAST(x AS t)</c>, which is null where the cast fails.</summary>
public sealed record CastSyntax(ExpressionSyntax Operand, TypeSyntax Type, bool Try) : ExpressionSyntax;

/// <summary><c>x AT TIME ZONE zone</c>.</summary>
public sealed record AtTimeZoneSyntax(ExpressionSyntax Operand, ExpressionSyntax Zone) : ExpressionSyntax;

/// <summary><c>ARRAY[a, b]</c>; may be empty.</summary>
public sealed record ArraySyntax(SyntaxList<ExpressionSyntax> Items) : ExpressionSyntax;

/// <summary><c>ARRAY(SELECT ...)</c>: the values of a query's only column.</summary>
public sealed record ArrayQuerySyntax(QuerySyntax Query) : ExpressionSyntax;

/// <summary><c>MAP['a', 1, 'b', 2]</c>; may be empty.</summary>
public sealed record MapSyntax(SyntaxList<MapEntrySyntax> Entries) : ExpressionSyntax;

/// <summary>A key of a map with its value.</summary>
public sealed record MapEntrySyntax(ExpressionSyntax Key, ExpressionSyntax Value) : SyntaxNode;

/// <summary><c>a[i]</c>: the element of an array (from 1) or of a map (by key).</summary>
public sealed record ElementSyntax(ExpressionSyntax Operand, ExpressionSyntax Index) : ExpressionSyntax;

/// <summary><c>(x).f</c>, <c>a[1].f</c>: a field of a row that is not a plain name.</summary>
public sealed record FieldSyntax(ExpressionSyntax Operand, IdentifierSyntax Field) : ExpressionSyntax;
