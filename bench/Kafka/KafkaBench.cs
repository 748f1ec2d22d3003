using System.Diagnostics;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Orrery.Bench.Harness;
using Orrery.Log;
using Orrery.Tests.Servers;

namespace Orrery.Bench.Kafka;

/// <summary>
/// Records of 200 bytes through the log's interface into Kafka and back, beside Confluent's client doing the same, in turns. The cluster is librdkafka's mock in
/// this process: the figures are a ratio of clients, not what a broker can do. The raw producer is idempotent too and hears of each record, which is what it takes to know that
/// it is durable.
/// </summary>
static class KafkaBench
{
    const int Partitions = 24, BatchRecords = 500, KeyBytes = 16, ValueBytes = 184;

    public static async Task<IReadOnlyList<Figure>> RunAsync(BenchContext context)
    {
        if (MockKafka.Missing is { } missing) throw new InvalidOperationException(missing);
        int records = (int)context.Options.Number("records", 384_000, 24_000, 400_000) / (Partitions * BatchRecords) * Partitions * BatchRecords;
        using var kafka = MockKafka.Start();
        var services = new ServiceCollection().AddLogging().AddKafkaLog(_ => new() { BootstrapServers = kafka.Address });
        await using var provider = services.BuildServiceProvider();
        var log = provider.GetRequiredService<ILog>();
        var batch = Records();
        List<double> rawProduced = [], produced = [], rawConsumed = [], consumed = [];
        for (int round = 0; round <= context.Runs; round++)
        {
            string rawTopic = $"raw-{round}", topic = $"log-{round}";
            kafka.CreateTopic(rawTopic, Partitions);
            kafka.CreateTopic(topic, Partitions);
            var partitions = await OpenAsync(log, topic);
            rawProduced.Add(records / RawProduce(kafka.Address, rawTopic, batch, records));
            produced.Add(records / await ProduceAsync(partitions, batch, records));
            rawConsumed.Add(RawConsume(kafka.Address, rawTopic));
            consumed.Add(await ConsumeAsync(partitions));
            foreach (var partition in partitions) await partition.DisposeAsync();
            context.Say($"round {round}: produced {produced[^1]:N0}/s, raw {rawProduced[^1]:N0}/s; consumed {consumed[^1]:N0}/s, raw {rawConsumed[^1]:N0}/s");
        }

        return
        [
            new Figure("produce over the raw client", Ratio(produced, rawProduced), "ratio", "higher", 0.8),
            new Figure("consume over the raw client", Ratio(consumed, rawConsumed), "ratio", "higher", 0.8),
            new Figure("produce", BenchContext.Median(produced.Skip(1)), "records/s", "higher", null, "raw client", BenchContext.Median(rawProduced.Skip(1))),
            new Figure("consume", BenchContext.Median(consumed.Skip(1)), "records/s", "higher", null, "raw client", BenchContext.Median(rawConsumed.Skip(1))),
        ];
    }

    static double Ratio(List<double> ours, List<double> raw) => BenchContext.Median(ours.Zip(raw, static (one, other) => one / other).Skip(1)); // the first warms up

