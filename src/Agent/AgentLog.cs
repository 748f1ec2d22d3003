using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace Orrery.Agent;

/// <summary>The agent's own log messages. Event ids 7000 to 7099.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(7000, LogLevel.Information, "The agent reports as server {Server} to {Url}; buffer folder: {Buffer}; {Databases} databases, {Watched} watched processes")]
    public static partial void AgentStarted(this ILogger logger, string server, Uri url, string buffer, int databases, int watched);

    [LoggerMessage(7001, LogLevel.Information, "The agent stopped; {Batches} batches wait in the buffer")]
    public static partial void AgentStopped(this ILogger logger, int batches);

    [LoggerMessage(7002, LogLevel.Warning, "Collector {Collector} failed {Failures} times")]
    public static partial void CollectorFailed(this ILogger logger, string collector, long failures, Exception error);

    [LoggerMessage(7003, LogLevel.Information, "Collector {Collector} works again after {Failures} failures")]
    public static partial void CollectorRecovered(this ILogger logger, string collector, long failures);

    [LoggerMessage(7004, LogLevel.Warning, "{Kind}: {Text}")]
    public static partial void ClientTrouble(this ILogger logger, Client.ClientNoticeKind kind, string text);

    [LoggerMessage(7005, LogLevel.Information, "{Kind}: {Text}")]
    public static partial void ClientNews(this ILogger logger, Client.ClientNoticeKind kind, string text);

    [LoggerMessage(7006, LogLevel.Warning, "Database {Database} ({Engine}) could not be read, {Failures} times now: {Why}")]
    public static partial void DatabaseFailed(this ILogger logger, string database, string engine, int failures, string why);

    [LoggerMessage(7007, LogLevel.Information, "Database {Database} can be read again after {Failures} failures")]
    public static partial void DatabaseRecovered(this ILogger logger, string database, int failures);

    [LoggerMessage(7008, LogLevel.Warning, "Log channel, {Kind}: {Text}")]
    public static partial void LogChannelTrouble(this ILogger logger, Logs.LogNoticeKind kind, string text);

    [LoggerMessage(7009, LogLevel.Information, "The log channel follows {Sources} sources; {Waiting} batches wait in {Folder}")]
    public static partial void LogChannelStarted(this ILogger logger, int sources, int waiting, string folder);

    [LoggerMessage(7010, LogLevel.Warning, "Jobs could not be asked for or told; the next try is in {Seconds} s: {Why}")]
    public static partial void JobsNotAsked(this ILogger logger, double seconds, string why);

    [LoggerMessage(7011, LogLevel.Information, "Job {Job} taken, lease {Token}, {Kind}")]
    public static partial void JobTaken(this ILogger logger, string job, long token, string kind);

    [LoggerMessage(7012, LogLevel.Information, "Job {Job} left, lease {Token}")]
    public static partial void JobLeft(this ILogger logger, string job, long token);

    [LoggerMessage(7014, LogLevel.Information, "Version {Version} is on trial, by roll-out {Rollout}")]
    public static partial void VersionStaged(this ILogger logger, string version, string rollout);

    [LoggerMessage(7015, LogLevel.Error, "Version {Version} could not be installed: {Why}")]
    public static partial void VersionNotInstalled(this ILogger logger, string version, string why);

    [LoggerMessage(7016, LogLevel.Information, "Version {Version} is kept: the cloud has answered it")]
    public static partial void VersionKept(this ILogger logger, string version);

    [LoggerMessage(7017, LogLevel.Error, "Version {Version} is refused, the one before is started again: {Why}")]
    public static partial void VersionRefused(this ILogger logger, string version, string why);

    [LoggerMessage(7018, LogLevel.Warning, "The agent ended with the exit code {Code}; it is started again in {Seconds} s")]
    public static partial void AgentEnded(this ILogger logger, int code, double seconds);

    [LoggerMessage(7013, LogLevel.Error, "Job {Job} failed by a fault of the program")]
    public static partial void JobFault(this ILogger logger, string job, Exception error);

    [LoggerMessage(7021, LogLevel.Information, "Operation {Operation} begun: {Kind} {Target}")]
    public static partial void OperationBegun(this ILogger logger, string operation, string kind, string target);

    [LoggerMessage(7022, LogLevel.Information, "Operation {Operation} ended, good: {IsGood}. {Reason}")]
    public static partial void OperationEnded(this ILogger logger, string operation, bool isGood, string reason);

    [LoggerMessage(7023, LogLevel.Warning, "Operations could not be asked for or told; again in {Seconds} s. {Reason}")]
    public static partial void OperationsNotAsked(this ILogger logger, double seconds, string reason);
}
