using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Tags;

/// <summary>What tags tell the log.</summary>
static partial class TagMessages
{
    [LoggerMessage(6401, LogLevel.Information, "The index of {Key} has its state of offset {Offset} again, {Bytes} bytes.")]
    public static partial void Restored(ILogger logger, string key, long offset, int bytes);

    [LoggerMessage(6402, LogLevel.Warning, "A checkpoint of the index of {Key} is passed over: {Reason}")]
    public static partial void PassedOver(ILogger logger, string key, string reason);

    [LoggerMessage(6403, LogLevel.Error, "The index of {Key} could not follow its tags behind offset {Offset}; it is tried again in {Pause}.")]
    public static partial void Failed(ILogger logger, string key, long offset, TimeSpan pause, Exception failure);

    [LoggerMessage(6404, LogLevel.Error, "The tags of {Tenant} could not be woken; it is tried again.")]
    public static partial void NotWoken(ILogger logger, string tenant, Exception failure);

    [LoggerMessage(6405, LogLevel.Warning, "A webhook of {Segment} could not be delivered ({Status}); it is tried again in {Pause}.")]
    public static partial void NotDelivered(ILogger logger, string segment, string status, TimeSpan pause);

    [LoggerMessage(6406, LogLevel.Warning, "A webhook of {Segment} missed events from offset {From} to {To}: it was away longer than they are kept.")]
    public static partial void EventsGone(ILogger logger, string segment, long from, long to);

    [LoggerMessage(6407, LogLevel.Debug, "Checkpoint of the index of {Key} at offset {Offset}: {Bytes} bytes.")]
    public static partial void CheckpointWritten(ILogger logger, string key, long offset, int bytes);
}
