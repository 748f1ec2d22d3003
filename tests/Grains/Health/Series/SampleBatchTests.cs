using Orrery.Interfaces.Health;

namespace Orrery.Grains.Tests.Health.Series;

public sealed class SampleBatchTests
{
    static List<(byte[] Key, ulong Hash, long[] Times, double[] Values)> RandomBatch(Random random)
    {
        var batch = new List<(byte[], ulong, long[], double[])>();
        for (int number = random.Next(0, 12); number > 0; number--)
        {
            byte[] key = SeriesKey.Encode([new("__name__", "metric_" + random.Next(5)), new("instance", "host-" + random.Next(3)), new("job", new string('j', random.Next(1, 60)))]);
            int count = random.Next(1, 50), kind = random.Next(4);
            long first = kind == 3 ? random.NextInt64(long.MinValue, long.MaxValue) : 1_700_000_000_000 + random.Next(100_000), step = random.Next(3) == 0 ? 0 : random.Next(-5, 20_000);
            long[] times = [.. Enumerable.Range(0, count).Select(index => kind switch { 0 => first + (index * step), 3 => random.NextInt64(long.MinValue, long.MaxValue), _ => first + (index * step) + random.Next(3) })];
            double[] values = [.. Enumerable.Range(0, count).Select(_ => SampleValues.Any(random))];
            batch.Add((key, SeriesKey.Hash(key), times, values));
        }

        return batch;
    }

    static void ReadAll(byte[] bytes, List<(byte[] Key, ulong Hash, long[] Times, double[] Values)>? into)
    {
        var reader = new SampleBatchReader(bytes);
        while (reader.MoveNext())
        {
            long[] times = new long[reader.Count];
            double[] values = new double[reader.Count];
            reader.CopyTimes(times);
            reader.CopyValues(values);
            into?.Add((reader.Key.ToArray(), reader.Hash, times, values));
        }
    }

    [Fact]
    public void Whatever_is_written_is_read_back_bit_by_bit()
    {
        var writer = new SampleBatchWriter();
        for (int seed = 0; seed < 500; seed++)
        {
            var batch = RandomBatch(new Random(seed));
            writer.Reset();
            foreach (var (key, hash, times, values) in batch) writer.Add(key, hash, times, values);
            writer.Samples.ShouldBe(batch.Sum(series => series.Times.Length));
            var read = new List<(byte[] Key, ulong Hash, long[] Times, double[] Values)>();
            ReadAll(writer.ToArray(), read);
            read.Count.ShouldBe(batch.Count);
            for (int number = 0; number < read.Count; number++)
            {
                read[number].Key.ShouldBe(batch[number].Key);
                read[number].Hash.ShouldBe(batch[number].Hash);
                read[number].Times.ShouldBe(batch[number].Times);
                read[number].Values.Select(BitConverter.DoubleToInt64Bits).ShouldBe(batch[number].Values.Select(BitConverter.DoubleToInt64Bits));
            }
        }
    }

    [Fact]
    public void Damaged_batches_give_a_clear_exception_and_never_another()
    {
        var writer = new SampleBatchWriter();
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            writer.Reset();
            foreach (var (key, hash, times, values) in RandomBatch(random)) writer.Add(key, hash, times, values);
            byte[] bytes = writer.ToArray();
            for (int hit = random.Next(1, 4); hit > 0; hit--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(2) == 0) bytes = bytes[..random.Next(bytes.Length)];
            try
            {
                ReadAll(bytes, null);
            }
            catch (SampleFormatException)
            {
            }
        }
    }

    [Fact]
    public void A_scrape_of_one_sample_a_series_takes_few_bytes()
    {
        var writer = new SampleBatchWriter();
        for (int number = 0; number < 1000; number++)
        {
            byte[] key = SeriesKey.Encode([new("__name__", "node_network_receive_bytes_total"), new("device", "eth" + number), new("instance", "erp-01.example.org:9100"), new("job", "node")]);
            writer.Add(key, SeriesKey.Hash(key), [1_700_000_000_000], [number]);
        }

        writer.Bytes.ShouldBeLessThan(27_000);
    }
}
