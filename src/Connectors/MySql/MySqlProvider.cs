using System.Data.Common;
using System.Globalization;
using MySql.Data.MySqlClient;

namespace Orrery.Connectors.MySql;

/// <summary>MySQL and MariaDB over MySql.Data, synchronously: its asynchronous reads ignore cancellation and hang with a command time-out.</summary>
internal sealed class MySqlProvider : IDatabaseProvider
{
    public IReadOnlyList<string> Engines { get; } = ["mysql", "mariadb"];

    public DbConnection Open(string connectionString, TimeSpan timeout)
    {
        uint seconds = (uint)Math.Max(1, Math.Ceiling(timeout.TotalSeconds));
        MySqlConnectionStringBuilder builder = ConnectionText.Read("MySQL", connectionString, text => new MySqlConnectionStringBuilder(text));
        builder.ConnectionTimeout = seconds;
        // The server ends a statement first; this is for a server that is stuck.
        builder.DefaultCommandTimeout = seconds + 2;
        builder.Pooling = false;
        var connection = new MySqlConnection(builder.ConnectionString);
        try
        {
            connection.Open();
            using MySqlCommand command = connection.CreateCommand();
            string text = seconds.ToString(CultureInfo.InvariantCulture);
            command.CommandText = connection.ServerVersion.Contains("MariaDB", StringComparison.OrdinalIgnoreCase)
                ? $"SET SESSION max_statement_time={text}, SESSION lock_wait_timeout={text}, SESSION tx_read_only=1"
                : $"SET SESSION max_execution_time={text}000, SESSION lock_wait_timeout={text}, SESSION transaction_read_only=1";
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
