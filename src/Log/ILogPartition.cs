namespace Orrery.Log;

/// <summary>
/// One ordered sequence of records. Any thread may call any member. After a write or a sync failed, the partition refuses appends with
/// <see cref="LogFailedException"/> until <see cref="ReopenAsync"/> has cut it back to what is durable; reading goes on. Disposing makes what waits durable and
/// lets the files and their lock go; further appends throw <see cref="ObjectDisposedException"/>.
/// </summary>
public interface ILogPartition : IAsyncDisposable
{
    int Number { get; }

    /// <summary>Offset of the first record kept.</summary>
    long StartOffset { get; }

    /// <summary>Offset after the last durable record: records below it can be read and stay.</summary>
    long EndOffset { get; }

    /// <summary>
    /// Appends records as one batch. Their bytes are taken before this returns; offsets are given in the order of calls. The records are
    /// durable once <see cref="LogAppend.Durable"/> has completed: until then nothing is promised about them. If it fails they are not in the log,
    /// unless the process ended in that moment.
    /// </summary>
    /// <exception cref="ArgumentException">There are no records, or the batch is larger than <see cref="TopicOptions.BatchBytesLimit"/>.</exception>
    /// <exception cref="LogOverloadedException">More than <see cref="TopicOptions.PendingBytesLimit"/> bytes wait for the disk; append again later.</exception>
    /// <exception cref="LogFailedException">An earlier write failed.</exception>
    LogAppend Append(ReadOnlySpan<LogRecord> records);

    /// <summary>
    /// Reads durable batches, beginning with the one that holds <paramref name="offset"/>: at least one when there is one, further ones
    /// while they fit into <paramref name="bytesLimit"/> and the segment. At the end offset the answer is empty. Dispose the answer after use.
    /// </summary>
    /// <exception cref="LogOffsetException">The offset is not kept any more or not there yet.</exception>
    /// <exception cref="LogCorruptException">A batch does not have its checksum.</exception>
    ValueTask<LogRead> ReadAsync(long offset, int bytesLimit, CancellationToken cancellationToken);

    /// <summary>Completes when the record with this offset can be read.</summary>
    ValueTask WaitAsync(long offset, CancellationToken cancellationToken);

    /// <summary>
    /// Says that no consumer needs records below an offset. Segments wholly below it are deleted, at once or, where the topic retains by
    /// age or bytes, when they are old enough or too many. It starts at <see cref="StartOffset"/> each time the log opens; lower values are ignored.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies past <see cref="EndOffset"/>.</exception>
    void AdvanceLowWater(long offset);

    /// <summary>After a failure: cuts the partition back to its durable end and takes appends again. Offsets of failed appends are given anew.</summary>
    ValueTask ReopenAsync(CancellationToken cancellationToken);
}
