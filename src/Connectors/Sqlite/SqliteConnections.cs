using Microsoft.Data.Sqlite;

namespace Orrery.Connectors.Sqlite;

/// <summary>ADO.NET connections to SQLite files that others own, with the engine chosen by <see cref="SqliteLibrary"/>.</summary>
public static class SqliteConnections
{
    /// <summary>An opened connection, not pooled, so that closing it closes the file.</summary>
    /// <param name="connectionString">As Microsoft.Data.Sqlite reads it, for instance <c>Data Source=/path/file.db;Mode=ReadOnly</c>.</param>
    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public static SqliteConnection Open(string connectionString)
    {
        SqliteLibrary.Initialize();
        var builder = new SqliteConnectionStringBuilder(connectionString) { Pooling = false };
        var connection = new SqliteConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
