using Orrery.Sql.Catalogs;
using Orrery.Sql.Lineage;
using Orrery.Sql.Plans;
using Orrery.Sql.Syntax;

namespace Orrery.Sql.Binding;

/// <summary>What a statement asks for, with names looked up. Whoever executes it does no more looking up.</summary>
public abstract record BoundStatement;

/// <summary>A query whose answer is asked for once.</summary>
/// <param name="Plan">With an order: a <see cref="SortPlan"/>, or a <see cref="ProjectPlan"/> over one that leaves out columns of the order; the projection keeps the order.</param>
public sealed record BoundSelect(Plan Plan) : BoundStatement;

/// <summary>CREATE TABLE.</summary>
/// <param name="Relation">Its columns, key, watermark, options.</param>
/// <param name="IfNotExists">A table that is there already is no error.</param>
/// <param name="Exists">A relation of this name is there; only with <paramref name="IfNotExists"/>.</param>
public sealed record BoundCreateTable(Relation Relation, bool IfNotExists, bool Exists, bool IsTemporary) : BoundStatement;

/// <summary>CREATE [MATERIALIZED] VIEW.</summary>
/// <param name="Relation">Its columns, its key as far as the query has one, its query as canonical text.</param>
/// <param name="Plan">Of the query, as it is kept true.</param>
/// <param name="OrReplace">Whether a view of this name may be there, to be replaced.</param>
/// <param name="Exists">A relation of this name is there.</param>
public sealed record BoundCreateView(Relation Relation, Plan Plan, bool OrReplace, bool IfNotExists, bool Exists, bool IsTemporary) : BoundStatement;

/// <summary>CREATE FUNCTION.</summary>
public sealed record BoundCreateFunction(SqlFunction Function, bool OrReplace, bool IfNotExists, bool Exists) : BoundStatement;

/// <summary>INSERT INTO.</summary>
/// <param name="Plan">The target's columns (those that are not computed) in their order and of their types.</param>
public sealed record BoundInsert(Relation Target, Plan Plan) : BoundStatement;

/// <summary>Statements that run as one.</summary>
public sealed record BoundStatementSet(IReadOnlyList<BoundStatement> Statements) : BoundStatement;

/// <summary>DROP.</summary>
/// <param name="Exists">False only with IF EXISTS.</param>
public sealed record BoundDrop(DropKind Kind, string Name, bool Exists) : BoundStatement;

/// <summary>EXPLAIN of a statement that has a plan.</summary>
public sealed record BoundExplain(Plan Plan) : BoundStatement;

/// <summary>EXPLAIN LINEAGE.</summary>
/// <param name="Columns">Each column asked for with its sources.</param>
public sealed record BoundExplainLineage(string View, IReadOnlyList<ColumnLineage> Columns) : BoundStatement;

/// <summary>WHY: the source rows behind rows of a view.</summary>
/// <param name="Result">The rows of the view that the condition picks.</param>
/// <param name="Sources">The plans that give the rows of each source table behind them.</param>
public sealed record BoundWhy(Relation View, Plan Result, IReadOnlyList<WhySource> Sources) : BoundStatement;

/// <summary>SHOW.</summary>
/// <param name="Relation">Of SHOW COLUMNS, SHOW CREATE; null otherwise.</param>
/// <param name="Function">Of SHOW CREATE FUNCTION; null otherwise.</param>
public sealed record BoundShow(ShowKind Kind, Relation? Relation, SqlFunction? Function, string? Like) : BoundStatement;

/// <summary>DESCRIBE.</summary>
public sealed record BoundDescribe(Relation Relation) : BoundStatement;

/// <summary>SUBSCRIBE: the changes of a query that is kept true.</summary>
public sealed record BoundSubscribe(Plan Plan) : BoundStatement;

/// <summary>SET; without a key, all settings are asked for.</summary>
public sealed record BoundSet(string? Key, string? Value) : BoundStatement;

/// <summary>RESET; without a key, all.</summary>
public sealed record BoundReset(string? Key) : BoundStatement;