    static LogRecord[] Records()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, BatchRecords).Select(number =>
        {
            byte[] key = new byte[KeyBytes], value = new byte[ValueBytes];
            random.NextBytes(key);
            random.NextBytes(value);
            return new LogRecord(key, value, 1_700_000_000_000 + number);
        })];
    }

    static async Task<ILogPartition[]> OpenAsync(ILog log, string topic)
    {
        var opened = await log.OpenTopicAsync(topic, new TopicOptions { Partitions = Partitions }, default);
        return await Task.WhenAll(Enumerable.Range(0, Partitions).Select(number => opened.OpenPartitionAsync(number, 1, default).AsTask()));
    }

    static double RawProduce(string address, string topic, LogRecord[] batch, int records)
    {
        var settings = new ProducerConfig { BootstrapServers = address, EnableIdempotence = true, LingerMs = 2, QueueBufferingMaxMessages = 10_000_000, QueueBufferingMaxKbytes = 1 << 20 };
        using var producer = new ProducerBuilder<byte[], byte[]>(settings).Build();
        using var done = new ManualResetEventSlim();
        byte[][] keys = [.. batch.Select(static record => record.Key.ToArray())], values = [.. batch.Select(static record => record.Value.ToArray())];
        var places = Enumerable.Range(0, Partitions).Select(number => new TopicPartition(topic, number)).ToArray();
        int left = records;
        string? failure = null;
        void OnDelivered(DeliveryReport<byte[], byte[]> report)
        {
            if (report.Error.IsError) failure = report.Error.Reason;
            if (Interlocked.Decrement(ref left) == 0) done.Set();
        }

        long started = Stopwatch.GetTimestamp();
        for (int sent = 0; sent < records; sent += batch.Length)
        {
            var place = places[sent / batch.Length % Partitions];
            for (int index = 0; index < batch.Length; index++)
            {
                var message = new Message<byte[], byte[]> { Key = keys[index], Value = values[index], Timestamp = new Timestamp(batch[index].TimestampMilliseconds, TimestampType.CreateTime) };
                producer.Produce(place, message, OnDelivered);
            }
        }

        done.Wait();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return failure is null ? seconds : throw new InvalidOperationException($"The raw client could not write: {failure}");
    }

    static async Task<double> ProduceAsync(ILogPartition[] partitions, LogRecord[] batch, int records)
    {
        long started = Stopwatch.GetTimestamp();
        var appends = new List<Task>(records / batch.Length);
        for (int sent = 0; sent < records; sent += batch.Length) appends.Add(partitions[sent / batch.Length % Partitions].Append(batch).Durable);
        await Task.WhenAll(appends);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static double RawConsume(string address, string topic)
    {
        var settings = new ConsumerConfig { BootstrapServers = address, GroupId = "bench", EnableAutoCommit = false, AutoOffsetReset = AutoOffsetReset.Earliest, FetchWaitMaxMs = 100 };
        using var consumer = new ConsumerBuilder<byte[], byte[]>(settings).Build();
        long[] ends = [.. Enumerable.Range(0, Partitions).Select(number => consumer.QueryWatermarkOffsets(new TopicPartition(topic, number), TimeSpan.FromSeconds(10)).High.Value)];
        long bytes = 0, records = 0, started = 0;
        for (int number = -1; number < Partitions; number++)
        {
            // The first, which is read twice, connects.
            consumer.Assign(new TopicPartitionOffset(topic, Math.Max(number, 0), Offset.Beginning));
            if (number == 0) (records, bytes, started) = (0, 0, Stopwatch.GetTimestamp());
            // Up to the end that is known, as the log does it: the client's own word that it is there comes later.
            long end = ends[Math.Max(number, 0)];
            while (consumer.Consume(TimeSpan.FromSeconds(10)) is { } record)
            {
                records++;
                bytes += record.Message.Value.Length;
                if (record.Offset.Value == end - 1) break;
            }
        }

        return records / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    static async Task<double> ConsumeAsync(ILogPartition[] partitions)
    {
        long bytes = 0, records = 0, started = 0;
        for (int number = -1; number < Partitions; number++)
        {
            var partition = partitions[Math.Max(number, 0)];
            if (number == 0) (records, bytes, started) = (0, 0, Stopwatch.GetTimestamp());
            for (long offset = partition.StartOffset; offset < partition.EndOffset;)
            {
                using var read = await partition.ReadAsync(offset, 1 << 20, default);
                foreach (var batch in read.Batches)
                {
                    foreach (var record in batch)
                    {
                        records++;
                        bytes += record.Value.Length;
                    }
                }

                offset = read.NextOffset;
            }
        }

        return records / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
