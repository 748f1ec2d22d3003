using Orrery.Grains.Health.Series;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Series;

/// <summary>The store against a dictionary of times and values, through seeded histories.</summary>
public sealed class SeriesStoreTests
{
    const long Start = 1_700_000_000_000, Hour = 3_600_000, Never = long.MaxValue;

    static byte[] Key(int number) => SeriesKey.Encode([new("__name__", "m" + (number % 3)), new("n", number.ToString(System.Globalization.CultureInfo.InvariantCulture))]);

    static byte[] Batch(params (int Series, long Time, double Value)[] samples)
    {
        var writer = new SampleBatchWriter();
        foreach (var (series, time, value) in samples)
        {
            byte[] key = Key(series);
            writer.Add(key, SeriesKey.Hash(key), [time], [value]);
        }

        return writer.ToArray();
    }

    static SortedDictionary<long, double> ReadAll(SeriesStore store, int series)
    {
        var result = new SortedDictionary<long, double>();
        var entry = store.Entries.SingleOrDefault(entry => entry.Key.AsSpan().SequenceEqual(Key(series)));
        if (entry is null) return result;
        var buffer = new SampleBuffer();
        SeriesStore.Read(entry, 0, Never, buffer);
        for (int number = 0; number < buffer.Count; number++) result.Add(buffer.Times[number], buffer.Values[number]);
        return result;
    }

    static void ShouldHold(SeriesStore store, SortedDictionary<long, double>[] model, long from, string context)
    {
        for (int series = 0; series < model.Length; series++)
        {
            var actual = ReadAll(store, series).Where(sample => sample.Key >= from).ToList();
            var expected = model[series].Where(sample => sample.Key >= from).ToList();
            actual.Count.ShouldBe(expected.Count, $"{context} series {series}");
            for (int number = 0; number < actual.Count; number++)
            {
                actual[number].Key.ShouldBe(expected[number].Key, context);
                BitEquality.Instance.Equals(actual[number].Value, expected[number].Value).ShouldBeTrue($"{context} series {series} time {actual[number].Key}");
            }
        }
    }

