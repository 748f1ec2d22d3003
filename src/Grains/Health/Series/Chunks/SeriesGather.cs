using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series.Chunks;

/// <summary>Collects samples by series out of chunks of both kinds. What is added later holds where times meet.</summary>
sealed class SeriesGather(KeyTest wanted, int seriesLimit, long samplesLimit)
{
    readonly Dictionary<byte[], GatheredSeries> byKey = new(SeriesKeyEquality.Instance);
    long samples;

    /// <summary>In the order in which they were found.</summary>
    public List<GatheredSeries> Series { get; } = [];

    public void AddRaw(ReadOnlySpan<byte> chunk, long fromMilliseconds, long toMilliseconds)
    {
        var reader = new RawChunkReader(chunk);
        while (reader.MoveNext())
        {
            if (!wanted(reader.Key)) continue;
            var series = Find(reader.Key, reader.Hash);
            while (reader.MoveNextBlock())
            {
                if (reader.Times.FirstMilliseconds > toMilliseconds || reader.Times.LastMilliseconds < fromMilliseconds) continue;
                Count(reader.Times.Count);
                series.Samples.Add(reader.Times, reader.Values);
            }
        }
    }

    /// <summary>Adds a compacted chunk's samples whose time is accepted.</summary>
    public void AddCompacted(ColumnChunkReader chunk, Func<long, bool>? accepts)
    {
        long[] scratch = [];
        chunk.Read(wanted, (key, hash, times, columns) =>
        {
            if (scratch.Length < times.Count) scratch = new long[times.Count];
            times.CopyTo(scratch);
            var series = Find(key, hash);
            int start = 0;
            while (start < times.Count)
            {
                if (accepts is not null && !accepts(scratch[start]))
                {
                    start++;
                    continue;
                }

                int end = accepts is null ? times.Count : start + 1;
                while (end < times.Count && accepts!(scratch[end])) end++;
                Count(end - start);
                series.Samples.Add(scratch.AsSpan(start, end - start), columns[0].AsSpan(start, end - start));
                start = end;
            }
        });
    }

    public GatheredSeries Find(ReadOnlySpan<byte> key, ulong hash)
    {
        if (byKey.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var series)) return series;
        if (byKey.Count >= seriesLimit) throw new LimitReachedException($"More than {seriesLimit} series match: narrow the matchers or raise the bound.");
        series = new GatheredSeries(key.ToArray(), hash);
        byKey.Add(series.Key, series);
        Series.Add(series);
        return series;
    }

    public void Count(int added)
    {
        samples += added;
        if (samples > samplesLimit) throw new LimitReachedException($"More than {samplesLimit} samples would be read: narrow the matchers or the range, or choose a step of a minute or an hour.");
    }
}

/// <summary>One series while it is gathered.</summary>
sealed class GatheredSeries(byte[] key, ulong hash)
{
    public byte[] Key { get; } = key;

    public ulong Hash { get; } = hash;

    public SampleBuffer Samples { get; } = new();

    /// <summary>Periods of roll-ups, where a query reads them.</summary>
    public List<RollupPeriod> Periods { get; } = [];
}

/// <summary>One period of a roll-up.</summary>
readonly record struct RollupPeriod(long End, double Count, double Sum, double Minimum, double Maximum, double Last);

/// <summary>Compares keys by their bytes.</summary>
sealed class SeriesKeyEquality : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    public static readonly SeriesKeyEquality Instance = new();

    public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

    public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

    public bool Equals(ReadOnlySpan<byte> left, byte[] right) => left.SequenceEqual(right);

    public int GetHashCode(ReadOnlySpan<byte> key) => (int)SeriesKey.Hash(key);

    public byte[] Create(ReadOnlySpan<byte> key) => key.ToArray();
}
