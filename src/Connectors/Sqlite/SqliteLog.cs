using Microsoft.Extensions.Logging;

namespace Orrery.Connectors.Sqlite;

/// <summary>Log messages of the SQLite connection layer: events 3100 to 3199.</summary>
static partial class SqliteLog
{
    [LoggerMessage(3100, LogLevel.Information, "Opened {FilePath} with SQLite {Engine}; schema {Version}")]
    public static partial void Opened(ILogger logger, string filePath, string engine, int version);

    [LoggerMessage(3101, LogLevel.Information, "Brought the schema of {FilePath} from {OldVersion} to {Version}")]
    public static partial void Migrated(ILogger logger, string filePath, int oldVersion, int version);

    [LoggerMessage(3102, LogLevel.Information, "Closed {FilePath}")]
    public static partial void Closed(ILogger logger, string filePath);

    [LoggerMessage(3110, LogLevel.Error, "{Operations} operations on {FilePath} were not stored; their callers were told")]
    public static partial void CommitFailed(ILogger logger, Exception error, string filePath, int operations);

    [LoggerMessage(3111, LogLevel.Warning, "No room to commit {Operations} operations to {FilePath} together; trying each alone")]
    public static partial void GroupIsSplit(ILogger logger, string filePath, int operations);

    [LoggerMessage(3112, LogLevel.Warning, "Upkeep of {FilePath} failed; it is tried again later. Nothing stored is affected")]
    public static partial void UpkeepFailed(ILogger logger, Exception error, string filePath);
}
