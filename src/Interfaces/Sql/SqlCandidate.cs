namespace Orrery.Interfaces.Sql;

/// <summary>Another definition of a view that runs beside it.</summary>
/// <param name="Running">The view.</param>
/// <param name="Candidate">The other one.</param>
/// <param name="RunningText">The view's statement.</param>
/// <param name="CandidateText">The statement that the view would have.</param>
/// <param name="Hindrance">Why the candidate cannot take the view's place; null: it can.</param>
/// <param name="Comparison">Null: one of them has no rows to compare, as it failed or is being filled.</param>
public sealed record SqlCandidate(RelationInfo Running, RelationInfo Candidate, string RunningText, string CandidateText, string? Hindrance, SqlComparison? Comparison);

/// <summary>Two views at one cut.</summary>
/// <param name="Epoch">Its number.</param>
/// <param name="Columns">That both have; these are compared.</param>
/// <param name="AddedColumns">That only the candidate has.</param>
/// <param name="MissingColumns">That only the view has.</param>
/// <param name="RunningRows">Rows of the view.</param>
/// <param name="CandidateRows">Rows of the candidate.</param>
/// <param name="OnlyRunning">Rows of the view that the candidate lacks.</param>
/// <param name="OnlyCandidate">Rows of the candidate that the view lacks.</param>
/// <param name="Differences">The first of these: the column <c>#side</c> says <c>candidate</c> or <c>running</c>, the others are the compared ones.</param>
public sealed record SqlComparison(
    long Epoch, IReadOnlyList<string> Columns, IReadOnlyList<string> AddedColumns, IReadOnlyList<string> MissingColumns, long RunningRows, long CandidateRows, long OnlyRunning, long OnlyCandidate, SqlResult Differences);
