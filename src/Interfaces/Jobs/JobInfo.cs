using System.Text.Json.Serialization;

namespace Orrery.Interfaces.Jobs;

/// <summary>A job and how it does.</summary>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Id">Within the tenant.</param>
/// <param name="Kind">Of its definition.</param>
/// <param name="Spec">Without secrets.</param>
/// <param name="State">Where it is.</param>
/// <param name="Since">When it came there.</param>
/// <param name="Deadline">When the state ends by itself; null for those that are ends.</param>
/// <param name="Reason">Why it is there, for people; null: nothing is to be said.</param>
/// <param name="Worker">Who has it: a silo's name, or <c>tenant/site/server</c> of an agent; null: nobody.</param>
/// <param name="SeenAt">When the worker was last heard of.</param>
/// <param name="Token">Of the newest lease; rises with each.</param>
/// <param name="Attempt">Leases of the run that is under way.</param>
/// <param name="NextTryAt">While it waits before another attempt.</param>
/// <param name="Progress">How far it is, or was; null: it never ran.</param>
/// <param name="Assessment">What would be done, by the newest assessment; null: there is none.</param>
/// <param name="LastRun">The newest run that ended.</param>
/// <param name="Step">Of a job that follows changes: the step that was asked for last; null: none was.</param>
/// <param name="ChangedAt">When the spec was changed.</param>
/// <param name="ChangedBy">By whom.</param>
/// <param name="Version">Of the spec.</param>
public sealed record JobInfo(
    string Tenant, string Id, string Kind, JobSpec Spec, JobState State, DateTimeOffset Since, DateTimeOffset? Deadline, string? Reason, string? Worker, DateTimeOffset? SeenAt, long Token, int Attempt, DateTimeOffset? NextTryAt,
    JobProgressInfo? Progress, JobAssessmentInfo? Assessment, JobRunInfo? LastRun, JobStepInfo? Step, DateTimeOffset ChangedAt, string ChangedBy, long Version);

/// <summary>How far a run is.</summary>
/// <param name="Phase"><c>assessing</c>, <c>makingTables</c>, <c>copying</c>, <c>makingKeys</c>, <c>certifying</c>, <c>following</c>, <c>cuttingOver</c>, <c>followingBack</c>, <c>returning</c>, <c>done</c>.</param>
/// <param name="Rows">Rows that are written and those under way.</param>
/// <param name="RowsTotal">By statistics, never less than the rows.</param>
/// <param name="Bytes">Of this attempt, as rows are carried.</param>
/// <param name="RowsPerSecond">Of this attempt.</param>
/// <param name="SecondsLeft">At that rate; null where nothing can be said.</param>
/// <param name="Table">What is worked on.</param>
/// <param name="Rejects">Rows put aside.</param>
/// <param name="Waiting">What it waits for; null: it works.</param>
/// <param name="Tables">The first 500 tables.</param>
public sealed record JobProgressInfo(
    string Phase, long Rows, long RowsTotal, long Bytes, double RowsPerSecond, double? SecondsLeft, string Table, long Rejects, string? Waiting, IReadOnlyList<JobTableProgress> Tables)
{
    /// <summary>Of a job that follows changes, once it does.</summary>
    public JobFollowInfo? Follow { get; init; }
}

/// <param name="Table">Its name.</param>
/// <param name="Rows">Rows that are written and those under way.</param>
/// <param name="RowsEstimate">By statistics; -1: not known.</param>
/// <param name="IsDone">Whether all are written.</param>
public sealed record JobTableProgress(string Table, long Rows, long RowsEstimate, bool IsDone)
{
    /// <summary>Chunks that are written.</summary>
    public long ChunksDone { get; init; }

    /// <summary>Chunks that are to come, by the estimate of rows.</summary>
    public long ChunksWaiting { get; init; }

    /// <summary>Of a table that is worked on: its newest chunks that are written, and those under way, 100 at most.</summary>
    public IReadOnlyList<JobChunkProgress> Chunks { get; init; } = [];
}

/// <param name="Number">In its table, from 0.</param>
/// <param name="Rows">Written, or under way.</param>
/// <param name="IsDone">Whether it is written; else it is under way.</param>
public sealed record JobChunkProgress(long Number, long Rows, bool IsDone);

/// <summary>A run from its start to its end, over all attempts and pauses.</summary>
/// <param name="Number">1 for the job's first.</param>
/// <param name="StartedBy">Who started it.</param>
/// <param name="StartedAt">When.</param>
/// <param name="EndedAt">When.</param>
/// <param name="State"><see cref="JobState.Done"/>, <see cref="JobState.Failed"/> or <see cref="JobState.Cancelled"/>.</param>
/// <param name="IsGood">Whether it is done and all is as it should be: nothing refused, a certificate equal.</param>
/// <param name="Summary">What came of it, in a sentence or two.</param>
/// <param name="Rows">Rows of the job.</param>
/// <param name="Rejects">Rows put aside.</param>
/// <param name="Attempts">Leases that it took.</param>
/// <param name="HasCertificate">Whether its certificate is kept.</param>
public sealed record JobRunInfo(long Number, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset EndedAt, JobState State, bool IsGood, string Summary, long Rows, long Rejects, int Attempts, bool HasCertificate);

/// <summary>What a job would do.</summary>
/// <param name="At">When it was found out.</param>
/// <param name="Findings">By the kind: <c>summary</c>, <c>tables</c>, <c>handWork</c>, <c>blockers</c>, <c>rowsEstimate</c>, <c>secondsEstimate</c>.</param>
public sealed record JobAssessmentInfo(DateTimeOffset At, [property: JsonConverter(typeof(JsonTextConverter))] string Findings);

/// <summary>What a run left.</summary>
/// <param name="Run">The run.</param>
/// <param name="Result">By the kind: <c>isGood</c>, <c>summary</c>, <c>rows</c>, <c>rejects</c>, <c>handWork</c>, <c>report</c>; null where it did not come to its end.</param>
public sealed record JobReportInfo(JobRunInfo Run, [property: JsonConverter(typeof(JsonTextConverter))] string? Result);

/// <summary>Rows that a target refused.</summary>
/// <param name="Total">Of the newest run, as far as its worker told.</param>
/// <param name="Lines">The first 1,000, each JSON with table, reason and row.</param>
public sealed record JobRejects(long Total, IReadOnlyList<string> Lines);
