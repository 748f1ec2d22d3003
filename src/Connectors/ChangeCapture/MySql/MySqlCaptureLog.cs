using Microsoft.Extensions.Logging;

namespace Orrery.Connectors.ChangeCapture.MySql;

internal static partial class MySqlCaptureLog
{
    [LoggerMessage(6301, LogLevel.Information, "Capture {Name} reads the binary log of {Server} ({Version}) from {Position} on as replica {ReplicaId}.")]
    public static partial void Reading(this ILogger logger, string name, string server, string version, BinlogPosition position, uint replicaId);

    [LoggerMessage(6302, LogLevel.Warning, "Capture {Name} lost {Server}: {Reason} It tries again in {Milliseconds} ms.")]
    public static partial void Lost(this ILogger logger, string name, string server, string reason, long milliseconds);

    [LoggerMessage(6303, LogLevel.Information, "Capture {Name}: rows of {Database}.{Table} are read.")]
    public static partial void SnapshotBegins(this ILogger logger, string name, string database, string table);

    [LoggerMessage(6304, LogLevel.Information, "Capture {Name}: the rows of {Database}.{Table} have been read; {Left} tables are left.")]
    public static partial void SnapshotEnds(this ILogger logger, string name, string database, string table, int left);

    [LoggerMessage(6305, LogLevel.Debug, "Capture {Name}: a chunk of {Database}.{Table} at {Position}.")]
    public static partial void Chunk(this ILogger logger, string name, string database, string table, BinlogPosition position);

    [LoggerMessage(6306, LogLevel.Information, "Capture {Name}: the definition of {Database}.{Table} was read anew from the server.")]
    public static partial void DefinitionRead(this ILogger logger, string name, string database, string table);

    [LoggerMessage(6307, LogLevel.Information, "Capture {Name}: rows of {Database}.{Table} changed without events and are read anew.")]
    public static partial void Rereads(this ILogger logger, string name, string database, string table);
}
