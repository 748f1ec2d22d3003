namespace Orrery.Sql.Syntax;

/// <summary>What stands between semicolons.</summary>
public abstract record StatementSyntax : SyntaxNode;

/// <summary>A query as a statement.</summary>
public sealed record QueryStatementSyntax(QuerySyntax Query) : StatementSyntax;

/// <summary><c>INSERT INTO t (columns) query</c>.</summary>
/// <param name="Columns">Empty for all columns in their order.</param>
public sealed record InsertSyntax(NameSyntax Table, SyntaxList<IdentifierSyntax> Columns, QuerySyntax Query) : StatementSyntax;

/// <summary><c>BEGIN STATEMENT SET; INSERT ...; INSERT ...; END</c>: statements that run as one.</summary>
public sealed record StatementSetSyntax(SyntaxList<StatementSyntax> Statements) : StatementSyntax;

/// <summary><c>CREATE FUNCTION f(x INT, y INT) RETURNS INT AS x + y</c>.</summary>
public sealed record CreateFunctionSyntax(NameSyntax Name, SyntaxList<FunctionParameterSyntax> Parameters, TypeSyntax Returns, ExpressionSyntax Body) : StatementSyntax
{
    public bool OrReplace { get; init; }

    public bool Temporary { get; init; }

    public bool IfNotExists { get; init; }
}

/// <summary>A parameter of a function.</summary>
public sealed record FunctionParameterSyntax(IdentifierSyntax Name, TypeSyntax Type) : SyntaxNode;

/// <summary><c>DROP [TEMPORARY] TABLE | VIEW | MATERIALIZED VIEW | FUNCTION [IF EXISTS] name</c>.</summary>
public sealed record DropSyntax(DropKind Kind, NameSyntax Name, bool IfExists, bool Temporary) : StatementSyntax;

public enum DropKind { Table, View, MaterializedView, Function }

/// <summary><c>EXPLAIN statement</c>.</summary>
public sealed record ExplainSyntax(StatementSyntax Statement) : StatementSyntax;

/// <summary><c>EXPLAIN LINEAGE view</c> or <c>EXPLAIN LINEAGE view.column</c> (which of the two, the binder knows).</summary>
public sealed record ExplainLineageSyntax(NameSyntax Name) : StatementSyntax;

/// <summary>SHOW.</summary>
/// <param name="Name">Of CREATE TABLE, CREATE VIEW, CREATE FUNCTION and COLUMNS; null otherwise.</param>
/// <param name="Like">The pattern of LIKE, of the lists; null for all.</param>
public sealed record ShowSyntax(ShowKind Kind, NameSyntax? Name = null, string? Like = null) : StatementSyntax;

public enum ShowKind { Tables, Views, MaterializedViews, Functions, Columns, CreateTable, CreateView, CreateFunction }

/// <summary><c>DESCRIBE name</c>, <c>DESC name</c>.</summary>
public sealed record DescribeSyntax(NameSyntax Name) : StatementSyntax;

/// <summary><c>SUBSCRIBE [TO] view</c> or <c>SUBSCRIBE [TO] query</c>; a view by name is a <see cref="TableQuerySyntax"/>.</summary>
public sealed record SubscribeSyntax(QuerySyntax Query) : StatementSyntax;

/// <summary><c>WHY view WHERE key = ...</c>: the source rows behind the rows that the condition picks.</summary>
public sealed record WhySyntax(NameSyntax View, ExpressionSyntax Where) : StatementSyntax;

/// <summary><c>SET 'key' = 'value'</c>; SET alone, without key and value, asks for all settings.</summary>
public sealed record SetSyntax(string? Key, string? Value) : StatementSyntax;

/// <summary><c>RESET 'key'</c>; RESET alone resets all settings.</summary>
public sealed record ResetSyntax(string? Key) : StatementSyntax;
