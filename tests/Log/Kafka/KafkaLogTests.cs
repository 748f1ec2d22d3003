using System.Text;
using Confluent.Kafka;
using Orrery.Log.Kafka;
using Orrery.Log.Tests.Compliance;

namespace Orrery.Log.Tests.Kafka;

/// <summary>What is particular to records in Kafka: others write as well, batches are records there, brokers and topics go away.</summary>
public sealed class KafkaLogTests : IAsyncLifetime
{
    const string Topic = "canal";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly List<ILog> logs = [];
    KafkaHost host = null!;

    public ValueTask InitializeAsync()
    {
        if (KafkaHost.Missing is { } missing) Assert.Skip(missing);
        host = new KafkaHost();
        host.CreateTopic(Topic, 1);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in logs) await log.DisposeAsync();
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task Records_of_others_are_read_with_their_headers_and_waited_for()
    {
        await WriteAsync("before", new Header("trace", [1, 2]));
        var partition = await OpenAsync(1);
        var wait = partition.WaitAsync(partition.EndOffset, CancellationToken.None).AsTask();
        await WriteAsync("after");
        await wait.WaitAsync(Patience);
        await partition.Append([Record("own")]).Durable.WaitAsync(Patience);
        var records = await ReadAsync(partition);
        records.Select(Value).ShouldBe(["before", "after", "own"]);
        LogHeaders.TryFind(records[0].Headers, "trace"u8, out var trace).ShouldBeTrue();
        trace.ToArray().ShouldBe([1, 2]);
        records[0].TimestampMilliseconds.ShouldBe(1_234);
    }

    [Fact]
    public async Task Appends_are_acknowledged_and_whole_though_others_write_between_them()
    {
        var partition = await OpenAsync(1);
        var expected = new List<string>();
        for (int number = 0; number < 20; number++)
        {
            if (number % 3 == 0) await WriteAsync($"other {number}");
            await partition.Append([Record($"{number}.a"), Record($"{number}.b")], new LogProducer(1, 1, number + 1)).Durable.WaitAsync(Patience);
            if (number % 3 == 0) expected.Add($"other {number}");
            expected.AddRange([$"{number}.a", $"{number}.b"]);
        }

        (await ReadAsync(partition)).Select(Value).ShouldBe(expected);
        (await OpenAsync(2)).LastOf(1).ShouldBe(new LogProducerPosition(1, 20));
    }

    [Fact]
    public async Task A_record_of_others_within_a_batch_leaves_the_batch_whole_and_in_the_order_of_offsets()
    {
        var first = await OpenAsync(1);
        long owner = OwnerClaim.FirstOf(1);
        await WriteTaggedAsync(owner, 0, 3, "a0");
        await WriteTaggedAsync(owner, 1, 3, "a1");
        await WriteAsync("other");
        await WriteTaggedAsync(owner, 2, 3, "a2");
        await first.DisposeAsync();
        var next = await OpenAsync(2);
        (await ReadAsync(next)).Select(Value).ShouldBe(["a0", "a1", "other", "a2"]);
        next.LastOf(5).ShouldBe(new LogProducerPosition(1, 1));
    }

    [Fact]
    public async Task A_batch_that_was_cut_short_is_passed_over_and_its_retry_is_no_repeat()
    {
        var first = await OpenAsync(1);
        await first.Append([Record("whole")]).Durable.WaitAsync(Patience);
        // The owner is lost when half of a batch has reached the broker.
        await WriteTaggedAsync(OwnerClaim.FirstOf(1), 0, 4, "half");
        await WriteTaggedAsync(OwnerClaim.FirstOf(1), 1, 4, "half");
        var second = await OpenAsync(2);
        second.LastOf(5).ShouldBeNull();
        second.Append([Record("again")], new LogProducer(5, 1, 1)).Repeated.ShouldBeFalse();
        await second.Append([Record("more")]).Durable.WaitAsync(Patience);
        // What was still on its way arrives late.
        await WriteTaggedAsync(OwnerClaim.FirstOf(1), 2, 4, "half");
        await WriteTaggedAsync(OwnerClaim.FirstOf(1), 3, 4, "half");
        await WriteTaggedAsync(OwnerClaim.FirstOf(1), 0, 1, "late");
        await second.Append([Record("last")]).Durable.WaitAsync(Patience);
        (await ReadAsync(second)).Select(Value).ShouldBe(["whole", "again", "more", "last"]);
    }

    [Fact]
    public async Task Producers_are_known_to_the_next_owner_however_many_batches_came_since_their_last()
    {
        var log = Open(options => options with { MarkerInterval = 10 });
        var partition = await (await log.OpenTopicAsync(Topic, new TopicOptions(), CancellationToken.None)).OpenPartitionAsync(0, 1, CancellationToken.None);
        await partition.Append([Record("first")], new LogProducer(77, 3, 42)).Durable.WaitAsync(Patience);
        for (int number = 1; number <= 100; number++) await partition.Append([Record($"{number}")], new LogProducer(1, 1, number)).Durable.WaitAsync(Patience);
        var next = await OpenAsync(2);
        next.LastOf(77).ShouldBe(new LogProducerPosition(3, 42));
        next.LastOf(1).ShouldBe(new LogProducerPosition(1, 100));
        (await ReadAsync(next)).Count.ShouldBe(101);
    }

