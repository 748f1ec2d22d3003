namespace Orrery.Interfaces.Sql;

/// <summary>A table or a view in a line.</summary>
/// <param name="Name">As it was written.</param>
/// <param name="Kind"><c>table</c> (its rows are here), <c>source</c> (its rows come from a topic or a generator), <c>sink</c>, <c>view</c>, <c>materializedView</c>.</param>
/// <param name="Connector">Of a source or a sink; null: none.</param>
/// <param name="Columns">In their order.</param>
/// <param name="Key">Names of the primary key's columns; empty: none.</param>
/// <param name="Rows">How many there are, of what keeps rows.</param>
/// <param name="FreshnessSeconds">How old the oldest thing is that it has not taken in; null: not known.</param>
/// <param name="StateBytes">What it and its operators keep; null: it keeps nothing.</param>
/// <param name="Status"><c>running</c>, <c>paused</c>, <c>failed</c>, <c>backfilling</c>.</param>
/// <param name="Problem">What went wrong last, in words; null while it goes well.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="CreatedBy">Who made it as it is.</param>
/// <param name="Version">Rises with each change of its definition.</param>
public sealed record RelationInfo(
    string Name, string Kind, string? Connector, IReadOnlyList<SqlColumn> Columns, IReadOnlyList<string> Key, long? Rows, double? FreshnessSeconds, long? StateBytes, string Status, string? Problem,
    DateTimeOffset CreatedAt, string CreatedBy, long Version);

/// <summary>A table or a view with what stands behind it.</summary>
/// <param name="Definition">The statement that made it.</param>
/// <param name="Reads">Names of the relations that it reads.</param>
/// <param name="ReadBy">Names of those that read it.</param>
/// <param name="Plan">Its operators with live figures; empty for tables.</param>
/// <param name="Sources">How far its topics are read.</param>
/// <param name="Rejected">Rows and messages that could not be taken, since the dataflow began here.</param>
public sealed record RelationView(
    RelationInfo Info, string Definition, IReadOnlyList<string> Reads, IReadOnlyList<string> ReadBy, IReadOnlyList<SqlOperator> Plan, IReadOnlyList<SourceLag> Sources, long Rejected);

/// <summary>How far one partition of a source is read.</summary>
/// <param name="Relation">The table.</param>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">From 0.</param>
/// <param name="Offset">Every record below it is in the views.</param>
/// <param name="End">Where the partition ended when it was read last.</param>
/// <param name="LagSeconds">Age of the oldest record that is not taken in; null: not known.</param>
public sealed record SourceLag(string Relation, string Topic, int Partition, long Offset, long End, double? LagSeconds);
