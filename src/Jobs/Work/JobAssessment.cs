using Orrery.Jobs.Schemas;

namespace Orrery.Jobs.Work;

/// <summary>What a job would do. It can begin where <see cref="Blockers"/> is empty.</summary>
/// <param name="Summary">One sentence.</param>
/// <param name="Tables">What would be worked on.</param>
/// <param name="HandWork">What a person has to do or to know.</param>
/// <param name="Blockers">What has to be settled before, a sentence each.</param>
/// <param name="RowsEstimate">By statistics; -1 where nothing is known.</param>
/// <param name="SecondsEstimate">Null where nothing can be said.</param>
public sealed record JobAssessment(string Summary, IReadOnlyList<AssessedTable> Tables, IReadOnlyList<HandWork> HandWork, IReadOnlyList<string> Blockers, long RowsEstimate, double? SecondsEstimate);

/// <param name="Name">Of the table, or of what else is worked on.</param>
/// <param name="RowsEstimate">-1 where nothing is known.</param>
/// <param name="Note">What is special about it, such as that it is one chunk; null: nothing.</param>
public sealed record AssessedTable(string Name, long RowsEstimate, string? Note);
