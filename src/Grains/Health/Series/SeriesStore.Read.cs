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
}
