using System.Globalization;
using System.Text;

namespace Orrery.Log.Tests.Compliance;

/// <summary>What every log does, wherever it keeps its records.</summary>
public abstract class LogCompliance<THost> : IAsyncLifetime
    where THost : ILogHost, new()
{
    protected const string Topic = "orders";

    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly List<ILog> logs = [];
    THost? host;

    private protected ShiftedTime Time { get; } = new();

    protected THost Host => host!;

    public ValueTask InitializeAsync()
    {
        if (THost.Missing is { } missing) Assert.Skip(missing);
        host = new THost();
        host.CreateTopic(Topic, 1);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var log in logs) await log.DisposeAsync();
        if (host is not null) await host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Records_come_back_in_order_with_key_value_time_and_headers()
    {
        var partition = await OpenAsync(term: 1);
        byte[] headers = LogHeaders.Encode(("o", "erp-7"u8.ToArray()), ("größe", new byte[] { 0, 255 }), ("o", Array.Empty<byte>()));
        LogRecord[] records =
        [
            new("k"u8.ToArray(), "v"u8.ToArray(), 1_700_000_000_123, headers), new(default, "no key"u8.ToArray(), 5), new("no value"u8.ToArray(), default, 0),
            new("old"u8.ToArray(), new byte[100_000], -62_135_596_800_000), new(new byte[] { 0, 1, 2 }, new byte[] { 3 }, long.MaxValue / 4),
        ];
        var append = partition.Append(records);
        await append.Durable.WaitAsync(Patience);
        var read = await ReadAllAsync(partition);
        read.Select(Text).ShouldBe(records.Select(Text));
        read[0].Headers.ToArray().ShouldBe(headers);
    }

    [Fact]
    public async Task Receipts_add_up_to_the_same_at_both_ends()
    {
        var partition = await OpenAsync(term: 1);
        var given = LogReceipt.Empty;
        for (int batch = 0; batch < 20; batch++)
        {
            var append = partition.Append([.. Enumerable.Range(0, batch + 1).Select(number => Record($"{batch}.{number}", time: (batch * 100) + number))]);
            await append.Durable.WaitAsync(Patience);
            given += append.Receipt;
        }

        var taken = LogReceipt.Empty;
        foreach (var batch in await ReadBatchesAsync(partition, partition.StartOffset)) taken += batch.Receipt;
        taken.ShouldBe(given);
        given.Records.ShouldBe(210);
    }

    [Fact]
    public async Task A_producers_repeat_is_not_written_and_completes_with_the_original()
    {
        var partition = await OpenAsync(term: 1);
        partition.LastOf(7).ShouldBeNull();
        var first = partition.Append([Record("a")], new LogProducer(7, 1, 10));
        var repeat = partition.Append([Record("a")], new LogProducer(7, 1, 10));
        (first.Repeated, repeat.Repeated).ShouldBe((false, true));
        await repeat.Durable.WaitAsync(Patience);
        first.Durable.IsCompletedSuccessfully.ShouldBeTrue();
        partition.Append([Record("a")], new LogProducer(7, 1, 9)).Repeated.ShouldBeTrue();
        partition.Append([Record("a")], new LogProducer(7, 0, 99)).Repeated.ShouldBeTrue();
        partition.LastOf(7).ShouldBe(new LogProducerPosition(1, 10));
        await partition.Append([Record("b")], new LogProducer(7, 1, 20)).Durable.WaitAsync(Patience);
        await partition.Append([Record("c")], new LogProducer(7, 2, 1)).Durable.WaitAsync(Patience);
        await partition.Append([Record("d")], new LogProducer(8, 1, 1)).Durable.WaitAsync(Patience);
        (await ReadValuesAsync(partition)).ShouldBe(["a", "b", "c", "d"]);
        var batches = await ReadBatchesAsync(partition, partition.StartOffset);
        batches.Select(batch => batch.Producer).ShouldBe([new(7, 1, 10), new(7, 1, 20), new(7, 2, 1), new(8, 1, 1)]);
    }

    [Fact]
    public async Task The_next_owner_has_what_was_acknowledged_and_knows_its_producers()
    {
        var first = await OpenAsync(term: 1);
        for (int sequence = 1; sequence <= 30; sequence++) await first.Append([Record($"v{sequence}")], new LogProducer(sequence % 3 + 1, 1, sequence)).Durable.WaitAsync(Patience);
        var second = await OpenAsync(term: 2);
        (await ReadValuesAsync(second)).ShouldBe(Enumerable.Range(1, 30).Select(sequence => $"v{sequence}"));
        second.LastOf(1).ShouldBe(new LogProducerPosition(1, 30));
        second.LastOf(2).ShouldBe(new LogProducerPosition(1, 28));
        second.Append([Record("again")], new LogProducer(3, 1, 29)).Repeated.ShouldBeTrue();
        await second.Append([Record("next")], new LogProducer(3, 1, 31)).Durable.WaitAsync(Patience);
        var third = await OpenAsync(term: 3);
        (await ReadValuesAsync(third)).Count.ShouldBe(31);
        third.LastOf(3).ShouldBe(new LogProducerPosition(1, 31));
    }

    [Fact]
    public async Task An_owner_is_refused_once_another_has_opened_with_a_higher_term()
    {
        var first = await OpenAsync(term: 5);
        await first.Append([Record("first")]).Durable.WaitAsync(Patience);
        var second = await OpenAsync(term: 6);
        await second.Append([Record("second")]).Durable.WaitAsync(Patience);
        await Should.ThrowAsync<LogFencedException>(async () => await first.Append([Record("late")]).Durable.WaitAsync(Patience));
        (await Should.ThrowAsync<LogFencedException>(async () => await OpenAsync(term: 5))).Term.ShouldBe(6);
        await second.Append([Record("third")]).Durable.WaitAsync(Patience);
        (await ReadValuesAsync(second)).ShouldBe(["first", "second", "third"]);
        (await ReadValuesAsync(await OpenAsync(term: 7))).ShouldBe(["first", "second", "third"]);
    }

    [Fact]
    public async Task An_encoded_batch_is_appended_as_its_records_are_and_a_damaged_one_is_refused()
    {
        var partition = await OpenAsync(term: 1);
        var encoder = new LogBatchEncoder();
        encoder.Add(Record("a", time: 5));
        encoder.Add(Record("b", time: 3));
        byte[] batch = encoder.Finish(new LogProducer(9, 2, 3)).ToArray();
        var append = partition.AppendEncoded(batch);
        await append.Durable.WaitAsync(Patience);
        append.Receipt.ShouldBe(encoder.Receipt);
        partition.AppendEncoded(batch).Repeated.ShouldBeTrue();
        batch[^1] ^= 1;
        Should.Throw<LogCorruptException>(() => partition.AppendEncoded(batch));
        Should.Throw<LogCorruptException>(() => partition.AppendEncoded(new byte[3]));
        (await ReadValuesAsync(partition)).ShouldBe(["a", "b"]);
        partition.LastOf(9).ShouldBe(new LogProducerPosition(2, 3));
    }

    [Fact]
    public async Task Reading_begins_with_the_batch_that_holds_the_offset_and_says_where_it_cannot()
    {
        var partition = await OpenAsync(term: 1);
        await partition.Append([.. Enumerable.Range(0, 10).Select(number => Record($"a{number}"))]).Durable.WaitAsync(Patience);
        await partition.Append([.. Enumerable.Range(0, 10).Select(number => Record($"b{number}"))]).Durable.WaitAsync(Patience);
        var all = await ReadBatchesAsync(partition, partition.StartOffset);
        long second = all.Single(batch => Values(batch)[0] == "b0").BaseOffset;
        using (var read = await partition.ReadAsync(second + 4, 1, CancellationToken.None))
        {
            var batch = read.Batches.ShouldHaveSingleItem();
            (batch.BaseOffset, batch.EndOffset, read.NextOffset).ShouldBe((second, second + 10, second + 10));
            LogBatches.Parse(read.Encoded).ShouldHaveSingleItem().Receipt.ShouldBe(batch.Receipt);
        }

        using (var atEnd = await partition.ReadAsync(partition.EndOffset, 1000, CancellationToken.None)) atEnd.Batches.ShouldBeEmpty();
        var outside = await Should.ThrowAsync<LogOffsetException>(async () => await partition.ReadAsync(partition.EndOffset + 1, 1000, CancellationToken.None));
        (outside.StartOffset, outside.EndOffset).ShouldBe((partition.StartOffset, partition.EndOffset));
    }

    [Fact]
    public async Task A_batch_larger_than_the_read_is_given_whole()
    {
        var partition = await OpenAsync(term: 1);
        await partition.Append([.. Enumerable.Range(0, 40).Select(number => new LogRecord(default, new byte[50_000], number))]).Durable.WaitAsync(Patience);
        using var read = await partition.ReadAsync(await FirstAsync(partition), 1, CancellationToken.None);
        read.Batches.ShouldHaveSingleItem().Receipt.Records.ShouldBe(40);
    }

    [Fact]
    public async Task A_waiting_reader_hears_of_the_next_record()
    {
        var partition = await OpenAsync(term: 1);
        long end = partition.EndOffset;
        var wait = partition.WaitAsync(end, CancellationToken.None).AsTask();
        wait.IsCompleted.ShouldBeFalse();
        await partition.Append([Record("x")]).Durable.WaitAsync(Patience);
        await wait.WaitAsync(Patience);
        partition.EndOffset.ShouldBeGreaterThan(end);
        using var stop = new CancellationTokenSource();
        var another = partition.WaitAsync(partition.EndOffset, stop.Token).AsTask();
        stop.Cancel();
        await Should.ThrowAsync<OperationCanceledException>(() => another);
    }

    [Fact]
    public async Task Offsets_are_found_by_the_time_of_their_append()
    {
        var partition = await OpenAsync(term: 1);
        var times = new List<long>();
        for (int batch = 0; batch < 6; batch++)
        {
            Time.Advance(TimeSpan.FromHours(1));
            times.Add(Time.GetUtcNow().ToUnixTimeMilliseconds());
            await partition.Append([Record($"{batch}.0", time: 1000 - batch), Record($"{batch}.1", time: batch)]).Durable.WaitAsync(Patience);
        }

        for (int batch = 0; batch < 6; batch++)
        {
            long offset = await partition.FindOffsetAsync(times[batch] - 60_000, CancellationToken.None);
            using var read = await partition.ReadAsync(offset, 1, CancellationToken.None);
            Values(read.Batches[0])[0].ShouldBe($"{batch}.0");
        }

        (await partition.FindOffsetAsync(0, CancellationToken.None)).ShouldBeLessThanOrEqualTo(await FirstAsync(partition));
        (await partition.FindOffsetAsync(times[^1] + 3_600_000, CancellationToken.None)).ShouldBe(partition.EndOffset);
    }

    [Fact]
    public async Task Batches_too_large_and_topics_wrongly_named_or_cut_are_refused()
    {
        var log = Open();
        var topic = await log.OpenTopicAsync(Topic, new TopicOptions { BatchBytesLimit = 1024, PendingBytesLimit = 4096 }, CancellationToken.None);
        var partition = await topic.OpenPartitionAsync(0, 1, CancellationToken.None);
        Should.Throw<ArgumentException>(() => partition.Append([new LogRecord(default, new byte[2000], 1)]));
        Should.Throw<ArgumentException>(() => partition.Append([]));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await topic.OpenPartitionAsync(1, 1, CancellationToken.None));
        await Should.ThrowAsync<ArgumentException>(async () => await log.OpenTopicAsync("Wrong Name", new TopicOptions(), CancellationToken.None));
        await partition.Append([Record("small")]).Durable.WaitAsync(Patience);
        await partition.DisposeAsync();
        Should.Throw<ObjectDisposedException>(() => partition.Append([Record("closed")]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Whatever_owners_come_and_go_each_acknowledged_batch_is_there_once(int seed)
    {
        var random = new Random(seed);
        var acknowledged = new List<string>();
        var owners = new List<(ILogPartition Partition, long Term)>();
        long term = 0, sequence = 0;
        for (int step = 0; step < 40; step++)
        {
            if (owners.Count == 0 || random.Next(8) == 0) owners.Add((await OpenAsync(++term), term));
            // Now and then an earlier owner, which does not know that it is one.
            var (partition, ownTerm) = owners[random.Next(4) == 0 ? random.Next(owners.Count) : ^1];
            int count = random.Next(1, 5);
            string[] values = [.. Enumerable.Range(0, count).Select(number => $"{step}.{number}")];
            try
            {
                var producer = new LogProducer(1, 1, ++sequence);
                await partition.Append([.. values.Select(value => Record(value))], producer).Durable.WaitAsync(Patience);
                ownTerm.ShouldBe(term, "only the newest owner's appends are acknowledged");
                acknowledged.AddRange(values);
            }
            catch (LogFencedException)
            {
                ownTerm.ShouldBeLessThan(term);
            }
        }

        var last = await OpenAsync(term + 1);
        (await ReadValuesAsync(last)).ShouldBe(acknowledged, $"seed {seed}");
    }

    protected ILog Open()
    {
        var log = Host.Open(Time);
        logs.Add(log);
        return log;
    }

    /// <summary>The partition, as another process's owner has it.</summary>
    protected async Task<ILogPartition> OpenAsync(long term)
    {
        var topic = await Open().OpenTopicAsync(Topic, new TopicOptions(), CancellationToken.None);
        return await topic.OpenPartitionAsync(0, term, CancellationToken.None).AsTask().WaitAsync(Patience);
    }

    protected static LogRecord Record(string value, string key = "k", long time = 1) => new(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value), time);

    protected static async Task<List<LogBatch>> ReadBatchesAsync(ILogPartition partition, long offset)
    {
        var batches = new List<LogBatch>();
        while (offset < partition.EndOffset)
        {
            var read = await partition.ReadAsync(offset, 10_000, CancellationToken.None).AsTask().WaitAsync(Patience);
            batches.AddRange(LogBatches.Parse(read.Encoded.ToArray()));
            read.NextOffset.ShouldBeGreaterThan(offset);
            offset = read.NextOffset;
        }

        return batches;
    }

    protected static async Task<List<LogRecord>> ReadAllAsync(ILogPartition partition)
    {
        var records = new List<LogRecord>();
        foreach (var batch in await ReadBatchesAsync(partition, partition.StartOffset))
        {
            foreach (var record in batch) records.Add(record);
        }

        return records;
    }

    protected static async Task<List<string>> ReadValuesAsync(ILogPartition partition) =>
        (await ReadAllAsync(partition)).ConvertAll(record => Encoding.UTF8.GetString(record.Value.Span));

    static async Task<long> FirstAsync(ILogPartition partition) => (await ReadBatchesAsync(partition, partition.StartOffset))[0].BaseOffset;

    static List<string> Values(LogBatch batch)
    {
        var values = new List<string>();
        foreach (var record in batch) values.Add(Encoding.UTF8.GetString(record.Value.Span));
        return values;
    }

    static string Text(LogRecord record) =>
        string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexString(record.Key.Span)}={Convert.ToHexString(record.Value.Span)}@{record.TimestampMilliseconds}");
}

public sealed class EmbeddedLogCompliance : LogCompliance<EmbeddedHost>;

public sealed class KafkaLogCompliance : LogCompliance<KafkaHost>;
