using Orrery.Interfaces.Health;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>
/// Rewrites a finished day of a server: its raw chunks become part of a compacted chunk, minutes and hours are summed up, all in one
/// transaction. The compacted chunk before it grows by the day while it stays within <see cref="SamplesGoal"/> samples a series and a week,
/// since longer columns compress better. A day may be compacted again when samples came late.
/// <para>Chunk numbers say what they hold: the Unix day times 256, plus the part where one chunk does not take all series.</para>
/// </summary>
public static class SeriesCompaction
{
    /// <summary>Samples of a series that a compacted chunk is filled up to.</summary>
    public const int SamplesGoal = 8192;

    const int PartsLimit = 256;
    const long SpanMilliseconds = 7 * SampleTimes.Day;

    /// <summary>The start of the earliest day before a time that has raw chunks, or null. Unix milliseconds.</summary>
    public static async ValueTask<long?> FindDayAsync(IChunkStore chunks, string owner, long beforeMilliseconds, CancellationToken cancellationToken)
    {
        long end = SampleTimes.DayStart(beforeMilliseconds) - 1;
        var raw = await chunks.ListAsync(owner, ChunkKind.Raw, SampleTimes.First, end, cancellationToken);
        return raw.Count == 0 ? null : SampleTimes.DayStart(raw[0].FirstMilliseconds);
    }

    /// <summary>The day that a roll-up, or a compacted chunk's first day, belongs to. Unix milliseconds.</summary>
    internal static long DayOf(ChunkKey key) => key.Sequence / PartsLimit * SampleTimes.Day;

    /// <summary>Compacts one day. Does nothing where the day has no raw chunks.</summary>
    /// <param name="chunks">The store.</param>
    /// <param name="owner">The server's key.</param>
    /// <param name="dayStartMilliseconds">Start of a UTC day.</param>
    /// <param name="cancellationToken">Ends the work before it is stored.</param>
    /// <returns>Samples of the raw chunks, counted by series and time.</returns>
    public static async ValueTask<long> RunAsync(IChunkStore chunks, string owner, long dayStartMilliseconds, CancellationToken cancellationToken)
    {
        long dayEnd = dayStartMilliseconds + SampleTimes.Day - 1;
        var raw = await chunks.ReadAsync(owner, ChunkKind.Raw, dayStartMilliseconds, dayEnd, cancellationToken);
        if (raw.Count == 0) return 0;
        var earlier = await chunks.ReadAsync(owner, ChunkKind.Compacted, Math.Max(SampleTimes.First, dayStartMilliseconds - SpanMilliseconds), dayEnd, cancellationToken);

        var merged = Merged(earlier, raw, dayStartMilliseconds);
        var all = new SeriesGather(_ => true, int.MaxValue, long.MaxValue);
        foreach (var chunk in merged) all.AddCompacted(new ColumnChunkReader(chunk.Data), accepts: null);
        foreach (var chunk in raw.OrderBy(chunk => chunk.Key.Sequence)) all.AddRaw(chunk.Data.Span, dayStartMilliseconds, dayEnd);

        var removed = raw.Concat(merged).Select(chunk => chunk.Key).ToList();
        var added = new List<Chunk>();
        long firstDay = merged.Count == 0 ? dayStartMilliseconds : Math.Min(dayStartMilliseconds, merged.Min(chunk => SampleTimes.DayStart(chunk.FirstMilliseconds)));
        WriteSamples(all, owner, firstDay, added);
        WriteRollups(all, owner, ChunkKind.Minute, SampleTimes.Minute, dayStartMilliseconds, added);
        WriteRollups(all, owner, ChunkKind.Hour, SampleTimes.Hour, dayStartMilliseconds, added);
        removed.AddRange(await StaleAsync(chunks, owner, dayStartMilliseconds, dayEnd, cancellationToken));
        await chunks.ReplaceAsync(owner, removed, added, cancellationToken);
        return all.Series.Sum(series => (long)SampleBuffer.LowerBound(series.Samples.Times, dayEnd + 1) - SampleBuffer.LowerBound(series.Samples.Times, dayStartMilliseconds));
    }

