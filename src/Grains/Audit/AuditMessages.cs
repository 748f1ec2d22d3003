using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Audit;

static partial class AuditMessages
{
    [LoggerMessage(5951, LogLevel.Warning, "A record of the audit is stored and could not be written to the topic '{Topic}'; it is given with the next one.")]
    public static partial void TopicAway(ILogger logger, string topic, Exception failure);
}
