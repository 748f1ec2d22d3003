using System.Data.Common;
using System.Globalization;
using Microsoft.Data.SqlClient;

namespace Orrery.Connectors.SqlServer;

/// <summary>SQL Server over Microsoft.Data.SqlClient. Not verified against a live server.</summary>
/// <remarks>Only statements without parameters: the driver's optional part for user-defined types is not among the dependencies.</remarks>
internal sealed class SqlServerProvider : IDatabaseProvider
{
    public IReadOnlyList<string> Engines { get; } = ["sqlserver", "mssql"];

    public DbConnection Open(string connectionString, TimeSpan timeout)
    {
        SqlConnection connection = Make(connectionString, timeout);
        try
        {
            connection.Open();
            using SqlCommand command = connection.CreateCommand();
            command.CommandText = SessionStatement(timeout);
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The driver reads text by the server's collations, and refuses to start in a process without cultures. Its own message does not say what to do.</summary>
    internal static void CheckCultures()
    {
        if (CultureInfo.GetCultures(CultureTypes.SpecificCultures).Length <= 1)
            throw new NotSupportedException("SQL Server's driver needs the cultures of ICU, and this process runs without: install ICU (Debian: libicu) and set System.Globalization.Invariant to false in orrery.runtimeconfig.json, as './orrery agent' does.");
    }

    internal static SqlConnection Make(string connectionString, TimeSpan timeout)
    {
        int seconds = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));
        SqlConnectionStringBuilder builder = ConnectionText.Read("SQL Server", connectionString, text => new SqlConnectionStringBuilder(text));
        builder.ConnectTimeout = seconds;
        builder.CommandTimeout = seconds;
        builder.Pooling = false;
        // Lets an availability group send the agent to a readable secondary, and says what the connection is for.
        builder.ApplicationIntent = ApplicationIntent.ReadOnly;
        builder.ApplicationName = "orrery-agent";
        CheckCultures();
        return new SqlConnection(builder.ConnectionString);
    }

    /// <summary>SQL Server has no read-only session: the grants are what keeps the agent from writing. Reading uncommitted rows keeps it from waiting.</summary>
    internal static string SessionStatement(TimeSpan timeout) =>
        $"SET LOCK_TIMEOUT {((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}; SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; SET DEADLOCK_PRIORITY LOW;";
}
