using Orrery.Grains.Health.Rules;
using Orrery.Grains.Health.Series.Queries;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Servers;

/// <summary>What others ask of the samples.</summary>
sealed partial class ServerHealthGrain
{
    const int LatestMax = 5_000;

    public Task<IReadOnlyList<LatestValue>> GetLatest(IReadOnlyList<LabelMatcher> matchers)
    {
        var scores = watch.AnomalyScores(Now.ToUnixTimeMilliseconds());
        return Task.FromResult<IReadOnlyList<LatestValue>>(
        [
            .. store.GetLatest(matchers, LatestMax).Select(latest =>
                new LatestValue(latest.Labels, latest.AtMilliseconds, latest.Value, scores.TryGetValue(latest.Labels, out double score) ? score : null)),
        ]);
    }

    public Task<IReadOnlyList<MetricInfo>> ListMetrics() => Task.FromResult<IReadOnlyList<MetricInfo>>(
    [
        .. store.Entries.GroupBy(static entry => SeriesMetric.Of(entry.Key)).Select(static metric => new MetricInfo(metric.Key, metric.Count()))
            .OrderBy(static metric => metric.Name, StringComparer.Ordinal),
    ]);

    public Task<SeriesResult> Query(SeriesQuery query) => new SeriesQueries(store, chunks, Key).RunAsync(query, CancellationToken.None).AsTask();
}
