using Microsoft.Extensions.Logging;

namespace Orrery.Grains.Checks;

/// <summary>What checks tell the log.</summary>
static partial class CheckMessages
{
    [LoggerMessage(6001, LogLevel.Information, "Check {Check} was changed by {User}, version {Version}.")]
    public static partial void Changed(ILogger logger, string check, string user, long version);

    [LoggerMessage(6002, LogLevel.Information, "Check {Check}, run {Run}: {Outcome}; {Rows} rows compared, {Missing} missing, {Surplus} surplus, {Different} different, in {Seconds} s.")]
    public static partial void Ended(ILogger logger, string check, long run, string outcome, long rows, long missing, long surplus, long different, double seconds);

    [LoggerMessage(6003, LogLevel.Warning, "Check {Check}, run {Run} failed: {Reason}")]
    public static partial void Failed(ILogger logger, string check, long run, string reason, Exception failure);

    [LoggerMessage(6004, LogLevel.Warning, "Check {Check} could not tell its alarms; the next run does.")]
    public static partial void NotTold(ILogger logger, string check, Exception failure);
}
