using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Series;

/// <summary>
/// The series of one server: takes batches, keeps the last hours compressed in memory, gives away chunks to store. One thread at a time.
/// <para>Samples in order go to their series' open block, which is sealed when it is full, when a day ends and when the store is flushed.
/// Samples out of order are put where they belong in the open block, or into the series' late samples, which are sealed into late blocks.
/// A block never reaches over the end of a UTC day, so that days can be compacted one by one.</para>
/// <para>Same series, time and value as before: a duplicate, ignored. Same series and time, other value: the later value holds.
/// So applying the same batches again, in order, changes nothing.</para>
/// <para>A flush gives everything that is in no chunk yet. It counts as stored only once it is committed; until then the next one has it again.
/// What is stored leaves memory after <see cref="SeriesStoreOptions.Keep"/>, or earlier where memory is short.</para>
/// </summary>
public sealed partial class SeriesStore
{
    readonly SeriesStoreOptions options;
    readonly long outOfOrderMilliseconds;
    readonly Dictionary<ulong, SeriesEntry> byHash = [];
    readonly List<SeriesEntry> entries = [];
    long[] batchTimes = new long[256];
    double[] batchValues = new double[256];

    public SeriesStore(SeriesStoreOptions options)
    {
        if (options.Validate() is { Count: > 0 } errors) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        this.options = options;
        outOfOrderMilliseconds = (long)options.OutOfOrderWindow.TotalMilliseconds;
        encoded = new byte[Blocks.ValueBlock.BytesAtMost(Math.Max(options.BlockSamples, LateSamples.CountLimit))];
    }

    /// <summary>Series in memory.</summary>
    public int SeriesCount => entries.Count;

    /// <summary>Samples that are in no committed flush.</summary>
    public long UnflushedSamples { get; private set; }

    /// <summary>Bytes of sealed blocks, about.</summary>
    public long SealedBytes { get; private set; }

    /// <summary>From this time on memory holds all samples there are; before it, chunks may hold more. A whole hour, Unix milliseconds.</summary>
    public long CompleteFromMilliseconds { get; private set; } = SampleTimes.First;

    internal IReadOnlyList<SeriesEntry> Entries => entries;

    /// <summary>Takes the samples of a batch.</summary>
    /// <param name="batch">Written by <see cref="SampleBatchWriter"/>.</param>
    /// <param name="oldestMilliseconds">Samples before this time are too old, for instance because retention would delete them.</param>
    /// <param name="newestMilliseconds">Samples after this time are too new.</param>
    /// <returns>What became of its samples.</returns>
    /// <exception cref="SampleFormatException">The bytes are no batch. Series before the damage may have been taken.</exception>
    public SampleOutcome Apply(ReadOnlySpan<byte> batch, long oldestMilliseconds, long newestMilliseconds)
    {
        var round = new Round(Math.Max(oldestMilliseconds, SampleTimes.First), Math.Min(newestMilliseconds, SampleTimes.Last));
        var reader = new SampleBatchReader(batch);
        SeriesEntry? before = null;
        while (reader.MoveNext())
        {
            var entry = FindOrAdd(reader.Hash, reader.Key, before);
            if (entry is null)
            {
                round.OverLimit += reader.Count;
                continue;
            }

            before = entry;
            if (reader.Count == 1)
            {
                double value = 0;
                reader.CopyValues(new Span<double>(ref value));
                AddOne(entry, reader.FirstMilliseconds, value, ref round);
                continue;
            }

            AddMany(entry, reader, ref round);
        }

        UnflushedSamples += round.Added;
        return new SampleOutcome(round.Accepted, round.Duplicate, round.TooOld, round.TooNew, round.OverLimit);
    }

    SeriesEntry? FindOrAdd(ulong hash, ReadOnlySpan<byte> key, SeriesEntry? before)
    {
        if (before?.Follower is { } follower && follower.Hash == hash && key.SequenceEqual(follower.Key)) return follower;
        byHash.TryGetValue(hash, out var first);
        for (var entry = first; entry is not null; entry = entry.SameHash)
        {
            if (!key.SequenceEqual(entry.Key)) continue;
            if (before is not null) before.Follower = entry;
            return entry;
        }

        if (entries.Count >= options.SeriesLimit) return null;
        int labels = 0;
        foreach (var _ in SeriesKey.Labels(key)) labels++;
        if (labels == 0) throw new SampleFormatException("A series key has no labels.");
        var added = new SeriesEntry(key.ToArray(), hash) { SameHash = first };
        byHash[hash] = added;
        entries.Add(added);
        return added;
    }

    void AddMany(SeriesEntry entry, scoped in SampleBatchReader reader, ref Round round)
    {
        int count = reader.Count;
        if (batchTimes.Length < count)
        {
            batchTimes = new long[count * 2];
            batchValues = new double[count * 2];
        }

        var times = batchTimes.AsSpan(0, count);
        var values = batchValues.AsSpan(0, count);
        reader.CopyTimes(times);
        reader.CopyValues(values);
        if (times[0] > entry.Newest && times[0] >= round.Oldest && times[^1] <= round.Newest && Increases(times))
        {
            Append(entry, times, values);
            round.Accepted += count;
            round.Added += count;
            return;
        }

        for (int number = 0; number < count; number++) AddOne(entry, times[number], values[number], ref round);
    }

    static bool Increases(ReadOnlySpan<long> times)
    {
        for (int number = 1; number < times.Length; number++)
        {
            if (times[number] <= times[number - 1]) return false;
        }

        return true;
    }

    /// <summary>What is allowed, and counts, while one batch is applied.</summary>
    struct Round(long oldest, long newest)
    {
        public readonly long Oldest = oldest, Newest = newest;
        public int Accepted, Duplicate, TooOld, TooNew, OverLimit;
        public int Added; // accepted, less values replaced in place
    }
}
