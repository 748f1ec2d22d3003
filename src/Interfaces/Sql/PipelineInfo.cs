namespace Orrery.Interfaces.Sql;

/// <summary>What keeps a view or a sink true, in a line.</summary>
/// <param name="Name">Of the view; of an insert its sink's with <c>#</c> and a number behind it.</param>
/// <param name="Kind"><c>materializedView</c> or <c>insert</c>.</param>
/// <param name="Origin">The file that it came from; null: not known.</param>
/// <param name="Reads">Names of the tables and materialized views that it reads.</param>
/// <param name="Writes">The sink of an insert; null: it is a view.</param>
/// <param name="Connector">The sink's; null: it is a view.</param>
/// <param name="Status">See <see cref="RelationInfo.Status"/>.</param>
/// <param name="Problem">What went wrong last, in words; null while it goes well.</param>
/// <param name="RecordsPerSecond">Records read a second from the topics at its bottom.</param>
/// <param name="ChangesPerSecond">Changes that it gives a second.</param>
/// <param name="LagRecords">Records of these topics that are not taken in yet.</param>
/// <param name="LagSeconds">Age of the oldest of these; null: not known.</param>
/// <param name="FreshnessSeconds">How old the oldest thing is that it has not taken in; null: not known.</param>
/// <param name="Rows">That it keeps.</param>
/// <param name="StateBytes">That it and its operators keep.</param>
/// <param name="Rejected">Rows that it could not compute with, and records that its tables could not read.</param>
/// <param name="HasCandidate">Whether another definition runs beside it.</param>
/// <param name="IsHeld">Whether a table at its bottom stands still because its source's columns became others.</param>
/// <param name="Sink">How far its sink is; null: it is a view, or nothing was written yet.</param>
public sealed record PipelineInfo(
    string Name, string Kind, string? Origin, IReadOnlyList<string> Reads, string? Writes, string? Connector, string Status, string? Problem, double RecordsPerSecond, double ChangesPerSecond, long LagRecords,
    double? LagSeconds, double? FreshnessSeconds, long? Rows, long? StateBytes, long Rejected, SinkProgress? Sink, bool HasCandidate, bool IsHeld);

/// <param name="WaitingRows">That are computed and not written.</param>
/// <param name="RowsPerSecond">Written a second, over the last seconds.</param>
/// <param name="CatchUpSeconds">Until nothing waits at this rate; null: nothing is written, or nothing waits.</param>
/// <param name="Problem">What hinders it; null: nothing.</param>
/// <param name="WrittenAt">When something was written last, UTC; null: nothing was since the dataflow began here.</param>
public sealed record SinkProgress(long WaitingRows, double RowsPerSecond, double? CatchUpSeconds, string? Problem, DateTimeOffset? WrittenAt);

/// <summary>A pipeline with what stands behind it.</summary>
/// <param name="Definition">The statement that made it.</param>
/// <param name="Plan">Its operators with live figures.</param>
/// <param name="Sources">How far the topics at its bottom are read.</param>
/// <param name="ReadBy">Names of the pipelines that read it.</param>
public sealed record PipelineView(PipelineInfo Info, string Definition, IReadOnlyList<SqlOperator> Plan, IReadOnlyList<SourceLag> Sources, IReadOnlyList<string> ReadBy);
