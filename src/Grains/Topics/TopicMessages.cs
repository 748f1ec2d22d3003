using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Topics;

static partial class TopicMessages
{
    [LoggerMessage(5701, LogLevel.Information, "Partition {Topic}/{Partition} is open in term {Term} and holds offsets {Start} to {End}.")]
    public static partial void Opened(ILogger logger, string topic, int partition, long term, long start, long end);

    [LoggerMessage(5702, LogLevel.Warning, "Partition {Topic}/{Partition} was taken over by another owner; this one, of term {Term}, ends.")]
    public static partial void Fenced(ILogger logger, string topic, int partition, long term);

    [LoggerMessage(5703, LogLevel.Error, "Partition {Topic}/{Partition} could not write to its log; it is opened anew.")]
    public static partial void Failed(ILogger logger, string topic, int partition, Exception failure);

    [LoggerMessage(5704, LogLevel.Warning, "The log of {Topic}/{Partition} knows a newer term than {Term}, which is what storage had: grain state is older than the log. It goes on with term {NextTerm}.")]
    public static partial void TermBehind(ILogger logger, string topic, int partition, long term, long nextTerm);

    [LoggerMessage(5705, LogLevel.Warning, "{Consumer} holds {Topic}/{Partition} from offset {Offset}, which lies past its end {End}: the log has lost records, or was replaced. It is held from the end.")]
    public static partial void HoldPastEnd(ILogger logger, string consumer, string topic, int partition, long offset, long end);
}