    [Fact]
    public void Through_any_history_of_batches_flushes_and_restarts_the_store_holds_what_a_dictionary_holds()
    {
        for (int seed = 1; seed <= 120; seed++)
        {
            try
            {
                Run(seed);
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"Seed {seed} failed.", error);
            }
        }
    }

    static void Run(int seed)
    {
        var random = new Random(seed);
        var options = new SeriesStoreOptions { BlockSamples = random.Next(16, 70), SeriesLimit = 6, OutOfOrderWindow = TimeSpan.FromMinutes(random.Next(5, 60)) };
        var store = new SeriesStore(options);
        var model = Enumerable.Range(0, 6).Select(_ => new SortedDictionary<long, double>()).ToArray();
        var chunks = new List<byte[]>();
        var replay = new List<(byte[] Batch, long Oldest)>();
        long clock = Start + random.Next(0, 80_000_000), window = (long)options.OutOfOrderWindow.TotalMilliseconds;
        for (int step = 0; step < 60; step++)
        {
            switch (random.Next(12))
            {
                case < 9:
                    byte[] batch = RandomBatch(random, ref clock, out var samples);
                    var outcome = store.Apply(batch, clock - (3 * Hour), clock + 5000);
                    var expected = Expect(model, samples, window, clock - (3 * Hour), clock + 5000);
                    outcome.ShouldBe(expected, $"step {step}");
                    replay.Add((batch, clock - (3 * Hour)));
                    if (random.Next(6) == 0) store.Apply(batch, clock - (3 * Hour), clock + 5000).Accepted.ShouldBeInRange(0, samples.Count);
                    break;
                case 9:
                    var flush = store.Flush();
                    flush.Samples.ShouldBe(store.UnflushedSamples);
                    if (random.Next(3) == 0) break; // the write failed: nothing is committed
                    foreach (var chunk in flush.Chunks) (chunk.FirstMilliseconds / (24 * Hour)).ShouldBe(chunk.LastMilliseconds / (24 * Hour));
                    chunks.AddRange(flush.Chunks.Select(chunk => chunk.Data));
                    store.Commit(flush);
                    store.UnflushedSamples.ShouldBe(0);
                    replay.Clear();
                    break;
                case 10:
                    // A restart: what was committed is loaded, what the log holds behind it is applied again, and a part of it twice.
                    store = new SeriesStore(options);
                    foreach (byte[] chunk in chunks) store.Load(chunk);
                    foreach (var (again, oldest) in replay) store.Apply(again, oldest, Never);
                    break;
                case 11:
                    store.Trim(clock);
                    break;
            }

            if (step % 4 == 3) ShouldHold(store, model, store.CompleteFromMilliseconds, $"step {step}");
        }
    }

    static byte[] RandomBatch(Random random, ref long clock, out List<(int Series, long Time, double Value)> samples)
    {
        samples = [];
        var writer = new SampleBatchWriter();
        for (int number = random.Next(1, 8); number > 0; number--)
        {
            int series = random.Next(6), count = random.Next(3) == 0 ? 1 : random.Next(1, 90);
            long first = clock - (random.Next(4) == 0 ? random.Next(0, 4_000_000) : 0), step = random.Next(5) == 0 ? 0 : 15_000;
            long[] times = [.. Enumerable.Range(0, count).Select(index => first + (index * step) + (random.Next(12) == 0 ? random.Next(-40_000, 40_000) : 0))];
            double[] values = ValueBlockTests.History(random, count);
            byte[] key = Key(series);
            writer.Add(key, SeriesKey.Hash(key), times, values);
            for (int index = 0; index < count; index++) samples.Add((series, times[index], values[index]));
            clock = Math.Max(clock, times.Max());
        }

        clock += random.Next(0, 30_000);
        if (random.Next(15) == 0) clock += random.Next(0, 40_000_000);
        return writer.ToArray();
    }

    /// <summary>The rules in their simplest form.</summary>
    static SampleOutcome Expect(SortedDictionary<long, double>[] model, List<(int Series, long Time, double Value)> samples, long window, long oldest, long newest)
    {
        var total = new SampleOutcome();
        long[] latest = [.. model.Select(known => known.Count == 0 ? long.MinValue / 2 : known.Keys.Max())];
        foreach (var (series, time, value) in samples)
        {
            if (time > newest) { total += new SampleOutcome(0, 0, 0, 1, 0); continue; }
            if (time < oldest || time < latest[series] - window) { total += new SampleOutcome(0, 0, 1, 0, 0); continue; }
            if (model[series].TryGetValue(time, out double known) && BitEquality.Instance.Equals(known, value)) { total += new SampleOutcome(0, 1, 0, 0, 0); continue; }
            model[series][time] = value;
            latest[series] = Math.Max(latest[series], time);
            total += new SampleOutcome(1, 0, 0, 0, 0);
        }

        return total;
    }

    [Fact]
    public void Series_beyond_the_bound_are_counted_and_the_others_go_on()
    {
        var store = new SeriesStore(new SeriesStoreOptions { SeriesLimit = 2 });
        store.Apply(Batch((0, Start, 1), (1, Start, 1), (2, Start, 1), (0, Start + 1, 1)), 0, Never).ShouldBe(new SampleOutcome(3, 0, 0, 0, 1));
        store.SeriesCount.ShouldBe(2);
    }

    [Fact]
    public void Times_out_of_bounds_are_told_apart()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        store.Apply(Batch((0, Start, 1), (0, Start - Hour - 1, 1), (0, Start - Hour, 2), (0, Start + 10, 1), (0, Start + 11, 1), (1, Start - (9 * Hour), 1)), Start - (8 * Hour), Start + 10)
            .ShouldBe(new SampleOutcome(3, 0, 2, 1, 0));
        store.Apply(Batch((5, long.MinValue, 1), (5, long.MaxValue, 1), (5, -1, 1)), long.MinValue, long.MaxValue).ShouldBe(new SampleOutcome(0, 0, 2, 1, 0));
    }

    [Fact]
    public void Memory_stays_within_its_bound_once_samples_are_stored()
    {
        var store = new SeriesStore(new SeriesStoreOptions { MemoryBytesLimit = 1 << 20 });
        var random = new Random(1);
        var writer = new SampleBatchWriter();
        long now = Start;
        for (int round = 0; round < 40; round++)
        {
            writer.Reset();
            for (int series = 0; series < 50; series++)
            {
                byte[] key = Key(series);
                writer.Add(key, SeriesKey.Hash(key), [.. Enumerable.Range(0, 100).Select(index => now + (index * 1000L))], [.. Enumerable.Range(0, 100).Select(_ => random.NextDouble())]);
            }

            store.Apply(writer.WrittenSpan, 0, Never);
            now += 100_000;
            store.Commit(store.Flush());
            store.Trim(now);
            store.SealedBytes.ShouldBeLessThanOrEqualTo(1 << 20);
        }

        store.CompleteFromMilliseconds.ShouldBeInRange(Start + 1, now);
    }

    [Fact]
    public void The_newest_sample_of_each_series_is_known()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        store.Apply(Batch((0, Start, 1), (3, Start, 2), (0, Start + 5, 3), (0, Start + 2, 9), (0, Start + 5, 4)), 0, Never);
        var latest = store.GetLatest([new("__name__", MatchKind.Equal, "m0")], 10).OrderBy(sample => sample.Labels["n"], StringComparer.Ordinal).ToList();
        latest.Select(sample => (sample.AtMilliseconds, sample.Value)).ShouldBe([(Start + 5, 4.0), (Start, 2.0)]);
        store.GetLatest([], 1).Count().ShouldBe(1);
    }

    [Fact]
    public void Damaged_chunks_give_a_clear_exception_and_never_another()
    {
        var source = new SeriesStore(new SeriesStoreOptions());
        var random = new Random(3);
        for (int number = 0; number < 20; number++)
        {
            long clock = Start + (number * 100_000);
            source.Apply(RandomBatch(random, ref clock, out _), 0, Never);
        }

        byte[] chunk = source.Flush().Chunks[0].Data;
        new SeriesStore(new SeriesStoreOptions()).Load(chunk);
        for (int seed = 0; seed < 4000; seed++)
        {
            random = new Random(seed);
            byte[] damaged = [.. chunk];
            for (int hit = random.Next(1, 4); hit > 0; hit--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0) damaged = damaged[..random.Next(damaged.Length)];
            if (random.Next(4) > 0) ChunkDamage.FixChecksum(damaged);
            try
            {
                var store = new SeriesStore(new SeriesStoreOptions());
                store.Load(damaged);
                foreach (var entry in store.Entries) SeriesStore.Read(entry, 0, Never, new SampleBuffer());
            }
            catch (SampleFormatException)
            {
            }
        }
    }
}
