using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series;

public sealed partial class SeriesStore
{
    /// <summary>The newest sample of each series that matches, in no order, up to a number of them.</summary>
    public IEnumerable<(IReadOnlyDictionary<string, string> Labels, long AtMilliseconds, double Value)> GetLatest(IReadOnlyList<LabelMatcher> matchers, int countLimit)
    {
        var selector = new Queries.SeriesSelector(matchers);
        return entries.Where(entry => entry.Newest >= 0 && selector.Matches(entry.Key)).Take(countLimit).Select(entry => (entry.Labels, entry.Newest, entry.NewestValue));
    }

    /// <summary>Adds a series' samples within both times, inclusive, to a buffer.</summary>
    internal static void Read(SeriesEntry entry, long fromMilliseconds, long toMilliseconds, SampleBuffer buffer)
    {
        foreach (var block in entry.Blocks)
        {
            if (block.FirstMilliseconds <= toMilliseconds && block.LastMilliseconds >= fromMilliseconds) buffer.Add(block.Times, block.Values);
        }

        if (entry.Late is { Count: > 0 } late) buffer.Add(late.Times, late.Values);
        if (entry.OpenCount > 0 && entry.OpenTimes[0] <= toMilliseconds) buffer.Add(entry.OpenTimes.AsSpan(0, entry.OpenCount), entry.OpenValues.AsSpan(0, entry.OpenCount));
        buffer.Clip(fromMilliseconds, toMilliseconds);
    }

    /// <summary>
    /// Adds what stored chunks read up to <see cref="CompleteFromMilliseconds"/>, inclusive, do not give: later samples, and earlier ones that
    /// are in no chunk yet.
    /// </summary>
    internal void ReadBeside(SeriesEntry entry, long fromMilliseconds, long toMilliseconds, SampleBuffer buffer)
    {
        Read(entry, Math.Max(fromMilliseconds, CompleteFromMilliseconds + 1), toMilliseconds, buffer);
        var unstored = new SampleBuffer();
        foreach (var block in entry.Blocks)
        {
            if (block.Sequence > flushedThrough && block.FirstMilliseconds <= CompleteFromMilliseconds) unstored.Add(block.Times, block.Values);
        }

        if (entry.Late is { Count: > 0 } late) unstored.Add(late.Times, late.Values);
        if (entry.OpenCount > 0 && entry.OpenTimes[0] <= CompleteFromMilliseconds) unstored.Add(entry.OpenTimes.AsSpan(0, entry.OpenCount), entry.OpenValues.AsSpan(0, entry.OpenCount));
        unstored.Clip(fromMilliseconds, Math.Min(toMilliseconds, CompleteFromMilliseconds));
        buffer.Add(unstored.Times, unstored.Values);
    }
}
