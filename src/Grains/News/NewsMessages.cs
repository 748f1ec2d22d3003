using Microsoft.Extensions.Logging;

namespace Orrery.Grains.News;

/// <summary>What news tell the log; never a text, never an address.</summary>
static partial class NewsMessages
{
    [LoggerMessage(6501, LogLevel.Information, "{Article} is {State}; {Size} recipients")]
    public static partial void Moved(ILogger logger, string article, string state, long size);

    [LoggerMessage(6502, LogLevel.Warning, "{Article} could not go on; it is tried again in {Pause}")]
    public static partial void NotGone(ILogger logger, string article, TimeSpan pause, Exception failure);

    [LoggerMessage(6503, LogLevel.Warning, "{Article} could not be delivered to all of {Inboxes} by {Channel} ({Status}); it is tried again in {Pause}")]
    public static partial void NotDelivered(ILogger logger, string article, string inboxes, string channel, string status, TimeSpan pause);
}
