namespace Orrery.Log;

/// <summary>An append that is on its way to the disk.</summary>
/// <param name="BaseOffset">Offset of the batch's first record. -1 where it is not known: a log that learns offsets from a broker, a repeat of a batch that was not the producer's last.</param>
/// <param name="Receipt">What was appended, or for a repeat would have been.</param>
/// <param name="Durable">Completes when the batch is durable by the topic's policy; fails with <see cref="LogFailedException"/> or <see cref="LogFencedException"/>. Shared by all appends of one group.</param>
/// <param name="Repeated">The producer had appended it before: nothing is written now, and <paramref name="Durable"/> is that of the producer's last batch.</param>
public readonly record struct LogAppend(long BaseOffset, LogReceipt Receipt, Task Durable, bool Repeated = false)
{
    /// <summary>As <see cref="BaseOffset"/>, and known for every new batch once <see cref="Durable"/> has completed: by then a broker has told it.</summary>
    public long DurableOffset => BaseOffset < 0 && !Repeated && Durable is Task<long> { IsCompletedSuccessfully: true } told ? told.Result : BaseOffset;
}
