using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Storing;

static partial class StoringMessages
{
    [LoggerMessage(5001, LogLevel.Warning, "The {Subject} of {Key} could not be told; it is tried again in {Pause}.")]
    public static partial void AnnouncementFailed(ILogger logger, string subject, string key, TimeSpan pause, Exception failure);

    [LoggerMessage(5002, LogLevel.Warning, "The {Subject} of {Key} was refused: {Reason}")]
    public static partial void AnnouncementRefused(ILogger logger, string subject, string key, string reason);
}