    [Fact]
    public async Task A_topic_that_is_gone_is_told_apart_and_works_again_once_it_is_back()
    {
        var partition = await OpenAsync(1);
        await partition.Append([Record("before")]).Durable.WaitAsync(Patience);
        host.Kafka.HideTopic(Topic);
        await Should.ThrowAsync<LogException>(async () => await partition.Append([Record("lost")]).Durable.WaitAsync(Patience));
        Should.Throw<LogFailedException>(() => partition.Append([Record("refused")]));
        await Should.ThrowAsync<LogTopicMissingException>(async () => await partition.ReopenAsync(CancellationToken.None).AsTask().WaitAsync(Patience));
        await Should.ThrowAsync<LogTopicMissingException>(async () => await ReadAsync(partition).WaitAsync(Patience));

        host.Kafka.ShowTopic(Topic);
        await UntilAsync(async () => await partition.ReopenAsync(CancellationToken.None));
        await partition.Append([Record("after")]).Durable.WaitAsync(Patience);
        (await ReadAsync(partition)).Select(Value).ShouldBe(["before", "after"]);
    }

    [Fact]
    public async Task An_append_waits_for_a_broker_that_is_away_and_is_written_once()
    {
        var partition = await OpenAsync(1);
        await partition.Append([Record("before")]).Durable.WaitAsync(Patience);
        host.Kafka.StopBroker();
        var append = partition.Append([Record("a"), Record("b")], new LogProducer(1, 1, 1));
        append.Durable.IsCompleted.ShouldBeFalse();
        host.Kafka.StartBroker();
        await append.Durable.WaitAsync(Patience);
        (await ReadAsync(partition)).Select(Value).ShouldBe(["before", "a", "b"]);
    }

    [Fact]
    public async Task A_topic_of_another_number_of_partitions_is_refused()
    {
        host.CreateTopic("wide", 4);
        var refusal = await Should.ThrowAsync<ArgumentException>(async () => await Open().OpenTopicAsync("wide", new TopicOptions { Partitions = 2 }, CancellationToken.None));
        refusal.Message.ShouldContain("has 4 partitions in Kafka and cannot be opened with 2");
    }

    [Fact]
    public void Tags_and_markers_come_back_as_they_were_written_and_nonsense_is_refused()
    {
        RecordTag[] tags =
        [
            new(4097, 0, 12, 99, 1_700_000_000_000, new LogProducer(-5, 3, long.MaxValue), null, false), new(1, 70_000, 0, 0, 0, default, null, false),
            new(1, 3, 0, 0, 0, default, -62_135_596_800_000, false), new(long.MaxValue >> 1, 0, 1, long.MaxValue, -1, new LogProducer(long.MinValue, int.MinValue, long.MinValue), long.MinValue, true),
        ];
        foreach (var tag in tags) RecordTag.Decode(tag.Encode()).ShouldBe(tag);
        var random = new Random(3);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            try
            {
                RecordTag.Decode(bytes);
                Marker.Decode(bytes);
            }
            catch (LogCorruptException)
            {
                // Said so, and nothing else.
            }
        }
    }

    KafkaLog Open(Func<KafkaLogOptions, KafkaLogOptions>? configure = null)
    {
        var log = host.Open(TimeProvider.System, options => (configure?.Invoke(options) ?? options) with { DeliveryTimeout = TimeSpan.FromSeconds(10), AnswerTimeout = TimeSpan.FromSeconds(5) });
        logs.Add(log);
        return log;
    }

    async Task<ILogPartition> OpenAsync(long term)
    {
        var topic = await Open().OpenTopicAsync(Topic, new TopicOptions(), CancellationToken.None);
        return await topic.OpenPartitionAsync(0, term, CancellationToken.None).AsTask().WaitAsync(Patience);
    }

    static LogRecord Record(string value) => new("k"u8.ToArray(), Encoding.UTF8.GetBytes(value), 1);

    static string Value(LogRecord record) => Encoding.UTF8.GetString(record.Value.Span);

    static async Task<List<LogRecord>> ReadAsync(ILogPartition partition)
    {
        var records = new List<LogRecord>();
        for (long offset = partition.StartOffset; offset < partition.EndOffset;)
        {
            var read = await partition.ReadAsync(offset, 10_000, CancellationToken.None).AsTask().WaitAsync(Patience);
            foreach (var batch in LogBatches.Parse(read.Encoded.ToArray()))
            {
                foreach (var record in batch) records.Add(record);
            }

            read.NextOffset.ShouldBeGreaterThan(offset);
            offset = read.NextOffset;
        }

        return records;
    }

    Task WriteTaggedAsync(long owner, int index, int count, string value) =>
        WriteAsync(value, new Header(RecordTag.HeaderName, new RecordTag(owner, index, index == 0 ? count : 0, 0, index == 0 ? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() : 0, index == 0 ? new LogProducer(5, 1, 1) : default, null, false).Encode()));

    /// <summary>Writes as a client does that knows nothing of Orrery.</summary>
    async Task WriteAsync(string value, params Header[] headers)
    {
        KafkaLibrary.Prepare(); // this may be the first test that runs
        using var producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = host.Kafka.Address }).Build();
        var message = new Message<string, string> { Key = "k", Value = value, Timestamp = new Timestamp(1_234, TimestampType.CreateTime), Headers = [] };
        foreach (var header in headers) message.Headers.Add(header);
        await producer.ProduceAsync(new TopicPartition(Topic, 0), message).WaitAsync(Patience);
    }

    static async Task UntilAsync(Func<Task> attempt)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await attempt();
                return;
            }
            catch (LogException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
        }
    }
}
