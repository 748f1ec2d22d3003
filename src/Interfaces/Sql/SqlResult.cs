namespace Orrery.Interfaces.Sql;

/// <summary>What one statement answered.</summary>
/// <param name="Statement">Its text, shortened to 200 characters.</param>
/// <param name="Kind"><c>rows</c>, <c>plan</c> (of EXPLAIN), <c>lineage</c> (of EXPLAIN LINEAGE), <c>done</c> (something was changed).</param>
/// <param name="Columns">Of the rows; empty where there are none.</param>
/// <param name="Rows">
/// An array of rows, each an array of values in the columns' order: numbers as numbers, but decimals and integers beyond 2^53 as texts; times as ISO 8601; binaries in hexadecimal; arrays as arrays.
/// </param>
/// <param name="IsTruncated">There are more rows than the limit let through.</param>
/// <param name="Message">In words, what was done.</param>
/// <param name="Plan">Its operators, inputs before those that read them.</param>
/// <param name="Lineage">A line for each column of the result.</param>
/// <param name="ElapsedMilliseconds">How long it took.</param>
public sealed record SqlResult(
    string Statement, string Kind, IReadOnlyList<SqlColumn> Columns, SqlJson Rows, bool IsTruncated = false, string? Message = null,
    IReadOnlyList<SqlOperator>? Plan = null, IReadOnlyList<SqlLineage>? Lineage = null, double ElapsedMilliseconds = 0);

/// <param name="Name">As in the result; names may repeat.</param>
/// <param name="Type">As the dialect writes it, with NOT NULL where it cannot be null.</param>
public sealed record SqlColumn(string Name, string Type);

/// <summary>An operator of a plan. Without a running view behind it its figures are 0.</summary>
/// <param name="Id">Its number within the plan.</param>
/// <param name="Title">What it is, in a word or two.</param>
/// <param name="Detail">Its conditions, keys, expressions.</param>
/// <param name="Inputs">Ids of those that it reads.</param>
/// <param name="RowsIn">Changes taken since it began or was restored.</param>
/// <param name="RowsOut">Changes given.</param>
/// <param name="RatePerSecond">Changes given a second, over the last minute.</param>
/// <param name="StateRows">Rows that it keeps.</param>
/// <param name="StateBytes">Memory and spilled bytes that these take; an operator that views share counts in each.</param>
public sealed record SqlOperator(
    int Id, string Title, string Detail, IReadOnlyList<int> Inputs, long RowsIn = 0, long RowsOut = 0, double RatePerSecond = 0, long StateRows = 0, long StateBytes = 0);

/// <summary>Where a column comes from.</summary>
/// <param name="Column">Of the view or query.</param>
/// <param name="Sources">Columns of tables, by name.</param>
/// <param name="Expression">How it is made of them, as far as a line can say.</param>
public sealed record SqlLineage(string Column, IReadOnlyList<SqlSource> Sources, string? Expression = null);

/// <param name="Relation">A table.</param>
/// <param name="Column">A column of it.</param>
/// <param name="IsIndirect">It decides which rows there are, rather than what stands in the column.</param>
public sealed record SqlSource(string Relation, string Column, bool IsIndirect = false);

/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Offset">Characters before it.</param>
/// <param name="Length">Of what is wrong; 0 at the end of the text.</param>
public sealed record SqlProblem(string Message, int Line, int Column, int Offset, int Length);

/// <param name="From">Offset of the word that the items would replace.</param>
/// <param name="Items">At most 200.</param>
public sealed record SqlCompletion(int From, IReadOnlyList<SqlCompletionItem> Items);

/// <param name="Kind"><c>keyword</c>, <c>table</c>, <c>view</c>, <c>column</c>, <c>function</c>.</param>
/// <param name="Detail">A type, a signature; may be empty.</param>
public sealed record SqlCompletionItem(string Label, string Kind, string Detail);

/// <summary>A part of what a subscription tells.</summary>
/// <param name="Cursor">For the next part: it stays good while the dataflow lives and keeps the changes.</param>
/// <param name="Epoch">The number of the cut that this part leads up to.</param>
/// <param name="Columns">Of the rows; given with the first part.</param>
/// <param name="Rows">The whole result, where <paramref name="IsSnapshot"/>; else an empty array.</param>
/// <param name="IsSnapshot">What was told before is void: the rows are all there are.</param>
/// <param name="Changes">An array of <c>{"weight":1,"row":[...]}</c>.</param>
public sealed record SqlFeed(string Cursor, long Epoch, IReadOnlyList<SqlColumn> Columns, SqlJson Rows, bool IsSnapshot, SqlJson Changes);
