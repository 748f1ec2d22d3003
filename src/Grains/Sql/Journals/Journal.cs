using System.Text.Json;
using Orrery.Grains.Topics;
using Orrery.Interfaces.Topics;
using Orrery.Log;

namespace Orrery.Grains.Sql.Journals;

/// <summary>
/// The dataflow's own topic. Each activation writes under a term above all before it, as the epoch of one producer: what an earlier activation, paused or cut off, still appends is dropped by the log, and it
/// finds out by asking who wrote last.
/// </summary>
/// <param name="trimmedAge">How old entries are at least when they are deleted behind the hold.</param>
sealed class Journal(IGrainFactory grains, string tenant, int term, TimeSpan trimmedAge, TimeProvider time)
{
    const int ReadBytes = 1 << 20;

    readonly string topic = SqlKeys.JournalTopic(tenant);
    readonly long producer = TopicWriter.ProducerOf($"sql/{tenant}/0");
    readonly TopicRetries retries = new(new TopicWriterOptions(), time, new Random(term));

    ITopicPartitionGrain Partition => grains.GetGrain<ITopicPartitionGrain>(Key);

    /// <summary>The key of its partition.</summary>
    public string Key => TopicKeys.Partition(topic, 0);

    /// <summary>Behind the last entry that was read or appended, as far as that is known: entries that are still to come lie there or further.</summary>
    public long Next { get; private set; }

    public Task CreateAsync() => grains.GetGrain<ITopicGrain>(topic).Create(new TopicSettings { DeletesUnread = false, RetainAge = trimmedAge });

    /// <summary>Whether nobody has taken over. What was written before this is asked was written by the owner.</summary>
    public async Task<bool> IsOwnerAsync(CancellationToken cancellationToken) =>
        await retries.RunAsync(() => Partition.LastOf(producer), cancellationToken) is { } last && last.Epoch == term;

    /// <summary>Appends an entry; when this returns it is durable.</summary>
    /// <exception cref="SupersededException">Another activation has begun.</exception>
    public async Task AppendAsync(JournalRecord record, CancellationToken cancellationToken)
    {
        var encoder = new LogBatchEncoder(1024);
        encoder.Add([], JsonSerializer.SerializeToUtf8Bytes(record), record.Clock / 1000);
        byte[] batch = encoder.Finish(new LogProducer(producer, term, record.Epoch)).ToArray();
        TopicAppend appended = await retries.RunAsync(() => Partition.Append(batch), cancellationToken);
        if (!appended.Repeated)
            Next = appended.BaseOffset + appended.Records;
        // A repeat is this entry, appended by a try whose answer was lost, or another activation's newer one.
        if (appended.Repeated && await retries.RunAsync(() => Partition.LastOf(producer), cancellationToken) is { } last && last.Epoch != term)
            throw new SupersededException($"The dataflow of '{tenant}' runs elsewhere under term {last.Epoch}; this one had {term}.");
    }

    /// <summary>Waits a while for entries that another activation writes.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken) =>
        await new TopicReader(grains, topic, 0, Next, time, new Random(term)).ReadAsync(1, TopicWait, cancellationToken);

    static readonly TimeSpan TopicWait = TimeSpan.FromSeconds(4);

    /// <summary>The entries behind an epoch, oldest first.</summary>
    /// <param name="from">No such entry lies below this offset.</param>
    /// <exception cref="JournalGapException">They are not there any more.</exception>
    public async Task ReplayAsync(long from, long epoch, Func<JournalRecord, Task> take, CancellationToken cancellationToken)
    {
        PartitionInfo info = await retries.RunAsync(() => Partition.Info(), cancellationToken);
        var reader = new TopicReader(grains, topic, 0, Math.Max(from, info.Start), time, new Random(term));
        long last = epoch;
        while (reader.Offset < info.End)
        {
            TopicSlice slice = await reader.ReadAsync(ReadBytes, TimeSpan.Zero, cancellationToken);
            foreach ((long offset, LogRecord record) in slice.Records())
            {
                JournalRecord entry = JsonSerializer.Deserialize<JournalRecord>(record.Value.Span) ?? throw new InvalidDataException($"Offset {offset} of {topic} holds no entry.");
                Next = offset + 1;
                if (entry.Epoch <= last)
                    continue;
                if (entry.Epoch != last + 1)
                    throw new JournalGapException($"The journal {topic} goes on with epoch {entry.Epoch}, at offset {offset}; epoch {last + 1} is needed next.");
                await take(entry);
                last = entry.Epoch;
            }

            if (slice.Next == slice.From)
                break;
        }

        if (last == epoch && info.Start > from)
            throw new JournalGapException($"The journal {topic} begins at offset {info.Start} and has no epoch there; epoch {epoch + 1}, from offset {from} on, may have been deleted.");
    }
}

/// <summary>The journal does not reach back to where it is needed.</summary>
sealed class JournalGapException(string message) : Exception(message);

/// <summary>Another activation of the same grain has taken over.</summary>
sealed class SupersededException(string message) : Exception(message);
