using System.Text.Json;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Sql.Journals;

/// <summary>
/// The dataflow's own topic. Each activation writes under a term above all before it, as the epoch of one producer: what an earlier activation, paused or cut off, still appends is dropped by the log, and it
/// finds out by asking who wrote last.
/// </summary>
sealed class Journal(IGrainFactory grains, string tenant, int term, TimeProvider time)
{
    const int ReadBytes = 1 << 20;

    readonly string topic = SqlKeys.JournalTopic(tenant);
    readonly long producer = TopicWriter.ProducerOf($"sql/{tenant}/0");
    readonly TopicRetries retries = new(new TopicWriterOptions(), time, new Random(term));

    ITopicPartitionGrain Partition => grains.GetGrain<ITopicPartitionGrain>(TopicKeys.Partition(topic, 0));

    public Task CreateAsync() => grains.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { DeletesUnread = false });

    /// <summary>Appends an entry; when this returns it is durable.</summary>
    /// <exception cref="SupersededException">Another activation has begun.</exception>
    public async Task AppendAsync(JournalRecord record, CancellationToken cancellationToken)
    {
        var encoder = new LogBatchEncoder(1024);
        encoder.Add([], JsonSerializer.SerializeToUtf8Bytes(record), record.Clock / 1000);
        byte[] batch = encoder.Finish(new LogProducer(producer, term, record.Epoch)).ToArray();
        TopicAppend appended = await retries.RunAsync(() => Partition.Append(batch), cancellationToken);
        // A repeat is this entry, appended by a try whose answer was lost, or another activation's newer one.
        if (appended.Repeated && await retries.RunAsync(() => Partition.LastOf(producer), cancellationToken) is { } last && last.Epoch != term)
            throw new SupersededException($"The dataflow of '{tenant}' runs elsewhere under term {last.Epoch}; this one had {term}.");
    }

    /// <summary>The entries from an offset on, oldest first.</summary>
    public async Task ReplayAsync(long from, Func<long, JournalRecord, Task> take, CancellationToken cancellationToken)
    {
        PartitionInfo info = await retries.RunAsync(() => Partition.Info(), cancellationToken);
        var reader = new TopicReader(grains, topic, 0, Math.Max(from, info.Start), time, new Random(term));
        while (reader.Offset < info.End)
        {
            TopicSlice slice = await reader.ReadAsync(ReadBytes, TimeSpan.Zero, cancellationToken);
            foreach ((long offset, LogRecord record) in slice.Records())
                await take(offset, JsonSerializer.Deserialize<JournalRecord>(record.Value.Span) ?? throw new InvalidDataException($"Offset {offset} of {topic} holds no entry."));
            if (slice.Next == slice.From)
                return;
        }
    }

    /// <summary>Entries below an offset are not needed any more.</summary>
    public Task HoldAsync(long offset) => Partition.Hold($"sql of {tenant}", offset);
}

/// <summary>Another activation of the same grain has taken over.</summary>
sealed class SupersededException(string message) : Exception(message);
