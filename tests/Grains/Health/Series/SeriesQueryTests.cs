using Orrery.Grains.Health.Series;
using Orrery.Grains.Health.Series.Chunks;
using Orrery.Grains.Health.Series.Queries;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Storage.Chunks;

namespace Orrery.Grains.Tests.Health.Series;

/// <summary>Queries over memory and chunks against the functions' definitions, evaluated on plain lists.</summary>
public sealed class SeriesQueryTests
{
    const long Day = 86_400_000, Start = 19_700 * Day;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static byte[] Key(int number) => SeriesKey.Encode([new("__name__", number % 2 == 0 ? "even" : "odd"), new("n", number.ToString(System.Globalization.CultureInfo.InvariantCulture))]);

    /// <summary>A server with days of history: flushed, compacted and trimmed as its grain would.</summary>
    static async Task<(SeriesStore Store, MemoryChunkStore Chunks, SortedDictionary<long, double>[] Model, long Now)> HistoryAsync(Random random, int series, long stepMilliseconds, int samples, bool counters)
    {
        var store = new SeriesStore(new SeriesStoreOptions { BlockSamples = random.Next(16, 200) });
        var chunks = new MemoryChunkStore();
        var model = Enumerable.Range(0, series).Select(_ => new SortedDictionary<long, double>()).ToArray();
        double[] levels = new double[series];
        long[] newest = new long[series];
        long now = Start + random.NextInt64(0, Day), sequence = 0;
        var writer = new SampleBatchWriter();
        for (int sample = 0; sample < samples; sample++)
        {
            now += stepMilliseconds + (random.Next(50) == 0 ? random.Next(0, 20 * (int)stepMilliseconds) : 0);
            writer.Reset();
            for (int number = 0; number < series; number++)
            {
                if (random.Next(20) == 0) continue;
                long time = now - (random.Next(30) == 0 ? random.Next(0, 50) * stepMilliseconds : 0) - random.Next(0, 3);
                levels[number] = counters ? levels[number] + random.Next(0, 100) : Math.Round(random.NextDouble() * 100, 2);
                if (counters && time < now - 3) continue; // a counter that runs backwards in time is no counter
                double value = !counters && random.Next(200) == 0 ? SampleValues.StaleMarker : levels[number];
                byte[] key = Key(number);
                writer.Add(key, SeriesKey.Hash(key), [time], [value]);
                if (time >= newest[number] - 3_600_000) model[number][time] = value;
                newest[number] = Math.Max(newest[number], time);
            }

            store.Apply(writer.WrittenSpan, 0, long.MaxValue);
            if (random.Next(200) != 0 && sample != samples / 2) continue;
            var flush = store.Flush();
            await chunks.WriteAsync(flush.ToChunks("s", sequence), Token);
            sequence += flush.Chunks.Count;
            store.Commit(flush);
            store.Trim(now);
            while (await SeriesCompaction.FindDayAsync(chunks, "s", now - (2 * 3_600_000), Token) is { } day) await SeriesCompaction.RunAsync(chunks, "s", day, Token);
        }

        return (store, chunks, model, now);
    }

    static double Define(SeriesFunction function, List<KeyValuePair<long, double>> samples, long time, long step)
    {
        var order = Comparer<KeyValuePair<long, double>>.Create((left, right) => left.Key.CompareTo(right.Key));
        int begin = samples.BinarySearch(new(time - step - 300_000, 0), order), end = samples.BinarySearch(new(time, 0), order);
        samples = samples[(begin < 0 ? ~begin : begin)..(end < 0 ? ~end : end + 1)];
        var within = samples.Where(sample => sample.Key > time - step && !double.IsNaN(sample.Value)).ToList();
        switch (function)
        {
            case SeriesFunction.Last:
                var last = samples.Where(sample => sample.Key <= time && (!double.IsNaN(sample.Value) || SeriesFunctions.IsStale(sample.Value))).LastOrDefault(new KeyValuePair<long, double>(long.MinValue / 2, double.NaN));
                return time - last.Key < 300_000 ? last.Value : double.NaN;
            case SeriesFunction.Rate or SeriesFunction.Increase:
                var growth = samples.Where(sample => sample.Key <= time - step && sample.Key > time - step - 300_000 && !double.IsNaN(sample.Value)).TakeLast(1).Concat(within).ToList();
                if (within.Count == 0 || growth.Count < 2) return double.NaN;
                double sum = 0;
                for (int number = 1; number < growth.Count; number++) sum += growth[number].Value >= growth[number - 1].Value ? growth[number].Value - growth[number - 1].Value : growth[number].Value;
                return function == SeriesFunction.Increase ? sum : sum * 1000 / (growth[^1].Key - growth[0].Key);
            default:
                if (within.Count == 0) return double.NaN;
                var values = within.Select(sample => sample.Value);
                return function switch { SeriesFunction.Average => values.Sum() / within.Count, SeriesFunction.Minimum => values.Min(), SeriesFunction.Maximum => values.Max(), SeriesFunction.Sum => values.Sum(), _ => within.Count };
        }
    }

