using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Health.Intake;

static partial class IntakeMessages
{
    [LoggerMessage(5401, LogLevel.Information, "Intake {Partition} hands on again what the log holds from offset {From} to {End}.")]
    public static partial void Replaying(ILogger logger, int partition, long from, long end);

    [LoggerMessage(5402, LogLevel.Information, "Intake {Partition} has handed on {Count} records again.")]
    public static partial void Replayed(ILogger logger, int partition, long count);

    [LoggerMessage(5403, LogLevel.Warning, "{Server} did not take the record of intake {Partition} at offset {Offset}; it is given it again until it does.")]
    public static partial void ServerBehind(ILogger logger, string server, int partition, long offset, Exception failure);

    [LoggerMessage(5404, LogLevel.Information, "{Server} has caught up with intake {Partition}.")]
    public static partial void ServerCaughtUp(ILogger logger, string server, int partition);

    [LoggerMessage(5405, LogLevel.Warning, "{Server} could not store its samples and holds the log back; it is asked again.")]
    public static partial void NotStored(ILogger logger, string server, Exception failure);

    [LoggerMessage(5406, LogLevel.Error, "Intake {Partition} cannot write to the log; it reopens it and refuses samples until then.")]
    public static partial void LogFailed(ILogger logger, int partition, Exception failure);

    [LoggerMessage(5407, LogLevel.Error, "The log of intake {Partition} ends at {End}, but records up to {Delivered} were handed on: it has lost records, or its folder was replaced.")]
    public static partial void LogLost(ILogger logger, int partition, long delivered, long end);
}
