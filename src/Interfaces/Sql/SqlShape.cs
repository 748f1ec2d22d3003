namespace Orrery.Interfaces.Sql;

/// <summary>What a query that is to be followed would give, without running it.</summary>
/// <param name="Columns">Of its rows; empty where there is a problem.</param>
/// <param name="Problem">Why it cannot be followed; null: it can.</param>
public sealed record SqlShape(IReadOnlyList<SqlColumn> Columns, SqlProblem? Problem);
