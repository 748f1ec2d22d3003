namespace Orrery.Interfaces.Health;

/// <summary>The samples of one server, its rules at work, and its score. Key: <c>tenant/site/server</c>.</summary>
public interface IServerHealthGrain : IGrainWithStringKey
{
    /// <summary>Takes a record of the log. Only the intake calls this, in the order of positions, with records that are durable.</summary>
    /// <param name="partition">The intake's partition.</param>
    /// <param name="position">The record's place in the partition; at or below the server's checkpoint it was applied before and is skipped.</param>
    /// <param name="previous">The position of the record that it was given before this one, or -1 where the intake does not know.</param>
    /// <param name="batch">Encoded by <c>SampleBatchWriter</c>.</param>
    /// <exception cref="InvalidOperationException">The server does not have the previous record: it was restarted, and needs what came since its checkpoint again.</exception>
    ValueTask<SampleOutcome> Apply(int partition, long position, long previous, ReadOnlyMemory<byte> batch);

    /// <summary>Stores everything not yet stored, so that the log no longer needs it.</summary>
    /// <returns>The position in the partition up to which everything is stored; -1 where nothing came from it.</returns>
    Task<long> Checkpoint(int partition);

    /// <summary>Aligned points of the series that match.</summary>
    /// <exception cref="Errors.InvalidInputException">The range, step or a matcher cannot be used.</exception>
    /// <exception cref="Errors.LimitReachedException">More series or points than the query allows.</exception>
    [ReadOnly] Task<SeriesResult> Query(SeriesQuery query);

    /// <summary>The newest sample of each series that matches, at most 5,000.</summary>
    [ReadOnly] Task<IReadOnlyList<LatestValue>> GetLatest(IReadOnlyList<LabelMatcher> matchers);

    /// <summary>Names of the metrics and their number of series.</summary>
    [ReadOnly] Task<IReadOnlyList<MetricInfo>> ListMetrics();

    /// <summary>Score, causes and headline values as of now.</summary>
    [ReadOnly] Task<HealthSummary> GetHealth();

    /// <summary>Rules changed: read them again. Called by the rules' grain.</summary>
    Task RulesChanged();

    /// <summary>An alarm of this server was acknowledged, silenced or unsilenced: the score is computed again.</summary>
    Task AlarmsChanged();

    /// <summary>Forgets everything, in memory and in storage.</summary>
    Task Delete();
}

/// <summary>How points between two steps become one.</summary>
public enum SeriesFunction
{
    /// <summary>The newest sample at or before the point, at most five minutes old.</summary>
    Last,
    Average,
    Minimum,
    Maximum,
    Sum,
    Count,

    /// <summary>Growth per second of a counter; a fall counts as a restart from zero.</summary>
    Rate,

    /// <summary>Growth of a counter over the step.</summary>
    Increase,
}

public enum MatchKind
{
    Equal,
    NotEqual,
    Matches,
    NotMatches,
}

/// <param name="Label">Label name; <c>__name__</c> is the metric.</param>
/// <param name="Kind">How to compare; <see cref="MatchKind.Matches"/> is a regular expression over the whole value.</param>
/// <param name="Value">Text or pattern; an absent label equals the empty text.</param>
public sealed record LabelMatcher(string Label, MatchKind Kind, string Value);

/// <param name="Matchers">All must hold; at least one.</param>
/// <param name="StartMilliseconds">Unix time of the first point.</param>
/// <param name="EndMilliseconds">Unix time of the last point, inclusive.</param>
/// <param name="StepMilliseconds">Distance of points, at least 1,000; at most 11,000 points.</param>
/// <param name="Function">How samples become points.</param>
/// <param name="SeriesMax">More matching series than this are refused; 1 to 5,000.</param>
public sealed record SeriesQuery(
    IReadOnlyList<LabelMatcher> Matchers, long StartMilliseconds, long EndMilliseconds, long StepMilliseconds,
    SeriesFunction Function = SeriesFunction.Average, int SeriesMax = 1_000);

/// <summary>Points on one time grid: point i is at <c>StartMilliseconds + i * StepMilliseconds</c>.</summary>
/// <param name="Resolution">What it was computed from: <c>raw</c>, <c>1m</c> or <c>1h</c>.</param>
/// <param name="Series">One entry a series, ordered by labels.</param>
public sealed record SeriesResult(long StartMilliseconds, long StepMilliseconds, int Points, string Resolution, IReadOnlyList<SeriesPoints> Series);

/// <param name="Labels">All labels with <c>__name__</c>.</param>
/// <param name="Values">One value a point; NaN where there is none.</param>
public sealed record SeriesPoints(IReadOnlyDictionary<string, string> Labels, double[] Values);

/// <param name="Labels">All labels with <c>__name__</c>.</param>
/// <param name="AtMilliseconds">Unix time.</param>
/// <param name="Value">The value.</param>
/// <param name="AnomalyScore">0 to 1 where the metric is watched for anomalies, else null.</param>
public sealed record LatestValue(IReadOnlyDictionary<string, string> Labels, long AtMilliseconds, double Value, double? AnomalyScore);

public sealed record MetricInfo(string Name, int Series);
