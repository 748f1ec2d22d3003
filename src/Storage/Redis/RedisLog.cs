using Microsoft.Extensions.Logging;

namespace Orrery.Storage.Redis;

/// <summary>Log messages of Redis: events 3300 to 3399.</summary>
static partial class RedisLog
{
    [LoggerMessage(3300, LogLevel.Information, "Connected to {Server}")]
    public static partial void Connected(ILogger logger, string server);

    [LoggerMessage(3310, LogLevel.Warning, "Could not {Action} at the first attempt ({Server}); it is tried again")]
    public static partial void Retried(ILogger logger, Exception error, string action, string server);
}
