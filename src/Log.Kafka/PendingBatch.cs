using Confluent.Kafka;

namespace Orrery.Log.Kafka;

/// <summary>A batch, or a marker, on its way to the broker.</summary>
sealed class PendingBatch(int records, long bytes, in LogReceipt receipt, LogProducer producer, long appendedMilliseconds, long startedAt)
{
    public int Records { get; } = records;

    public long Bytes { get; } = bytes;

    public LogReceipt Receipt { get; } = receipt;

    public LogProducer Producer { get; } = producer;

    public long AppendedMilliseconds { get; } = appendedMilliseconds;

    public long StartedAt { get; } = startedAt;

    public bool IsMarker { get; init; }

    /// <summary>Answers with the batch's offset.</summary>
    public TaskCompletionSource<long> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Of its last record, once the broker has told.</summary>
    public long LastOffset { get; set; }

    public Error? Error { get; set; }
}
