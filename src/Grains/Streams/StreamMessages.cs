using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Streams;

static partial class StreamMessages
{
    [LoggerMessage(5721, LogLevel.Information, "Stream partition {Key} delivers from offset {Next} to {Subscriptions} subscriptions and to the classes that are subscribed by themselves.")]
    public static partial void Delivering(ILogger logger, string key, long next, int subscriptions);

    [LoggerMessage(5722, LogLevel.Error, "{Consumer} did not take {Items} items of stream {Stream} up to offset {Offset} in {Attempts} attempts; they are passed over.")]
    public static partial void GivenUp(ILogger logger, string consumer, string stream, int items, long offset, int attempts, Exception failure);

    [LoggerMessage(5723, LogLevel.Warning, "{Consumer} has a subscription to stream {Stream} and no observer for it: items up to offset {Offset} are passed over. It resumes its subscriptions when it is activated, or unsubscribes.")]
    public static partial void NoObserver(ILogger logger, string consumer, string stream, long offset);

    [LoggerMessage(5724, LogLevel.Warning, "Stream partition {Key} could not go on; it tries again in {Pause}.")]
    public static partial void Stumbled(ILogger logger, string key, TimeSpan pause, Exception failure);

    [LoggerMessage(5725, LogLevel.Error, "Stream partition {Key} lost items: its topic begins at offset {Start}, and it had delivered up to {Next}.")]
    public static partial void Lost(ILogger logger, string key, long start, long next);
}
