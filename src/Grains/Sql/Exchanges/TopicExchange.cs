using System.Buffers.Binary;
using Orrery.Dataflow.Partitions;
using Orrery.Grains.Sql.Journals;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Sql.Exchanges;

/// <summary>
/// Carries messages between the partitions of a tenant's dataflow through a topic with a log partition for each receiver. A message's parts are records; each batch of them has the round, the stage and its place
/// as the sender's sequence, so that what a restarted partition sends again is not there twice. Read only as far as a round needs.
/// <code>record: value = a part (see ExchangeOutbox), or empty: an activation of the receiver has begun, under its term as the epoch of a producer of its own</code>
/// </summary>
/// <param name="trimmedAge">How old messages are at least when they are deleted behind the hold.</param>
sealed class TopicExchange(IGrainFactory grains, string tenant, int partition, int partitions, int term, TimeSpan trimmedAge, TimeProvider time) : IExchange
{
    const int ReadBytes = 1 << 20;

    /// <summary>Bytes of parts in one batch, from which on the next one begins.</summary>
    const int BatchBytes = 1 << 20;

    const int StageBits = 6, BatchBits = 8, HeadBytes = 24;
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(4);

    readonly string topic = SqlKeys.ExchangeTopic(tenant);
    readonly long sender = TopicWriter.ProducerOf($"sql/{tenant}/exchange/{partition}");
    readonly long owner = TopicWriter.ProducerOf($"sql/{tenant}/exchange/{partition}/owner");
    readonly TopicRetries retries = new(new TopicWriterOptions(), time, new Random(term));
    readonly SortedDictionary<(long Number, int Stage), Box> boxes = [];
    (long Number, int Stage) taken = (-1, 0);
    TopicReader? reader;

    /// <summary>The messages of a round that have been read.</summary>
    sealed class Box(int partitions, long first)
    {
        public List<ReadOnlyMemory<byte>>[] Parts { get; } = [.. Enumerable.Range(0, partitions).Select(static _ => new List<ReadOnlyMemory<byte>>())];

        public int Whole { get; set; }

        /// <summary>The offset of the first of them.</summary>
        public long First { get; } = first;
    }

    /// <summary>The key of the log partition that this one reads.</summary>
    public string Key => TopicKeys.Partition(topic, partition);

    /// <summary>Messages of rounds that were not taken lie here or further.</summary>
    public long Next => boxes.Count == 0 ? reader!.Offset : boxes.Values.Min(static box => box.First);

    public Task CreateAsync() => grains.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { Partitions = partitions, DeletesUnread = false, RetainAge = trimmedAge });

    /// <summary>Reads on from here.</summary>
    public void Begin(long offset)
    {
        reader = new TopicReader(grains, topic, partition, offset, time, new Random(term));
        boxes.Clear();
        taken = (-1, 0);
    }

    /// <summary>Takes this partition over from its earlier activations.</summary>
    public async Task ClaimAsync(CancellationToken cancellationToken)
    {
        var encoder = new LogBatchEncoder(256);
        encoder.Add([], [], time.GetUtcNow().ToUnixTimeMilliseconds());
        byte[] batch = encoder.Finish(new LogProducer(owner, term, 0)).ToArray();
        await retries.RunAsync(() => Partition(partition).Append(batch), cancellationToken);
        if (!await IsOwnerAsync(cancellationToken))
            throw new SupersededException($"Partition {partition} of the dataflow of '{tenant}' runs elsewhere; this one had term {term}.");
    }

    /// <summary>Whether nobody has taken over.</summary>
    public async Task<bool> IsOwnerAsync(CancellationToken cancellationToken) => await retries.RunAsync(() => Partition(partition).LastOf(owner), cancellationToken) is { } last && last.Epoch == term;

    public async ValueTask Give(ExchangeRound round, int receiver, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellation)
    {
        if (round.Stage >= 1 << StageBits)
            throw new ExchangeException($"A view has more than {1 << StageBits} exchanges behind each other. Part its query into several.");
        int batches = 0;
        for (int part = 0; part < parts.Count;)
        {
            if (batches == 1 << BatchBits)
                throw new ExchangeException($"Partition {partition} sends more than {1 << BatchBits} batches in one round. Take smaller epochs (EpochBytesMax).");
            var encoder = new LogBatchEncoder();
            do
                encoder.Add([], parts[part++].Span, time.GetUtcNow().ToUnixTimeMilliseconds());
            while (part < parts.Count && encoder.Bytes + parts[part].Length <= BatchBytes);
            long sequence = ((round.Number << StageBits) + round.Stage << BatchBits) + batches++;
            byte[] batch = encoder.Finish(new LogProducer(sender, 1, sequence)).ToArray();
            try
            {
                await retries.RunAsync(() => Partition(receiver).Append(batch), cancellation);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                throw new ExchangeException($"Partition {partition} of the dataflow of '{tenant}' could not send to partition {receiver}: {failure.Message}");
            }
        }
    }

    public async ValueTask<IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>>> Take(ExchangeRound round, CancellationToken cancellation)
    {
        (long Number, int Stage) wanted = (round.Number, round.Stage);
        try
        {
            while (!boxes.TryGetValue(wanted, out Box? box) || box.Whole < partitions - 1)
            {
                cancellation.ThrowIfCancellationRequested();
                TopicSlice slice = await reader!.ReadAsync(ReadBytes, Wait, cancellation);
                foreach ((long offset, LogRecord record) in slice.Records())
                    if (record.Value.Length > 0)
                        Put(offset, record.Value.ToArray());
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not ExchangeException)
        {
            throw new ExchangeException($"Partition {partition} of the dataflow of '{tenant}' could not read what the others sent: {failure.Message}");
        }

        IReadOnlyList<IReadOnlyList<ReadOnlyMemory<byte>>> messages = boxes[wanted].Parts;
        // What is older was of rounds that are behind this one.
        foreach ((long, int) done in boxes.Keys.TakeWhile(key => key.CompareTo(wanted) <= 0).ToArray())
            boxes.Remove(done);
        taken = wanted;
        return messages;
    }

    void Put(long offset, byte[] part)
    {
        if (part.Length < HeadBytes || BinaryPrimitives.ReadUInt16LittleEndian(part.AsSpan(2)) is var from && from >= partitions)
            throw new ExchangeException($"Offset {offset} of {Key} holds no message of a partition. Restart the partitions from their checkpoints.");
        (long Number, int Stage) round = (BinaryPrimitives.ReadInt64LittleEndian(part.AsSpan(8)), BinaryPrimitives.ReadInt32LittleEndian(part.AsSpan(16)));
        if (round.CompareTo(taken) <= 0)
            return;
        if (!boxes.TryGetValue(round, out Box? box))
            boxes[round] = box = new Box(partitions, offset);
        box.Parts[BinaryPrimitives.ReadUInt16LittleEndian(part.AsSpan(2))].Add(part);
        box.Whole += part[1];
    }

    ITopicPartitionGrain Partition(int number) => grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, number));
}
