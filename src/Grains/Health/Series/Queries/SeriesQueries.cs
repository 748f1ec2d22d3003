using Orrery.Grains.Health.Series.Chunks;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Health.Series.Queries;

/// <summary>
/// Answers range queries over one server's memory and its stored chunks.
/// <para>Memory alone is enough for what it holds completely. Before that, each day is read from its roll-ups where the step is an hour or
/// more, or a minute or more over a long range, and from its samples otherwise; where that kind is gone, from the next best. Raw chunks, which
/// are days not compacted yet and samples that came late, are always read.</para>
/// </summary>
public sealed class SeriesQueries(SeriesStore store, IChunkStore chunks, string owner)
{
    /// <summary>Samples that one query may read from storage.</summary>
    public const long StoredSamplesLimit = 10_000_000;

    /// <summary>Bytes of chunks that one query may read.</summary>
    public const long StoredBytesLimit = 256 << 20;

    /// <summary>How often a query begins anew because chunks changed while it read them.</summary>
    const int AttemptsLimit = 5;

    /// <summary>Ranges longer than this take minutes instead of samples where the step allows.</summary>
    const long LongRangeMilliseconds = 6 * SampleTimes.Hour;

    readonly SampleBuffer buffer = new();
    double[] points = [];

    /// <summary>Aligned points of the series that match, ordered by labels; series without a point are left out.</summary>
    /// <exception cref="InvalidInputException">The range, the step, a matcher or the function cannot be used.</exception>
    /// <exception cref="LimitReachedException">More series or samples than allowed.</exception>
    public async ValueTask<SeriesResult> RunAsync(SeriesQuery query, CancellationToken cancellationToken)
    {
        var grid = SeriesGrid.Of(query);
        var selector = new SeriesSelector(query.Matchers);
        long from = Math.Max(SampleTimes.First, grid.StartMilliseconds - grid.Lookback(query.Function) + 1);
        for (int attempt = 0; attempt < AttemptsLimit; attempt++)
        {
            long complete = store.CompleteFromMilliseconds;
            if (from >= complete) return FromMemory(query, grid, selector, from);
            var stored = new StoredSeries(chunks, owner, selector, query.SeriesMax, Preferred(query), from, Math.Min(grid.EndMilliseconds, complete));
            await stored.ReadAsync(cancellationToken);

            // While chunks were read, a flush or a compaction may have moved samples from where they were not read yet to where they were.
            if (await stored.IsUnchangedAsync(cancellationToken) && store.CompleteFromMilliseconds == complete) return FromBoth(query, grid, selector, from, stored);
        }

        throw new LimitReachedException($"The chunks of '{owner}' changed during each of {AttemptsLimit} attempts to read them: ask again.");
    }

    static StoredResolution Preferred(SeriesQuery query) => query.StepMilliseconds switch
    {
        >= SampleTimes.Hour => StoredResolution.Hour,
        >= SampleTimes.Minute when query.EndMilliseconds - query.StartMilliseconds > LongRangeMilliseconds => StoredResolution.Minute,
        _ => StoredResolution.Samples,
    };

    SeriesResult FromMemory(SeriesQuery query, SeriesGrid grid, SeriesSelector selector, long from)
    {
        var chosen = new List<SeriesEntry>();
        foreach (var entry in store.Entries)
        {
            if (entry.Newest < from || !selector.Matches(entry.Key)) continue;
            chosen.Add(entry);
            CheckSeries(chosen.Count, query, grid);
        }

        var found = new List<SeriesPoints>(chosen.Count);
        chosen.Sort(static (left, right) => SeriesOrder.Compare(left.Key, right.Key));
        foreach (var entry in chosen)
        {
            buffer.Clear();
            SeriesStore.Read(entry, from, grid.EndMilliseconds, buffer);
            double[] values = Points(grid);
            if (SeriesFunctions.Run(query.Function, grid, buffer.Times, buffer.Values, values, SeriesFunctions.StalenessMilliseconds) > 0) Keep(found, entry.Labels, values);
        }

        return new SeriesResult(grid.StartMilliseconds, grid.StepMilliseconds, grid.Points, "raw", found);
    }

    SeriesResult FromBoth(SeriesQuery query, SeriesGrid grid, SeriesSelector selector, long from, StoredSeries stored)
    {
        foreach (var entry in store.Entries)
        {
            if (entry.Newest < from || !selector.Matches(entry.Key)) continue;
            buffer.Clear();
            store.ReadBeside(entry, from, grid.EndMilliseconds, buffer);
            if (buffer.Count > 0) stored.Gather.Find(entry.Key, entry.Hash).Samples.Add(buffer.Times, buffer.Values);
        }

        var all = stored.Gather.Series;
        CheckSeries(all.Count, query, grid);
        all.Sort(static (left, right) => SeriesOrder.Compare(left.Key, right.Key));
        var found = new List<SeriesPoints>(all.Count);
        foreach (var series in all)
        {
            series.Samples.Clip(from, grid.EndMilliseconds);
            double[] values = Points(grid);
            if (RollupFunctions.Run(query.Function, grid, series, values) > 0) Keep(found, SeriesKey.Parse(series.Key), values);
        }

        return new SeriesResult(grid.StartMilliseconds, grid.StepMilliseconds, grid.Points, stored.Resolution, found);
    }

    static void CheckSeries(int count, SeriesQuery query, SeriesGrid grid)
    {
        if (count > query.SeriesMax) throw new LimitReachedException($"More than {query.SeriesMax} series match: narrow the matchers or raise the bound.");
        if ((long)count * grid.Points > SeriesGrid.AnswerPointsLimit) throw new LimitReachedException($"{count} series of {grid.Points} points are more than the {SeriesGrid.AnswerPointsLimit} points of one answer: narrow the matchers or choose a longer step.");
    }

    // An array that no point came into is used for the next series.
    double[] Points(SeriesGrid grid) => points.Length == grid.Points ? points : points = new double[grid.Points];

    void Keep(List<SeriesPoints> found, IReadOnlyDictionary<string, string> labels, double[] values)
    {
        found.Add(new SeriesPoints(labels, values));
        points = [];
    }
}
