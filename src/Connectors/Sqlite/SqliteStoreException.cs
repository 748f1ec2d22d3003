namespace Orrery.Connectors.Sqlite;

/// <summary>An SQLite file could not be used. The message names the file, what was tried and what to do.</summary>
public sealed class SqliteStoreException(SqliteFault fault, string filePath, string message, Exception? inner = null) : IOException(message, inner)
{
    public SqliteFault Fault { get; } = fault;

    public string FilePath { get; } = filePath;
}