    static void ShouldFollowDefinition(SeriesResult result, SeriesQuery query, SortedDictionary<long, double>[] model, string context)
    {
        for (int number = 0; number < model.Length; number++)
        {
            var found = result.Series.SingleOrDefault(series => series.Labels["n"] == number.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var samples = model[number].Where(sample => sample.Key > query.StartMilliseconds - query.StepMilliseconds - 300_000 && sample.Key <= query.EndMilliseconds).ToList();
            bool matches = query.Matchers[0].Value == (number % 2 == 0 ? "even" : "odd");
            for (int point = 0; point < result.Points; point++)
            {
                double expected = matches ? Define(query.Function, samples, result.StartMilliseconds + (point * result.StepMilliseconds), result.StepMilliseconds) : double.NaN;
                double actual = found is null ? double.NaN : found.Values[point];
                if (double.IsNaN(expected) && double.IsNaN(actual)) continue;
                if (!(Math.Abs(actual - expected) <= 1e-9 * Math.Max(1, Math.Abs(expected)))) throw new ShouldAssertException($"{context}: {query.Function} of series {number} at point {point} is {actual} instead of {expected}; {result.Resolution}");
            }
        }
    }

    [Fact]
    public async Task Every_function_over_memory_and_stored_samples_follows_its_definition()
    {
        for (int seed = 1; seed <= 6; seed++)
        {
            var random = new Random(seed);
            var (store, chunks, model, now) = await HistoryAsync(random, 4, 15_000 * random.Next(1, 4), 6_000, counters: seed % 3 == 0);
            var queries = new SeriesQueries(store, chunks, "s");
            long first = model.Min(samples => samples.Keys.First());
            for (int round = 0; round < 16; round++)
            {
                // Steps below a minute, or short ranges, are answered from samples.
                long step = random.Next(2) == 0 ? random.Next(1_000, 59_000) : random.Next(60_000, 900_000);
                long end = round % 3 == 0 ? now + random.Next(0, 600_000) : random.NextInt64(first, now), start = Math.Max(0, end - random.NextInt64(0, Math.Min(6 * 3_600_000, step * 60)));
                var query = new SeriesQuery([new("__name__", MatchKind.Equal, random.Next(2) == 0 ? "even" : "odd")], start, end, step, (SeriesFunction)random.Next(8));
                var result = await queries.RunAsync(query, Token);
                result.Resolution.ShouldBe("raw");
                ShouldFollowDefinition(result, query, model, $"seed {seed} round {round}");
            }
        }
    }

    [Fact]
    public async Task Long_ranges_are_answered_from_roll_ups_with_the_same_numbers()
    {
        var seen = new HashSet<string>();
        for (int seed = 1; seed <= 4; seed++)
        {
            var random = new Random(seed);
            bool counters = seed % 2 == 0;
            var (store, chunks, model, now) = await HistoryAsync(random, 4, 20_000, 14_000, counters);
            var queries = new SeriesQueries(store, chunks, "s");
            for (int round = 0; round < 10; round++)
            {
                long step = random.Next(2) == 0 ? 60_000 * random.Next(5, 50) : 3_600_000 * random.Next(1, 4);
                long end = now / step * step, start = end - (step * random.Next((int)(21_600_000 / step) + 2, (int)(21_600_000 / step) + 40));
                var function = counters ? SeriesFunction.Increase : (SeriesFunction)(1 + random.Next(5));
                var query = new SeriesQuery([new("__name__", MatchKind.Equal, random.Next(2) == 0 ? "even" : "odd")], start, end, step, function);
                var result = await queries.RunAsync(query, Token);
                seen.Add(result.Resolution);
                if (counters) continue; // where windows begin a sample apart, growth moves to the neighbour; its total is checked below
                ShouldFollowDefinition(result, query, model, $"seed {seed} round {round}");
            }

            if (!counters) continue;
            long last = now / 3_600_000 * 3_600_000;
            var total = await queries.RunAsync(new SeriesQuery([new("__name__", MatchKind.Equal, "even")], Start, last, 3_600_000, SeriesFunction.Increase), Token);
            foreach (var series in total.Series)
            {
                var samples = model[int.Parse(series.Labels["n"], System.Globalization.CultureInfo.InvariantCulture)].Where(sample => sample.Key <= last).ToList();
                double expected = samples[^1].Value - samples[0].Value, actual = series.Values.Where(value => !double.IsNaN(value)).Sum();
                Math.Abs(actual - expected).ShouldBeLessThan(expected * 0.05);
            }
        }

        seen.ShouldContain("1m");
        seen.ShouldContain("1h");
    }

    [Fact]
    public async Task Where_samples_are_gone_minutes_answer_and_where_those_are_gone_hours_do()
    {
        var (store, chunks, model, now) = await HistoryAsync(new Random(5), 2, 20_000, 14_000, counters: false);
        var queries = new SeriesQueries(store, chunks, "s");
        long end = (now / Day * Day) - Day + 3_600_000;
        var query = new SeriesQuery([new("__name__", MatchKind.Equal, "even")], end - 3_600_000, end, 60_000, SeriesFunction.Average);
        (await queries.RunAsync(query, Token)).Resolution.ShouldBe("raw");
        await chunks.DeleteBeforeAsync("s", ChunkKind.Compacted, now, Token);
        var minutes = await queries.RunAsync(query, Token);
        minutes.Resolution.ShouldBe("1m");
        ShouldFollowDefinition(minutes, query, model, "minutes");
        await chunks.DeleteBeforeAsync("s", ChunkKind.Minute, now, Token);
        var hours = await queries.RunAsync(query, Token);
        hours.Resolution.ShouldBe("1h");
        hours.Series.Single().Values.Count(value => !double.IsNaN(value)).ShouldBe(2);
    }

    [Fact]
    public async Task Samples_that_come_late_to_a_compacted_day_are_found_and_the_day_is_compacted_again()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        var chunks = new MemoryChunkStore();
        long sequence = 0;
        async Task Write(long time, double value)
        {
            var writer = new SampleBatchWriter();
            byte[] key = Key(0);
            writer.Add(key, SeriesKey.Hash(key), [time], [value]);
            store.Apply(writer.WrittenSpan, 0, long.MaxValue).Accepted.ShouldBe(1);
            var flush = store.Flush();
            await chunks.WriteAsync(flush.ToChunks("s", sequence++), Token);
            store.Commit(flush);
        }

        await Write(Start + 1000, 1);
        await Write(Start + 5000, 2);
        store.Trim(Start + (2 * Day));
        (await SeriesCompaction.FindDayAsync(chunks, "s", Start + Day - 1, Token)).ShouldBeNull();
        (await SeriesCompaction.FindDayAsync(chunks, "s", Start + Day, Token)).ShouldBe(Start);
        (await SeriesCompaction.RunAsync(chunks, "s", Start, Token)).ShouldBe(2);
        (await chunks.ListAsync("s", ChunkKind.Raw, 0, long.MaxValue, Token)).ShouldBeEmpty();
        (await SeriesCompaction.RunAsync(chunks, "s", Start, Token)).ShouldBe(0);

        await Write(Start + 3000, 30);
        await Write(Start + 5000, 20);
        store.Trim(Start + (3 * Day));
        var query = new SeriesQuery([new("n", MatchKind.Equal, "0")], Start, Start + 9000, 1000, SeriesFunction.Sum);
        double[] expected = [double.NaN, 1, double.NaN, 30, double.NaN, 20, double.NaN, double.NaN, double.NaN, double.NaN];
        (await new SeriesQueries(store, chunks, "s").RunAsync(query, Token)).Series.Single().Values.ShouldBe(expected);
        (await SeriesCompaction.RunAsync(chunks, "s", Start, Token)).ShouldBe(3);
        (await new SeriesQueries(store, chunks, "s").RunAsync(query, Token)).Series.Single().Values.ShouldBe(expected);
        (await chunks.ListAsync("s", ChunkKind.Compacted, 0, long.MaxValue, Token)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task A_compaction_flush_or_trim_in_the_midst_of_a_query_loses_it_nothing(int call)
    {
        var store = new SeriesStore(new SeriesStoreOptions { BlockSamples = 16 });
        var chunks = new InterruptedChunkStore();
        var writer = new SampleBatchWriter();
        byte[] key = Key(0);
        void Apply(long from, int count)
        {
            writer.Reset();
            writer.Add(key, SeriesKey.Hash(key), [.. Enumerable.Range(0, count).Select(index => from + (index * 60_000L))], [.. Enumerable.Range(0, count).Select(index => (double)index)]);
            store.Apply(writer.WrittenSpan, 0, long.MaxValue);
        }

        async Task Flush(long sequence)
        {
            var flush = store.Flush();
            await chunks.WriteAsync(flush.ToChunks("s", sequence), Token);
            store.Commit(flush);
        }

        Apply(Start, 1000);
        await Flush(0);
        store.Trim(Start + (12 * 3_600_000));
        Apply(Start + (1000 * 60_000), 1000);
        chunks.Interrupt(call, async () =>
        {
            await Flush(10);
            store.Trim(Start + (2 * Day));
            await SeriesCompaction.RunAsync(chunks, "s", Start, Token);
        });
        var query = new SeriesQuery([new("n", MatchKind.Equal, "0")], Start, Start + (2 * Day), 600_000, SeriesFunction.Count);
        (await new SeriesQueries(store, chunks, "s").RunAsync(query, Token)).Series.Single().Values.Where(value => !double.IsNaN(value)).Sum().ShouldBe(2000);
        chunks.WasInterrupted.ShouldBeTrue();
    }

    [Fact]
    public async Task Matchers_choose_series_by_name_and_label()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        var writer = new SampleBatchWriter();
        foreach (string host in new[] { "a1", "a2", "b1" })
        {
            byte[] key = SeriesKey.Encode([new("__name__", "cpu"), new("host", host)]);
            writer.Add(key, SeriesKey.Hash(key), [Start], [1]);
        }

        byte[] bare = SeriesKey.Encode([new("__name__", "mem")]);
        writer.Add(bare, SeriesKey.Hash(bare), [Start], [1]);
        store.Apply(writer.WrittenSpan, 0, long.MaxValue);
        var queries = new SeriesQueries(store, new MemoryChunkStore(), "s");
        async Task<string> Find(params LabelMatcher[] matchers)
        {
            var result = await queries.RunAsync(new SeriesQuery(matchers, Start, Start, 1000, SeriesFunction.Last), Token);
            return string.Join(' ', result.Series.Select(series => series.Labels.GetValueOrDefault("host", "-")));
        }

        (await Find(new LabelMatcher("__name__", MatchKind.Equal, "cpu"))).ShouldBe("a1 a2 b1");
        (await Find(new LabelMatcher("host", MatchKind.Matches, "a.*"))).ShouldBe("a1 a2");
        (await Find(new LabelMatcher("host", MatchKind.Matches, "a"))).ShouldBe("");
        (await Find(new LabelMatcher("host", MatchKind.NotMatches, "a|a1"))).ShouldBe("a2 b1 -");
        (await Find(new LabelMatcher("host", MatchKind.NotEqual, "a1"), new LabelMatcher("__name__", MatchKind.Equal, "cpu"))).ShouldBe("a2 b1");
        (await Find(new LabelMatcher("host", MatchKind.Equal, ""))).ShouldBe("-");
        (await Find(new LabelMatcher("host", MatchKind.Matches, "a1|"))).ShouldBe("a1 -");
    }

    [Fact]
    public async Task Queries_that_ask_too_much_are_refused_with_the_bound()
    {
        var store = new SeriesStore(new SeriesStoreOptions());
        var writer = new SampleBatchWriter();
        for (int number = 0; number < 30; number++)
        {
            byte[] key = SeriesKey.Encode([new("__name__", "m"), new("l", new string('a', 60) + number)]);
            writer.Add(key, SeriesKey.Hash(key), [Start], [1]);
        }

        store.Apply(writer.WrittenSpan, 0, long.MaxValue);
        var queries = new SeriesQueries(store, new MemoryChunkStore(), "s");
        LabelMatcher all = new("__name__", MatchKind.Equal, "m");
        async Task<string> Refusal<T>(SeriesQuery query) where T : RefusalException => (await Should.ThrowAsync<T>(async () => await queries.RunAsync(query, Token))).Message;

        (await Refusal<InvalidInputException>(new SeriesQuery([all], Start, Start + 20_000_000, 1000))).ShouldContain("11000");
        (await Refusal<InvalidInputException>(new SeriesQuery([all], Start, Start - 1, 1000))).ShouldContain("reversed");
        (await Refusal<InvalidInputException>(new SeriesQuery([all], Start, Start, 10))).ShouldContain("at least 1000");
        (await Refusal<InvalidInputException>(new SeriesQuery([], Start, Start, 1000))).ShouldContain("matcher");
        (await Refusal<InvalidInputException>(new SeriesQuery([new("l", MatchKind.Matches, "(")], Start, Start, 1000))).ShouldContain("no regular expression");
        (await Refusal<InvalidInputException>(new SeriesQuery([new("l", MatchKind.Matches, new string('x', 1001))], Start, Start, 1000))).ShouldContain("1000");
        (await Refusal<InvalidInputException>(new SeriesQuery([new("l", MatchKind.Matches, @"(?<x>(?<y>a+)+)\k<y>b")], Start, Start, 1000))).ShouldContain("took longer");
        (await Refusal<LimitReachedException>(new SeriesQuery([all], Start, Start, 1000, SeriesMax: 29))).ShouldContain("29");
    }
}
