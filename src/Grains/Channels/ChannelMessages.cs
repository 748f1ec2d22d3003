using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Channels;

static partial class ChannelMessages
{
    [LoggerMessage(5801, LogLevel.Warning, "Channel {Channel} could not be woken; it is tried again at the next round.")]
    public static partial void NotWoken(ILogger logger, string channel, Exception failure);

    [LoggerMessage(5802, LogLevel.Information, "The source of channel {Channel} goes on from {Checkpoint}.")]
    public static partial void SourceOpened(ILogger logger, string channel, string checkpoint);

    [LoggerMessage(5803, LogLevel.Warning, "The source of channel {Channel} failed; it is tried again in {Pause}.")]
    public static partial void SourceFailed(ILogger logger, string channel, TimeSpan pause, Exception failure);

    [LoggerMessage(5804, LogLevel.Error, "The source of channel {Channel} cannot go on until somebody looks: {Reason}")]
    public static partial void SourceStopped(ILogger logger, string channel, string reason);

    [LoggerMessage(5805, LogLevel.Information, "Channel {Channel}, partition {Partition}: landing goes on at offset {Offset}.")]
    public static partial void LandingOpened(ILogger logger, string channel, int partition, long offset);

    [LoggerMessage(5806, LogLevel.Warning, "Channel {Channel}, partition {Partition}: landing failed at offset {Offset}; it is tried again in {Pause}.")]
    public static partial void LandingFailed(ILogger logger, string channel, int partition, long offset, TimeSpan pause, Exception failure);

    [LoggerMessage(5807, LogLevel.Debug, "Channel {Channel}, partition {Partition}: offsets {From} to {To} are in finished files.")]
    public static partial void Landed(ILogger logger, string channel, int partition, long from, long to);

    [LoggerMessage(5808, LogLevel.Warning, "The receipts of channel {Channel} could not be reported; they are kept and reported again.")]
    public static partial void NotReported(ILogger logger, string channel, Exception failure);

    [LoggerMessage(5809, LogLevel.Error, "Channel {Channel}, partition {Partition}: {Records} records from offset {Offset} on are lost on purpose, as somebody asked for a drill.")]
    public static partial void Drilled(ILogger logger, string channel, int partition, int records, long offset);

    [LoggerMessage(5812, LogLevel.Error, "Channel {Channel}: batches {From} to {To} of '{Origin}' never came here, but later ones do: they were sent elsewhere, or were here and are forgotten.")]
    public static partial void BatchesMissing(ILogger logger, string channel, string origin, long from, long to);

    [LoggerMessage(5810, LogLevel.Information, "Channel {Channel}: replay {Replay}, asked for by {User}, reads up to {Letters} dead letters again as {Format}.")]
    public static partial void ReplayBegun(ILogger logger, string channel, long replay, string user, string format, long letters);

    [LoggerMessage(5811, LogLevel.Information, "Channel {Channel}: replay {Replay} is {State}; {Given} letters went into the topic, {Remained} stay dead.")]
    public static partial void ReplayEnded(ILogger logger, string channel, long replay, string state, long given, long remained);
}
