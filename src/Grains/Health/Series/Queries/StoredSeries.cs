using Orrery.Grains.Health.Series.Chunks;
using Orrery.Interfaces.Errors;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Health.Series.Queries;

/// <summary>What stored days are read from.</summary>
enum StoredResolution
{
    Samples,
    Minute,
    Hour,
}

/// <summary>What a query needs of a server's stored chunks: decides for each day which kind to read, and gathers it by series.</summary>
sealed class StoredSeries(
    IChunkStore chunks, string owner, SeriesSelector selector, int seriesLimit, StoredResolution preferred, long fromMilliseconds, long toMilliseconds)
{
    static readonly ChunkKind[][] Preferences =
    [
        [ChunkKind.Compacted, ChunkKind.Minute, ChunkKind.Hour],
        [ChunkKind.Minute, ChunkKind.Compacted, ChunkKind.Hour],
        [ChunkKind.Hour, ChunkKind.Minute, ChunkKind.Compacted],
    ];

    static readonly ChunkKind[] Kinds = [ChunkKind.Compacted, ChunkKind.Minute, ChunkKind.Hour, ChunkKind.Raw];

    Dictionary<ChunkKind, IReadOnlyList<ChunkInfo>> listed = [];
    StoredResolution coarsest = StoredResolution.Samples;

    public SeriesGather Gather { get; } = new(selector.Matches, seriesLimit, SeriesQueries.StoredSamplesLimit);

    /// <summary>The coarsest kind that was read.</summary>
    public string Resolution => coarsest switch { StoredResolution.Hour => "1h", StoredResolution.Minute => "1m", _ => "raw" };

    /// <summary>Whether the same chunks are there as when reading began.</summary>
    public async ValueTask<bool> IsUnchangedAsync(CancellationToken cancellationToken)
    {
        var now = await ListAsync(cancellationToken);
        return Kinds.All(kind => now[kind].SequenceEqual(listed[kind]));
    }

    public async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        var chosen = new Dictionary<long, ChunkKind>();
        listed = await ListAsync(cancellationToken);
        long bytes = 0;

        for (long day = SampleTimes.DayStart(fromMilliseconds); day <= toMilliseconds; day += SampleTimes.Day)
        {
            foreach (var kind in Preferences[(int)preferred])
            {
                if (!listed[kind].Any(info => Covers(kind, info, day))) continue;
                chosen[day] = kind;
                break;
            }
        }

        foreach (var kind in Preferences[(int)preferred])
        {
            var days = chosen.Where(entry => entry.Value == kind).Select(entry => entry.Key).ToHashSet();
            if (days.Count == 0) continue;
            bytes += listed[kind].Where(info => days.Any(day => Covers(kind, info, day))).Sum(info => (long)info.DataBytes);
            CheckBytes(bytes);
            long end = Math.Min(days.Max() + SampleTimes.Day, toMilliseconds + SampleTimes.Hour);
            foreach (var chunk in await chunks.ReadAsync(owner, kind, Math.Max(days.Min(), fromMilliseconds), end, cancellationToken))
            {
                if (!days.Any(day => Covers(kind, chunk.Info, day))) continue;
                if (kind == ChunkKind.Compacted) Gather.AddCompacted(new ColumnChunkReader(chunk.Data), time => time >= fromMilliseconds && time <= toMilliseconds && days.Contains(SampleTimes.DayStart(time)));
                else AddPeriods(new ColumnChunkReader(chunk.Data));
            }

            if (kind == ChunkKind.Minute && coarsest == StoredResolution.Samples) coarsest = StoredResolution.Minute;
            if (kind == ChunkKind.Hour) coarsest = StoredResolution.Hour;
        }

        CheckBytes(bytes + listed[ChunkKind.Raw].Sum(info => (long)info.DataBytes));
        var raw = await chunks.ReadAsync(owner, ChunkKind.Raw, fromMilliseconds, toMilliseconds, cancellationToken);
        foreach (var chunk in raw.OrderBy(chunk => chunk.Key.Sequence)) Gather.AddRaw(chunk.Data.Span, fromMilliseconds, toMilliseconds);
        foreach (var series in Gather.Series) series.Samples.Clip(fromMilliseconds, toMilliseconds);
    }

    async ValueTask<Dictionary<ChunkKind, IReadOnlyList<ChunkInfo>>> ListAsync(CancellationToken cancellationToken)
    {
        var found = new Dictionary<ChunkKind, IReadOnlyList<ChunkInfo>>();
        foreach (var kind in Kinds)
        {
            // A day's last period is named by the next day's first moment.
            found[kind] = await chunks.ListAsync(owner, kind, fromMilliseconds, toMilliseconds + (kind is ChunkKind.Minute or ChunkKind.Hour ? SampleTimes.Hour : 0), cancellationToken);
        }

        return found;
    }

    static bool Covers(ChunkKind kind, ChunkInfo info, long day) => kind == ChunkKind.Compacted
        ? info.Overlaps(day, day + SampleTimes.Day - 1)
        : SeriesCompaction.DayOf(info.Key) == day;

    static void CheckBytes(long bytes)
    {
        if (bytes > SeriesQueries.StoredBytesLimit) throw new LimitReachedException($"{bytes} bytes of chunks would be read; at most {SeriesQueries.StoredBytesLimit} are allowed: narrow the range, or choose a step of a minute or an hour.");
    }

    void AddPeriods(ColumnChunkReader chunk)
    {
        if (chunk.ColumnsPerSeries != RollupColumns.Columns) throw new Interfaces.Health.SampleFormatException($"A roll-up has {chunk.ColumnsPerSeries} columns instead of {RollupColumns.Columns}.");
        long[] ends = [];
        chunk.Read(selector.Matches, (key, hash, times, columns) =>
        {
            if (ends.Length < times.Count) ends = new long[times.Count];
            times.CopyTo(ends);
            var series = Gather.Find(key, hash);
            Gather.Count(times.Count);
            for (int number = 0; number < times.Count; number++)
            {
                if (ends[number] < fromMilliseconds || ends[number] > toMilliseconds) continue;
                series.Periods.Add(new RollupPeriod(ends[number], columns[0][number], columns[1][number], columns[2][number], columns[3][number], columns[4][number]));
            }
        });
    }
}
