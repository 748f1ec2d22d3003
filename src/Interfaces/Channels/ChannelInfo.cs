namespace Orrery.Interfaces.Channels;

/// <summary>A channel as it is.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Id">Its id within the tenant.</param>
/// <param name="Spec">What it is to be, without secrets.</param>
/// <param name="Topic">The topic that it writes and lands.</param>
/// <param name="IsPaused">Whether it was told to stop.</param>
/// <param name="Source">How its source does; null where it has none.</param>
/// <param name="Landing">How its landing does, a line for each partition; empty where it has none.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Version">The ETag.</param>
public sealed record ChannelInfo(
    string Tenant, string Id, ChannelSpec Spec, string Topic, bool IsPaused, SourceStatus? Source, LandingStatus[] Landing, DateTimeOffset CreatedAt, long Version);

/// <summary>How a source does.</summary>
/// <param name="Phase"><c>stopped</c>, <c>starting</c>, <c>snapshot</c>, <c>running</c>, <c>waiting</c> (it failed and is tried again), <c>failed</c> (somebody must look).</param>
/// <param name="Position">Where it stands, as the source writes it.</param>
/// <param name="LagSeconds">How far behind it is; null where it is not known.</param>
/// <param name="Records">Records given to the topic so far.</param>
/// <param name="RecordsPerSecond">Over the last minute.</param>
/// <param name="Problem">What went wrong last, in words; null while it goes well.</param>
/// <param name="ProblemAt">When, UTC.</param>
/// <param name="Rejected">Records put aside as dead letters.</param>
public sealed record SourceStatus(
    string Phase, string? Position, double? LagSeconds, long Records, double RecordsPerSecond, string? Problem, DateTimeOffset? ProblemAt, long Rejected);

/// <summary>How the landing of one partition does.</summary>
/// <param name="Partition">Its number.</param>
/// <param name="Phase">As of <see cref="SourceStatus"/>.</param>
/// <param name="Offset">Every record below it is in finished files.</param>
/// <param name="End">Where the partition ended when it was read last.</param>
/// <param name="Files">Files finished.</param>
/// <param name="Problem">What went wrong last, in words; null while it goes well.</param>
/// <param name="ProblemAt">When, UTC.</param>
public sealed record LandingStatus(int Partition, string Phase, long Offset, long End, long Files, string? Problem, DateTimeOffset? ProblemAt);
