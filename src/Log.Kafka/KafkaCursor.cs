using Confluent.Kafka;

namespace Orrery.Log.Kafka;

/// <summary>A consumer at one place of one partition. It belongs to whoever uses it at the moment; its calls block.</summary>
sealed class KafkaCursor : IDisposable
{
    readonly IConsumer<byte[]?, byte[]?> consumer;
    readonly TopicPartition place;
    readonly KafkaLog log;

    public KafkaCursor(KafkaLog log, TopicPartition place, long offset)
    {
        this.log = log;
        this.place = place;
        consumer = log.NewConsumer();
        Move(offset);
    }

    /// <summary>The offset of the next record.</summary>
    public long Position { get; private set; }

    public void Move(long offset)
    {
        Position = offset;
        consumer.Assign(new TopicPartitionOffset(place, offset));
    }

    /// <summary>The next record; null at the end of the partition, or when none came in time.</summary>
    /// <param name="wait">How long to wait for one.</param>
    /// <param name="end">An end of the partition below this offset is an earlier one, which was not heard of when it was reached.</param>
    /// <param name="isAtEnd">Whether there are no further records.</param>
    /// <exception cref="LogException">The topic is gone, the offset is not kept, or no broker answers.</exception>
    public ConsumeResult<byte[]?, byte[]?>? Read(TimeSpan wait, long end, out bool isAtEnd)
    {
        isAtEnd = false;
        try
        {
            var record = consumer.Consume(wait);
            if (record is null) return null;
            if (record.IsPartitionEOF)
            {
                isAtEnd = record.Offset.Value >= end;
                return null;
            }

            Position = record.Offset.Value + 1;
            return record;
        }
        catch (ConsumeException failure)
        {
            throw log.Translate(failure.Error, $"read {place.Topic}/{place.Partition.Value} from offset {Position}", failure);
        }
        catch (KafkaException failure)
        {
            throw log.Translate(failure.Error, $"read {place.Topic}/{place.Partition.Value} from offset {Position}", failure);
        }
    }

    public void Dispose() => consumer.Dispose();
}
