using Orrery.Grains.Health.Series;
using Orrery.Grains.Health.Series.Chunks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Series;

public sealed class ColumnChunkTests
{
    static byte[] Key(int number) => SeriesKey.Encode([new("__name__", "m" + number)]);

    static (long[] Times, double[][] Values)[] RandomSeries(Random random, int columns)
    {
        int count = random.Next(1, 12);
        var series = new (long[], double[][])[count];
        long[] shared = Times(random);
        for (int number = 0; number < count; number++)
        {
            long[] times = random.Next(3) == 0 ? Times(random) : shared;
            double[][] values = [.. Enumerable.Range(0, columns).Select(_ => ValueBlockTests.History(random, times.Length))];
            if (columns > 1 && random.Next(2) == 0) values[^1] = values[0];
            series[number] = (times, values);
        }

        return series;
    }

    static long[] Times(Random random)
    {
        long time = 1_700_000_000_000;
        int jitter = random.Next(2) * 500;
        return [.. Enumerable.Range(0, random.Next(1, random.Next(2) == 0 ? 20 : 900)).Select(_ => time += 15_000 + random.Next(0, jitter + 1))];
    }

    static byte[] Write((long[] Times, double[][] Values)[] series, int columns)
    {
        var writer = new ColumnChunkWriter(columns);
        for (int number = 0; number < series.Length; number++)
        {
            byte[] key = Key(number);
            writer.Add(key, SeriesKey.Hash(key), series[number].Times, [.. series[number].Values.Select(values => (ReadOnlyMemory<double>)values)]);
        }

        return writer.Finish();
    }

    static bool Wants(List<int> numbers, ReadOnlySpan<byte> key)
    {
        foreach (int number in numbers)
        {
            if (key.SequenceEqual(Key(number))) return true;
        }

        return false;
    }

    [Fact]
    public void Every_history_comes_back_bit_by_bit_whether_all_or_some_are_wanted()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int columns = random.Next(2) == 0 ? 1 : 5;
            var series = RandomSeries(random, columns);
            var reader = new ColumnChunkReader(Write(series, columns));
            reader.Series.ShouldBe(series.Length);
            reader.SamplesMax.ShouldBe(series.Max(entry => entry.Times.Length));
            var wanted = Enumerable.Range(0, series.Length).Where(_ => random.Next(3) > 0).ToList();
            var seen = new List<int>();
            reader.Read(key => Wants(wanted, key), (key, hash, times, values) =>
            {
                int number = Enumerable.Range(0, series.Length).Single(candidate => Key(candidate).AsSpan().SequenceEqual(key));
                seen.Add(number);
                hash.ShouldBe(SeriesKey.Hash(key));
                long[] back = new long[times.Count];
                times.CopyTo(back);
                back.ShouldBe(series[number].Times);
                for (int column = 0; column < columns; column++) values[column].AsSpan().SequenceEqual(series[number].Values[column], BitEquality.Instance).ShouldBeTrue($"seed {seed} series {number} column {column}");
            });
            seen.ShouldBe(wanted, $"seed {seed}");
        }
    }

    [Fact]
    public void Damaged_chunks_give_a_clear_exception_and_never_another()
    {
        byte[][] chunks = [.. Enumerable.Range(0, 10).Select(seed => Write(RandomSeries(new Random(seed), 1 + (seed % 2 * 4)), 1 + (seed % 2 * 4)))];
        for (int seed = 0; seed < 6000; seed++)
        {
            var random = new Random(seed);
            byte[] damaged = [.. chunks[seed % chunks.Length]];
            int reach = random.Next(2) == 0 ? Math.Min(40, damaged.Length) : damaged.Length;
            for (int hit = random.Next(1, 4); hit > 0; hit--) damaged[random.Next(reach)] = (byte)random.Next(256);
            if (random.Next(4) == 0) damaged = damaged[..random.Next(damaged.Length)];
            if (random.Next(5) > 0) ChunkDamage.FixChecksum(damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                new ColumnChunkReader(damaged).Read(_ => true, (_, _, times, columns) => columns[0].Length.ShouldBe(times.Count));
            }
            catch (SampleFormatException)
            {
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100 << 20, $"seed {seed}");
        }
    }

    [Fact]
    public void Damage_behind_the_compression_is_told_too()
    {
        var lengths = new int[PageSections.Count];
        for (int seed = 0; seed < 6000; seed++)
        {
            var random = new Random(seed);
            var page = new PageSections();
            var encoder = new ColumnEncoder();
            int count = random.Next(2, 400);
            for (int column = 0; column < 4; column++) encoder.Encode(ValueBlockTests.History(random, count), page);
            byte[] flat = new byte[page.Length];
            page.CopyTo(flat);
            page.Lengths.CopyTo(lengths);
            for (int hit = random.Next(1, 5); hit > 0; hit--) flat[random.Next(flat.Length)] = (byte)random.Next(256);
            try
            {
                var decoder = new ColumnDecoder(flat, lengths);
                for (int column = 0; column < 4; column++) decoder.Next(count);
            }
            catch (SampleFormatException)
            {
            }
        }
    }
}
