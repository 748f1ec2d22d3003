using Orrery.Grains.Health.Rules;
using Orrery.Grains.Health.Series;
using Orrery.Grains.Health.Series.Queries;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Storage.Chunks;

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

    public async Task<SeriesResult> Query(SeriesQuery query)
    {
        var grid = SeriesGrid.Of(query);
        var selector = new SeriesSelector(query.Matchers);
        long from = grid.StartMilliseconds - grid.Lookback(query.Function);
        var older = new SeriesStore(new SeriesStoreOptions());
        if (from < store.CompleteFromMilliseconds)
            foreach (var chunk in (await chunks.ReadAsync(Key, ChunkKind.Raw, from, store.CompleteFromMilliseconds, CancellationToken.None)).OrderBy(static chunk => chunk.Key.Sequence))
                older.Load(chunk.Data.Span);
        var found = new Dictionary<string, (SeriesEntry? Older, SeriesEntry? Newer)>();
        foreach (var entry in older.Entries.Where(entry => selector.Matches(entry.Key)))
            found[Convert.ToBase64String(entry.Key)] = (entry, null);
        foreach (var entry in store.Entries.Where(entry => selector.Matches(entry.Key)))
            found[Convert.ToBase64String(entry.Key)] = (found.GetValueOrDefault(Convert.ToBase64String(entry.Key)).Older, entry);
        if (found.Count > query.SeriesMax)
            throw new LimitReachedException($"{found.Count} series match, more than the {query.SeriesMax} that the query allows. Narrow the matchers or raise the limit.");
        var buffer = new SampleBuffer();
        var series = new List<SeriesPoints>();
        foreach (var (_, (before, now)) in found.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            buffer.Clear();
            if (before is not null)
                SeriesStore.Read(before, from, grid.EndMilliseconds, buffer);
            if (now is not null)
                SeriesStore.Read(now, from, grid.EndMilliseconds, buffer);
            double[] points = new double[grid.Points];
            if (SeriesFunctions.Run(query.Function, grid, buffer.Times, buffer.Values, points, SeriesFunctions.StalenessMilliseconds) > 0)
                series.Add(new SeriesPoints((now ?? before)!.Labels, points));
        }

        return new SeriesResult(grid.StartMilliseconds, grid.StepMilliseconds, grid.Points, "raw", series);
    }

    static Task CompactWhenDue() => Task.CompletedTask;
}
