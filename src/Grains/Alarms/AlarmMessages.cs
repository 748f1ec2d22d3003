using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Alarms;

static partial class AlarmMessages
{
    [LoggerMessage(5201, LogLevel.Warning, "{Follower} could not be told that the rules of {Tenant} changed; it will notice within a minute.")]
    public static partial void RulesNotTold(ILogger logger, string tenant, string follower, Exception failure);

    [LoggerMessage(5202, LogLevel.Information, "Alarm {Alarm} of {Server} is {State}: {Text}")]
    public static partial void AlarmChanged(ILogger logger, string alarm, string server, Interfaces.Alarms.AlarmState state, string text);

    [LoggerMessage(5203, LogLevel.Warning, "A webhook delivery of {Tenant} to {Host} failed for the {Attempt}. time and is tried again: {Reason}")]
    public static partial void DeliveryFailed(ILogger logger, string tenant, string host, int attempt, string reason);

    [LoggerMessage(5204, LogLevel.Error, "A webhook delivery of {Tenant} to {Host} was given up after {Attempt} tries: {Reason}")]
    public static partial void DeliveryGivenUp(ILogger logger, string tenant, string host, int attempt, string reason);

    [LoggerMessage(5205, LogLevel.Warning, "{Server} could not be told that its alarms changed; it asks again within a minute.")]
    public static partial void ServerNotTold(ILogger logger, string server, Exception failure);

    [LoggerMessage(5206, LogLevel.Error, "The outbox of {Tenant} is full with {Count} deliveries: the oldest was dropped.")]
    public static partial void OutboxFull(ILogger logger, string tenant, int count);

    [LoggerMessage(5207, LogLevel.Error, "The book of {Tenant} has {Count} open alarms, the most it keeps: {Key} was not taken.")]
    public static partial void BookFull(ILogger logger, string tenant, int count, string key);
}