    /// <summary>The compacted chunks that the day goes into: those that hold samples of it, else the one before it if there is room.</summary>
    static List<Chunk> Merged(IReadOnlyList<Chunk> earlier, IReadOnlyList<Chunk> raw, long dayStart)
    {
        var overlapping = earlier.Where(chunk => chunk.LastMilliseconds >= dayStart).ToList();
        if (overlapping.Count > 0) return overlapping;
        if (earlier.Count == 0) return [];
        long newestDay = SampleTimes.DayStart(earlier[^1].LastMilliseconds);
        var last = earlier.Where(chunk => SampleTimes.DayStart(chunk.LastMilliseconds) == newestDay).ToList();
        if (last.Count > 1 || dayStart + SampleTimes.Day - SampleTimes.DayStart(last[0].FirstMilliseconds) > SpanMilliseconds) return [];
        var day = new SeriesGather(_ => true, int.MaxValue, long.MaxValue);
        foreach (var chunk in raw) day.AddRaw(chunk.Data.Span, long.MinValue, long.MaxValue);
        int samples = day.Series.Max(series => series.Samples.Count);
        return new ColumnChunkReader(last[0].Data).SamplesMax + samples <= SamplesGoal ? last : [];
    }

    static void WriteSamples(SeriesGather all, string owner, long firstDay, List<Chunk> added)
    {
        var parts = new Parts(owner, ChunkKind.Compacted, firstDay, columns: 1, added);
        foreach (var series in all.Series)
        {
            if (series.Samples.Count > 0) parts.Writer.Add(series.Key, series.Hash, series.Samples.Times, series.Samples.Values.ToArray().AsMemory());
            parts.Check();
        }

        parts.End();
    }

    /// <summary>Minutes of series that are sampled no more often are not worth storing: queries take the samples.</summary>
    static void WriteRollups(SeriesGather all, string owner, ChunkKind kind, long period, long dayStart, List<Chunk> added)
    {
        var columns = new RollupColumns();
        var parts = new Parts(owner, kind, dayStart, RollupColumns.Columns, added);
        long samples = 0, periods = 0;
        int before = added.Count;
        foreach (var series in all.Series)
        {
            int start = SampleBuffer.LowerBound(series.Samples.Times, dayStart), end = SampleBuffer.LowerBound(series.Samples.Times, dayStart + SampleTimes.Day);
            columns.Fill(series.Samples.Times[start..end], series.Samples.Values[start..end], period);
            if (columns.Count == 0) continue;
            samples += end - start;
            periods += columns.Count;
            parts.Writer.Add(series.Key, series.Hash, columns.Ends, columns.Values);
            parts.Check();
        }

        parts.End();
        if (kind == ChunkKind.Minute && samples < periods * 2) added.RemoveRange(before, added.Count - before);
    }

    /// <summary>Roll-ups of the day from an earlier compaction.</summary>
    static async ValueTask<IEnumerable<ChunkKey>> StaleAsync(IChunkStore chunks, string owner, long dayStart, long dayEnd, CancellationToken cancellationToken)
    {
        var found = new List<ChunkKey>();
        foreach (var kind in new[] { ChunkKind.Minute, ChunkKind.Hour })
        {
            // The last period of the day ends with the next day's first moment.
            found.AddRange((await chunks.ListAsync(owner, kind, dayStart, dayEnd + 1, cancellationToken)).Select(info => info.Key).Where(key => DayOf(key) == dayStart));
        }

        return found;
    }

    sealed class Parts(string owner, ChunkKind kind, long dayStart, int columns, List<Chunk> added)
    {
        int part;

        public ColumnChunkWriter Writer { get; private set; } = new(columns);

        public void Check()
        {
            if (Writer.IsFull) End();
        }

        public void End()
        {
            if (Writer.IsEmpty) return;
            if (part == PartsLimit) throw new InvalidOperationException($"A day of '{owner}' needs more than {PartsLimit} chunks.");
            added.Add(new Chunk(owner, new ChunkKey(kind, (dayStart / SampleTimes.Day * PartsLimit) + part++), Writer.FirstMilliseconds, Writer.LastMilliseconds, Writer.Finish()));
            Writer = new ColumnChunkWriter(columns);
        }
    }
}
