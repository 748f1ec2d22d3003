using Orrery.Grains.Health.Series.Blocks;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Series;

public sealed class ValueBlockTests
{
    /// <summary>Histories of every kind that a codec is there for, and mixtures that fit none.</summary>
    public static double[] History(Random random, int count)
    {
        int kind = random.Next(10), digits = random.Next(0, 8);
        double level = random.NextDouble() * Math.Pow(10, random.Next(0, 9)), pick = SampleValues.Any(random);
        double[] few = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => SampleValues.Any(random))];
        long counter = random.NextInt64(0, 1L << 40);
        return [.. Enumerable.Range(0, count).Select(_ => kind switch
        {
            0 => pick,
            1 => Math.Round(random.NextDouble() * level, digits),
            2 => counter += random.Next(0, 5000),
            3 => few[random.Next(few.Length)],
            4 => random.NextDouble(),
            5 => level += random.NextDouble(),
            6 => random.Next(50) == 0 ? SampleValues.StaleMarker : Math.Round(random.NextDouble() * 100, 2),
            7 => SampleValues.Any(random),
            8 => random.Next(2),
            _ => -counter + (random.Next(3) * 1e6),
        })];
    }

    [Fact]
    public void Every_history_comes_back_bit_by_bit_from_every_codec()
    {
        var used = new HashSet<byte>();
        for (int seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            double[] values = History(random, random.Next(3) == 0 ? random.Next(1, 600) : random.Next(1, 130));
            byte[] encoded = new byte[ValueBlock.BytesAtMost(values.Length)];
            int bytes = ValueBlock.Encode(values, encoded);
            used.Add(encoded[0]);
            double[] back = new double[values.Length];
            ValueBlock.Decode(encoded.AsSpan(0, bytes), back);
            back.AsSpan().SequenceEqual(values, BitEquality.Instance).ShouldBeTrue($"seed {seed}");
        }

        used.Order().ToArray().ShouldBe(new byte[] { 0, 1, 2, 3, 4 });
    }

    [Fact]
    public void Ordinary_metrics_take_about_as_many_bits_as_they_vary()
    {
        var random = new Random(1);
        int Size(Func<int, double> value)
        {
            double[] values = [.. Enumerable.Range(0, 128).Select(value)];
            return ValueBlock.Encode(values, new byte[ValueBlock.BytesAtMost(values.Length)]);
        }

        Size(_ => 0.1 + 0.2).ShouldBe(9);
        Size(index => 1_000_000 + (index * 512)).ShouldBeLessThan(14);
        Size(_ => random.Next(0, 101)).ShouldBeLessThan(120);
        Size(_ => Math.Round(random.NextDouble() * 100, 1)).ShouldBeLessThan(170);
        Size(_ => random.Next(2) * 1e6).ShouldBeLessThan(36);
        Size(index => index == 127 ? SampleValues.StaleMarker : 0.1 + (index % 5)).ShouldBeLessThan(120);
    }

    [Fact]
    public void Damaged_blocks_give_a_clear_exception_and_never_another()
    {
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            double[] values = History(random, random.Next(1, 130));
            byte[] encoded = new byte[ValueBlock.BytesAtMost(values.Length)];
            encoded = encoded[..ValueBlock.Encode(values, encoded)];
            for (int hit = random.Next(0, 4); hit > 0; hit--) encoded[random.Next(Math.Min(encoded.Length, random.Next(1, 200)))] = (byte)random.Next(256);
            if (random.Next(2) == 0) encoded = encoded[..random.Next(encoded.Length)];
            try
            {
                ValueBlock.Decode(encoded, new double[random.Next(2) == 0 ? values.Length : random.Next(1, 300)]);
            }
            catch (SampleFormatException)
            {
            }
        }
    }

    [Fact]
    public void Integers_of_every_width_come_back()
    {
        var random = new Random(2);
        for (int width = 0; width <= 64; width++)
        {
            ulong[] values = [.. Enumerable.Range(0, random.Next(0, 300)).Select(_ => width == 0 ? 0 : (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width))];
            byte[] packed = new byte[3 + BitPacking.Bytes(values.Length, width) + 8];
            int end = BitPacking.Pack(values, width, packed, 3), position = 3;
            ulong[] back = new ulong[values.Length];
            BitPacking.Unpack(packed.AsSpan(0, end), ref position, width, back);
            back.ShouldBe(values);
            position.ShouldBe(end);
        }
    }

    [Fact]
    public void Times_regular_or_not_come_back_and_damaged_ones_are_told()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            long time = 1_700_000_000_000 + random.Next(1_000_000);
            int jitter = random.Next(3) * random.Next(1, 2000), step = random.Next(1, 100_000);
            long[] times = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => time += step + random.Next(0, jitter + 1))];
            var column = TimeColumn.From(times);
            byte[] written = new byte[column.WrittenBytesAtMost];
            int end = column.Write(written, 0), position = 0;
            var read = TimeColumn.Read(written.AsSpan(0, end), ref position);
            long[] back = new long[read.Count];
            read.CopyTo(back);
            back.ShouldBe(times);
            (position, read.FirstMilliseconds, read.LastMilliseconds).ShouldBe((end, times[0], times[^1]));

            written[random.Next(end)] = (byte)random.Next(256);
            try
            {
                position = 0;
                read = TimeColumn.Read(written.AsSpan(0, random.Next(1, end + 1)), ref position);
                back = new long[read.Count];
                read.CopyTo(back);
                for (int number = 1; number < back.Length; number++) back[number].ShouldBeGreaterThan(back[number - 1]);
            }
            catch (SampleFormatException)
            {
            }
        }
    }
}
