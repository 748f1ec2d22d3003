using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Topics;

/// <summary>
/// Writes records into a topic: picks each record's partition by its key, encodes a batch a partition, and appends them so that each is in the log once, whatever
/// fails on the way.
/// <para>A flush ends a batch in every partition that has records, all under one sequence, and returns when all of them are durable. One flush at a time: the log drops
/// a batch whose sequence is not above the producer's last, so a second one under way could make it drop the first one's retry.</para>
/// <para>When a flush throws, its batches are kept: flush again with the same sequence, or give the writer up and let a new one resume from <see cref="LastOfAsync"/>.
/// Not for several threads at once.</para>
/// </summary>
public sealed class TopicWriter
{
    readonly ITopicPartitionGrain[] partitions;
    readonly LogBatchEncoder?[] encoders;
    readonly List<(int Partition, byte[] Batch)> failed = [];
    readonly TopicRetries retries;
    readonly TopicWriterOptions options;
    readonly long producer;
    readonly int epoch;
    LogReceipt receipt = LogReceipt.Empty;
    long failedSequence;

    /// <param name="grains">Reaches the partitions.</param>
    /// <param name="topic">The topic's name.</param>
    /// <param name="partitionsCount">How many partitions it has: see <see cref="TopicSettings.Partitions"/>.</param>
    /// <param name="producer">Names the writer in every partition; not 0. <see cref="ProducerOf"/> makes it from a text. One writer at a time uses it.</param>
    /// <param name="epoch">Raised when the producer begins its sequence anew; else the same at each start.</param>
    public TopicWriter(IGrainFactory grains, string topic, int partitionsCount, long producer, int epoch, TimeProvider time, Random random, TopicWriterOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(producer);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitionsCount, 1);
        this.producer = producer;
        this.epoch = epoch;
        this.options = options ?? new TopicWriterOptions();
        Topic = topic;
        partitions = [.. Enumerable.Range(0, partitionsCount).Select(number => grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, number)))];
        encoders = new LogBatchEncoder?[partitionsCount];
        retries = new TopicRetries(this.options, time, random);
    }

    public string Topic { get; }

    /// <summary>Records that wait for a flush.</summary>
    public int Records { get; private set; }

    /// <summary>Whether a partition's batch has grown so large that it should be flushed.</summary>
    public bool WantsFlush { get; private set; }

    /// <summary>A producer's id from its name, such as <c>capture/erp/orders</c>: stable, never 0.</summary>
    public static long ProducerOf(string name)
    {
        long id = unchecked((long)TopicPartitioner.HashOf(System.Text.Encoding.UTF8.GetBytes(name)));
        return id == 0 ? 1 : id;
    }

    /// <summary>How far this producer got in a partition, so that what is there already is not written again. Null: not at all.</summary>
    public Task<ProducerPosition?> LastOfAsync(int partition, CancellationToken cancellationToken) =>
        retries.RunAsync(() => partitions[partition].LastOf(producer), cancellationToken);

    /// <summary>Adds a record to its key's partition; its bytes are copied. Answers the partition.</summary>
    public int Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds, ReadOnlySpan<byte> headers = default)
    {
        int partition = TopicPartitioner.PartitionOf(key, partitions.Length);
        AddTo(partition, key, value, timestampMilliseconds, headers);
        return partition;
    }

    /// <summary>Adds a record to a partition that the caller chose.</summary>
    public void AddTo(int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long timestampMilliseconds, ReadOnlySpan<byte> headers = default)
    {
        if (failed.Count > 0) throw new InvalidOperationException($"A flush of '{Topic}' has failed with sequence {failedSequence}: flush again with it before records are added.");
        var encoder = encoders[partition] ??= new LogBatchEncoder();
        encoder.Add(key, value, timestampMilliseconds, headers);
        Records++;
        WantsFlush |= encoder.Bytes >= options.BatchBytes;
    }

    /// <summary>Appends what was added, and returns when it is durable.</summary>
    /// <param name="sequence">Above that of the flush before, such as the position in the source that the records reach to.</param>
    /// <returns>What was written, repeats included.</returns>
    /// <exception cref="TopicUnavailableException">The last of all attempts failed; so may <see cref="OverloadedException"/> and <see cref="SiloUnavailableException"/> say.</exception>
    public async Task<LogReceipt> FlushAsync(long sequence, CancellationToken cancellationToken)
    {
        if (failed.Count == 0) Encode(sequence);
        else if (sequence != failedSequence) throw new ArgumentException($"A flush of '{Topic}' has failed with sequence {failedSequence}; it is repeated with that, not with {sequence}.", nameof(sequence));
        var appends = failed.ConvertAll(batch => AppendAsync(batch.Partition, batch.Batch, cancellationToken));
        // All of them, so that none is still on its way when the caller goes on.
        await Task.WhenAll(appends);
        failed.Clear();
        var written = receipt;
        receipt = LogReceipt.Empty;
        return written;
    }

    void Encode(long sequence)
    {
        failedSequence = sequence;
        for (int partition = 0; partition < encoders.Length; partition++)
        {
            if (encoders[partition] is not { Records: > 0 } encoder) continue;
            receipt += encoder.Receipt;
            // A copy: a call that timed out may still read it while the encoder is at work on the next batch.
            failed.Add((partition, encoder.Finish(new LogProducer(producer, epoch, sequence)).ToArray()));
            encoder.Reset();
        }

        Records = 0;
        WantsFlush = false;
    }

    Task<TopicAppend> AppendAsync(int partition, byte[] batch, CancellationToken cancellationToken) => retries.RunAsync(() => partitions[partition].Append(batch), cancellationToken);
}
