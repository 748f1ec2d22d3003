using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Orrery.Connectors.PostgreSql;

/// <summary>PostgreSQL and what speaks its protocol, over Npgsql.</summary>
internal sealed class PostgreSqlProvider : IDatabaseProvider
{
    public IReadOnlyList<string> Engines { get; } = ["postgresql", "postgres"];

    public DbConnection Open(string connectionString, TimeSpan timeout)
    {
        int seconds = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        NpgsqlConnectionStringBuilder builder = ConnectionText.Read("PostgreSQL", connectionString, text => new NpgsqlConnectionStringBuilder(text));
        builder.Timeout = seconds;
        // The server ends a statement first; this is for a server that is stuck.
        builder.CommandTimeout = seconds + 2;
        builder.Pooling = false;
        builder.ApplicationName ??= "orrery-agent";
        string milliseconds = (seconds * 1000).ToString(CultureInfo.InvariantCulture);
        var connection = new NpgsqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            using NpgsqlCommand command = connection.CreateCommand();
            command.CommandText = $"SET statement_timeout={milliseconds}; SET lock_timeout={milliseconds}; SET default_transaction_read_only=on";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
