using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Orrery.Connectors.Sqlite;

/// <summary>SQLite files of other programs, read-only.</summary>
internal sealed class SqliteProvider : IDatabaseProvider
{
    public IReadOnlyList<string> Engines { get; } = ["sqlite"];

    public DbConnection Open(string connectionString, TimeSpan timeout)
    {
        SqliteConnectionStringBuilder builder = ConnectionText.Read("SQLite", connectionString, text => new SqliteConnectionStringBuilder(text));
        builder.Mode = SqliteOpenMode.ReadOnly;
        builder.DefaultTimeout = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        return SqliteConnections.Open(builder.ConnectionString);
    }
}
