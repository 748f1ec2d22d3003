using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Topics;

/// <summary>
/// The one owner of a topic's partition, wherever in the cluster it lives. Key: <see cref="TopicKeys.Partition"/>, <c>topic/number</c>.
/// </summary>
/// <remarks>
/// Every activation takes the partition over under a term above all before it: what an earlier owner, paused or cut off, still tries to append is refused, and
/// nothing of it was acknowledged. A batch that carries a producer (id, epoch, sequence) can be appended again after any failure: it is in the log once.
/// </remarks>
public interface ITopicPartitionGrain : IGrainWithStringKey
{
    /// <summary>Appends a batch and answers when it is durable by the topic's settings. Calls interleave; offsets are given in the order in which they arrive.</summary>
    /// <param name="encodedBatch">One batch, as <c>LogBatchEncoder</c> makes it. Must not change afterwards.</param>
    /// <exception cref="NotFoundException">There is no such topic or partition.</exception>
    /// <exception cref="OverloadedException">Too much waits for the disk, or the disk is full. Nothing was appended; append it again later.</exception>
    /// <exception cref="TopicUnavailableException">The partition has changed its owner, or its log failed. Whether the batch is in the log is not known; append the same batch again.</exception>
    /// <exception cref="InvalidInputException">The bytes are no batch, or it is too large.</exception>
    [AlwaysInterleave]
    Task<TopicAppend> Append(byte[] encodedBatch);

    /// <summary>Reads durable batches, beginning with the one that holds the offset. At the end it waits for more.</summary>
    /// <param name="offset">The offset of the first record wanted, at most the end.</param>
    /// <param name="bytesLimit">About how many bytes to answer with, 1 to 4 MiB. At least one batch, where there is one.</param>
    /// <param name="wait">How long to wait for a record at this offset; at most 5 s are waited. After it the answer is empty.</param>
    /// <exception cref="TopicOffsetException">The offset is not kept any more, or lies past the end.</exception>
    [AlwaysInterleave]
    Task<TopicRead> Read(long offset, int bytesLimit, TimeSpan wait);

    /// <summary>The newest (epoch, sequence) of a producer in this partition; null where it has none. So a producer knows where to go on.</summary>
    [AlwaysInterleave]
    Task<ProducerPosition?> LastOf(long producer);

    /// <summary>The first offset that was appended at or after a time; the end where there is none.</summary>
    /// <param name="timestampMilliseconds">Unix milliseconds by the clock of the partition's owner.</param>
    [AlwaysInterleave]
    Task<long> FindOffset(long timestampMilliseconds);

    /// <summary>Says that a consumer still needs the records from an offset on: nothing deletes or compacts them. It is stored, and stays until it is said anew or released.</summary>
    /// <param name="consumer">Who, 1 to 200 characters. At most 1,000 consumers hold one partition.</param>
    /// <param name="offset">0 up to the end.</param>
    /// <exception cref="LimitReachedException">Too many consumers hold it already.</exception>
    Task Hold(string consumer, long offset);

    /// <summary>The consumer needs nothing of the partition any more.</summary>
    Task Release(string consumer);

    /// <summary>What durable records from an offset on amount to, by window, added up where they lie.</summary>
    /// <param name="from">The first offset counted.</param>
    /// <param name="windowSeconds">Length of a window, see <see cref="Ledger.LedgerKeys.Stamp"/>.</param>
    /// <param name="bytesLimit">About how many bytes to count, 1 to 4 MiB; whole batches, but for those before <paramref name="from"/>.</param>
    /// <exception cref="TopicOffsetException">The offset is not kept any more, or lies past the end.</exception>
    [AlwaysInterleave]
    Task<TopicAccount> Account(long from, int windowSeconds, int bytesLimit);

    [AlwaysInterleave]
    Task<PartitionInfo> Info();
}

/// <param name="BaseOffset">Offset of the batch's first record; -1 where the batch was there before and its offset is not known.</param>
/// <param name="Records">How many records it has.</param>
/// <param name="Repeated">The batch, or a newer one of its producer, was in the log already: nothing was written.</param>
public readonly record struct TopicAppend(long BaseOffset, int Records, bool Repeated);

/// <param name="EncodedBatches">Whole batches one after another, for <c>LogBatches.Parse</c>. The first may begin before the offset that was asked for.</param>
/// <param name="Next">The offset to read from next.</param>
/// <param name="End">The offset after the last durable record, when this was read.</param>
public readonly record struct TopicRead(byte[] EncodedBatches, long Next, long End);

/// <param name="To">Everything from the asked offset up to before this was counted.</param>
/// <param name="End">The offset after the last durable record.</param>
/// <param name="Windows">What it amounts to.</param>
public sealed record TopicAccount(long To, long End, TopicWindow[] Windows);

/// <param name="Origin">Where the records began, as their header says; empty: the topic itself.</param>
/// <param name="Stamp">Number of the window.</param>
/// <param name="Receipt">What they amount to.</param>
public readonly record struct TopicWindow(string Origin, long Stamp, Ledger.Receipt Receipt);

/// <param name="Epoch">Raised by a producer that begins anew.</param>
/// <param name="Sequence">Of its newest batch in that epoch.</param>
public readonly record struct ProducerPosition(int Epoch, long Sequence);
