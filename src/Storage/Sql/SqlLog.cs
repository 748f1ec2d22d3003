using Microsoft.Extensions.Logging;

namespace Orrery.Storage.Sql;

/// <summary>Log messages of the shared databases: events 3200 to 3299.</summary>
static partial class SqlLog
{
    [LoggerMessage(3200, LogLevel.Debug, "Connected to {Database}")]
    public static partial void Connected(ILogger logger, string database);

    [LoggerMessage(3201, LogLevel.Information, "Brought the schema of {Database} from {OldVersion} to {Version}")]
    public static partial void Migrated(ILogger logger, string database, long oldVersion, int version);

    [LoggerMessage(3210, LogLevel.Warning, "Could not {Action} at the first attempt ({Database}); it is tried again")]
    public static partial void Retried(ILogger logger, Exception error, string action, string database);

    [LoggerMessage(3211, LogLevel.Debug, "A broken connection to {Database} could not be closed in good order")]
    public static partial void CloseFailed(ILogger logger, Exception error, string database);
}
