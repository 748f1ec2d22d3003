using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Health.Servers;

static partial class ServerHealthMessages
{
    [LoggerMessage(5501, LogLevel.Error, "{Server} cannot read the batch of intake {Partition} at position {Position}: it is passed over.")]
    public static partial void BatchDamaged(ILogger logger, string server, int partition, long position, Exception damaged);

    [LoggerMessage(5503, LogLevel.Debug, "{Server} could not tell intake {Partition} what it has stored.")]
    public static partial void IntakeNotTold(ILogger logger, string server, int partition, Exception failure);

    [LoggerMessage(5505, LogLevel.Warning, "{Server} could not read its rules, report its alarms or health, or store its samples; it is tried again in {Pause}.")]
    public static partial void UpkeepFailed(ILogger logger, string server, TimeSpan pause, Exception failure);

    [LoggerMessage(5504, LogLevel.Warning, "{Server} could not compact its finished days; it is tried again.")]
    public static partial void CompactionFailed(ILogger logger, string server, Exception failure);
}
