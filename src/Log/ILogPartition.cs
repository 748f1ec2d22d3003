namespace Orrery.Log;

/// <summary>
/// One ordered sequence of records, as its owner sees it. Any thread may call any member. After a write or a sync failed, the partition refuses appends with
/// <see cref="LogFailedException"/> until <see cref="ReopenAsync"/> has cut it back to what is durable; reading goes on. Once another owner has opened it,
/// it refuses appends with <see cref="LogFencedException"/> for good. Disposing makes what waits durable and lets the files go; further appends throw <see cref="ObjectDisposedException"/>.
/// </summary>
public interface ILogPartition : IAsyncDisposable
{
    int Number { get; }

    /// <summary>The term it was opened with.</summary>
    long Term { get; }

    /// <summary>Offset of the first record kept.</summary>
    long StartOffset { get; }

    /// <summary>Offset after the last durable record: records below it can be read and stay.</summary>
    long EndOffset { get; }

    /// <summary>Bytes of its records on the disk; -1 where the log cannot say.</summary>
    long DiskBytes { get; }

    /// <summary>
    /// Appends records as one batch. Their bytes are taken before this returns; offsets are given in the order of calls. The records are
    /// durable once <see cref="LogAppend.Durable"/> has completed: until then nothing is promised about them. If it fails they are not in the log,
    /// unless the process ended or lost the partition in that moment.
    /// </summary>
    /// <param name="records">At least one.</param>
    /// <param name="producer">Who appends, so that a retry is recognised; nobody by default. A batch that is not above the producer's last one is not written: <see cref="LogAppend.Repeated"/>.</param>
    /// <exception cref="ArgumentException">There are no records, or the batch is larger than <see cref="TopicOptions.BatchBytesLimit"/>.</exception>
    /// <exception cref="LogOverloadedException">More than <see cref="TopicOptions.PendingBytesLimit"/> bytes wait for the disk; append again later.</exception>
    /// <exception cref="LogFullException">The disk is nearly full.</exception>
    /// <exception cref="LogFailedException">An earlier write failed.</exception>
    /// <exception cref="LogFencedException">Another owner has opened the partition.</exception>
    LogAppend Append(ReadOnlySpan<LogRecord> records, LogProducer producer = default);

    /// <summary>Appends a batch that <see cref="LogBatchEncoder"/> encoded, producer included; otherwise as <see cref="Append"/>. Its bytes are copied before this returns.</summary>
    /// <exception cref="LogCorruptException">The bytes are not one whole batch with its checksums; nothing was appended.</exception>
    LogAppend AppendEncoded(ReadOnlyMemory<byte> batch);

    /// <summary>How far a producer got, batches included that are not yet durable; null where it never appended or was idle for so long that it was forgotten. How a producer resumes.</summary>
    LogProducerPosition? LastOf(long producerId);

    /// <summary>
    /// Reads durable batches, beginning with the one that holds <paramref name="offset"/>, or after compaction the next one: at least one when there is one, further ones
    /// while they fit into <paramref name="bytesLimit"/> and the segment. At the end offset the answer is empty. Dispose the answer after use.
    /// </summary>
    /// <exception cref="LogOffsetException">The offset is not kept any more or not there yet.</exception>
    /// <exception cref="LogCorruptException">A batch does not have its checksum.</exception>
    ValueTask<LogRead> ReadAsync(long offset, int bytesLimit, CancellationToken cancellationToken);

    /// <summary>Completes when the record with this offset can be read.</summary>
    ValueTask WaitAsync(long offset, CancellationToken cancellationToken);

    /// <summary>Offset of the first batch that was appended at or after a time (Unix milliseconds, the log's clock); the end offset where there is none.</summary>
    /// <exception cref="LogCorruptException">A batch does not have its checksum.</exception>
    ValueTask<long> FindOffsetAsync(long timestampMilliseconds, CancellationToken cancellationToken);

    /// <summary>
    /// Says that no consumer needs records below an offset. Segments wholly below it are deleted, at once or, where the topic retains by
    /// age or bytes, when they are old enough or too many. It starts at <see cref="StartOffset"/> each time the log opens; lower values are ignored.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies past <see cref="EndOffset"/>.</exception>
    void AdvanceLowWater(long offset);

    /// <summary>
    /// Keeps the records from an offset on for a consumer, whatever the topic's rules say, until it holds another one or <see cref="Release"/> is called.
    /// Holds are not stored: a consumer states its own again when it or the partition begins anew, for which <see cref="TopicOptions.HoldGrace"/> leaves it time.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies past <see cref="EndOffset"/>.</exception>
    /// <exception cref="LogOverloadedException">There are holds of <see cref="TopicOptions.HoldsLimit"/> consumers already.</exception>
    void Hold(string consumer, long offset);

    /// <summary>Ends a consumer's hold; one that is not there is no error.</summary>
    void Release(string consumer);

    /// <summary>What compaction took away from the records kept, by ranges of offsets; empty where the topic does not compact or the log does not say.</summary>
    IReadOnlyList<CompactionReceipt> Compactions => [];

    /// <summary>After a failure: cuts the partition back to its durable end and takes appends again. Offsets of failed appends are given anew.</summary>
    /// <exception cref="LogFencedException">Another owner has opened the partition: open it again instead.</exception>
    ValueTask ReopenAsync(CancellationToken cancellationToken);
}
