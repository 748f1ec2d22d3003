using Microsoft.Extensions.Logging;
using Orrery.Interfaces.Configuration;

namespace Orrery.Grains.Configuration;

/// <summary>What configuration tells the log; never a value.</summary>
static partial class ConfigurationMessages
{
    [LoggerMessage(6401, LogLevel.Information, "{User} wrote version {Version} of {Document}, layer {Layer}: it is {State}")]
    public static partial void Written(ILogger logger, string user, long version, string document, string layer, ConfigurationChangeState state);

    [LoggerMessage(6402, LogLevel.Information, "Version {Version} of {Document} is in wave {Wave} until {EndsAt}")]
    public static partial void Wave(ILogger logger, long version, string document, int wave, DateTimeOffset? endsAt);

    [LoggerMessage(6403, LogLevel.Information, "Version {Version} of {Document} is {State}. {Reason}")]
    public static partial void Ended(ILogger logger, long version, string document, ConfigurationChangeState state, string? reason);

    [LoggerMessage(6404, LogLevel.Warning, "Version {Version} of {Document} was taken back by itself: {Reason}")]
    public static partial void TakenBack(ILogger logger, long version, string document, string reason);

    [LoggerMessage(6405, LogLevel.Warning, "A roll-out of {Document} could not look at its wave and looks again in {Pause}")]
    public static partial void NotLooked(ILogger logger, string document, TimeSpan pause, Exception failure);
}
