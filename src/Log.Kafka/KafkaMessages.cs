using Microsoft.Extensions.Logging;

namespace Orrery.Log.Kafka;

static partial class KafkaMessages
{
    [LoggerMessage(2101, LogLevel.Information, "Kafka partition {Topic}/{Partition} is open in term {Term} and holds offsets {StartOffset} to {EndOffset}")]
    public static partial void PartitionOpened(this ILogger logger, string topic, int partition, long term, long startOffset, long endOffset);

    [LoggerMessage(2102, LogLevel.Error, "Kafka partition {Topic}/{Partition} could not append {Records} records and refuses appends until it is reopened")]
    public static partial void AppendFailed(this ILogger logger, Exception error, string topic, int partition, long records);

    [LoggerMessage(2103, LogLevel.Debug, "Kafka's client: {Facility}: {Text}")]
    public static partial void ClientSays(ILogger logger, string facility, string text);

    [LoggerMessage(2104, LogLevel.Warning, "Kafka's client met {Code}: {Reason}")]
    public static partial void ClientError(ILogger logger, string code, string reason);

    [LoggerMessage(2105, LogLevel.Error, "Kafka's producer failed for good with {Code}: {Reason}. It is replaced; partitions that appended through it have to be reopened")]
    public static partial void ProducerLost(ILogger logger, string code, string reason);

    [LoggerMessage(2106, LogLevel.Warning, "Kafka partition {Topic}/{Partition} was claimed by another owner; what this one, of term {Term}, had not acknowledged is refused")]
    public static partial void Fenced(this ILogger logger, string topic, int partition, long term);
}
