namespace Orrery.Interfaces.Checks;

/// <summary>A check and how it does.</summary>
/// <param name="Tenant">Its tenant.</param>
/// <param name="Id">Unique within the tenant.</param>
/// <param name="Spec">Without the connection.</param>
/// <param name="HasConnection">Whether it has a connection of its own.</param>
/// <param name="Activity">What it does at this moment: <c>idle</c>, <c>waiting</c> (for the views to reach the database's position), <c>comparing</c>.</param>
/// <param name="Last">The newest run that ended; null: there is none.</param>
/// <param name="NextAt">When it runs next by its schedule, UTC; null: it has none.</param>
/// <param name="ChangedAt">When it was made or changed last, UTC.</param>
/// <param name="ChangedBy">By whom.</param>
/// <param name="Version">The ETag.</param>
public sealed record CheckInfo(
    string Tenant, string Id, CheckSpec Spec, bool HasConnection, string Activity, CheckSummary? Last, DateTimeOffset? NextAt, DateTimeOffset ChangedAt, string ChangedBy, long Version);

/// <summary>A run in a line.</summary>
/// <param name="Number">Rises from run to run of the check.</param>
/// <param name="Cause"><c>schedule</c>, or who asked for it.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Outcome"><c>equal</c>, <c>different</c>, <c>failed</c> (nothing could be compared), <c>stopped</c> (its process ended).</param>
/// <param name="Position">Where the database's log stood, <c>file:offset</c>; null: the database does not tell.</param>
/// <param name="IsExact">Both sides stood at that position. False: what differed was looked at again until patience ended.</param>
/// <param name="Note">What should be known about it, such as why it failed; null: nothing.</param>
/// <param name="HeldSeconds">How long views stood still for it.</param>
/// <param name="Results">How many were compared.</param>
/// <param name="ResultsDifferent">How many of them differ.</param>
/// <param name="ResultsSkipped">How many could not be compared.</param>
/// <param name="Rows">Rows of the database's side that were compared.</param>
/// <param name="Missing">Rows that the views lack.</param>
/// <param name="Surplus">Rows that the views have and should not.</param>
/// <param name="Different">Rows that differ in some columns; they are not counted among the two others.</param>
public sealed record CheckSummary(
    long Number, string Cause, DateTimeOffset StartedAt, double Seconds, string Outcome, string? Position, bool IsExact, string? Note, double HeldSeconds, int Results, int ResultsDifferent, int ResultsSkipped, long Rows,
    long Missing, long Surplus, long Different);

/// <summary>A run with what it found.</summary>
/// <param name="Results">By name.</param>
public sealed record CheckRun(CheckSummary Summary, IReadOnlyList<CheckResult> Results);

/// <summary>A view beside the same SQL run over the database.</summary>
/// <param name="Name">Of the view.</param>
/// <param name="State"><c>equal</c>, <c>different</c>, <c>skipped</c>.</param>
/// <param name="Reason">Why it was skipped; null else.</param>
/// <param name="Rows">Rows that the view has.</param>
/// <param name="RowsExpected">Rows that the database gave.</param>
/// <param name="Missing">Rows that the view lacks.</param>
/// <param name="Surplus">Rows that it has and should not.</param>
/// <param name="Different">Rows that differ in some columns, told by the key; they are not counted among the two others.</param>
/// <param name="Columns">Names, in their order.</param>
/// <param name="Key">The columns by which differing rows were brought together; empty: none tell rows apart.</param>
/// <param name="Differences">The first of them.</param>
public sealed record CheckResult(
    string Name, string State, string? Reason, long Rows, long RowsExpected, long Missing, long Surplus, long Different, IReadOnlyList<string> Columns, IReadOnlyList<string> Key, IReadOnlyList<CheckDifference> Differences);

/// <summary>A row that is not the same on both sides.</summary>
/// <param name="Kind"><c>missing</c>, <c>surplus</c>, <c>different</c>.</param>
/// <param name="Expected">Values as texts by the database's side, in the columns' order, null for NULL; null: it has no such row.</param>
/// <param name="Actual">Those of the view; null: it has no such row.</param>
public sealed record CheckDifference(string Kind, IReadOnlyList<string?>? Expected, IReadOnlyList<string?>? Actual);
